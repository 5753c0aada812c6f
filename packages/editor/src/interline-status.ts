import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import { onHeldBack } from "./held-back.ts";
import { statusStyles } from "./interline-status.styles.ts";
import { ringStyles } from "./people/person.styles.ts";
import type { Merge, Session } from "./session.ts";
import { stateGlyph } from "./state-glyph.ts";
import { type StatusAction, type StatusLine, statusLine } from "./status-line.ts";
import { copyText, downloadText } from "./text-file.ts";
import { SpeakingElement } from "./words/speaking-element.ts";

/** "Copied" is said for so long, in ms. */
const COPIED_FOR = 2_000;

/**
 * `<interline-status>`: what is true about a document now, in words, with what can be done about it. With `compact` only the
 * glyph, whose accessible name are the words. The host reflects `tone` (`ink`, `warn` or `danger`), for its ground.
 *
 * @csspart detail - what is said behind the state
 * @csspart action - a button that does something about it
 * @public
 */
export class InterlineStatus extends SpeakingElement {
  static override shadowRootOptions: ShadowRootInit = { mode: "open", delegatesFocus: true };
  static override styles: CSSResultGroup = [ringStyles, statusStyles];
  static override properties: PropertyDeclarations = {
    session: { attribute: false },
    compact: { type: Boolean, reflect: true },
    tone: { type: String, reflect: true },
  };

  /** The document. */
  declare session: Session | undefined;
  /** True: the glyph alone, with its words for assistive technology. */
  declare compact: boolean;
  /** Set by the element. */
  declare tone: StatusLine["tone"];

  #stop: (() => void)[] = [];
  #since = Date.now();
  #state: string | undefined;
  #wasEdited = false;
  #progress: number | undefined;
  #progressAt: number | undefined;
  #merge: Merge | undefined;
  #heldBackSince: number | undefined;
  #isCopied = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.compact = false;
    this.tone = "ink";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#listen();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    for (const stop of this.#stop.splice(0)) stop();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("session")) this.#listen();
    const line = this.#line();
    this.tone = line?.tone ?? "ink";
    clearTimeout(this.#timer);
    if (line?.changesAt !== undefined) {
      this.#timer = setTimeout(() => this.requestUpdate(), Math.max(0, line.changesAt - Date.now()) + 1);
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const line = this.#line();
    if (line === undefined) return nothing;
    // Troubles and their end are spoken; the coming and going of "Saved" is not.
    const live = line.tone !== "ink" || line.actions.length > 0 ? "polite" : "off";
    const tone = line.tone === "ink" && line.actions.includes("dismiss") ? "merged" : line.tone;
    // Words are set as a whole: a page translator puts elements of its own in the place of text nodes.
    return html`
      <span class="state ${tone}">
        ${this.compact ? html`<span role="img" aria-label=${line.meaning}>${stateGlyph(line.glyph)}</span>` : stateGlyph(line.glyph)}
        <span class="words" aria-live=${live} .textContent=${line.words}></span>
      </span>
      ${line.details.map((detail) => html`<span part="detail" class="detail ${line.tone}" .textContent=${detail}></span>`)}
      ${line.actions.length === 0 ? nothing : html`<span class="actions">${line.actions.map((action) => this.#button(action, line.tone))}</span>`}
    `;
  }

  #button(action: StatusAction, tone: StatusLine["tone"]): TemplateResult {
    const { actions } = this.said.status;
    const label = action === "copy" && this.#isCopied ? actions.copied : actions[action];
    return html`<button type="button" part="action" class=${tone} @click=${() => this.#act(action)} .textContent=${label}></button>`;
  }

  #line(): StatusLine | undefined {
    const { session } = this;
    if (session === undefined) return undefined;
    return statusLine(
      {
        status: session.status,
        since: this.#since,
        progressAt: this.#progressAt,
        isReady: session.isReady,
        isOnline: navigator.onLine,
        wasEdited: this.#wasEdited,
        merge: this.#merge,
        heldBackSince: this.#heldBackSince,
      },
      Date.now(),
      this.said,
    );
  }

  #listen(): void {
    for (const stop of this.#stop.splice(0)) stop();
    const { session } = this;
    this.#heldBackSince = undefined;
    if (session === undefined) return;
    this.#noteStatus(session);
    this.#stop = [
      onHeldBack(session, (isHeld) => {
        this.#heldBackSince = isHeld ? Date.now() : undefined;
        this.requestUpdate();
      }),
      session.on("status", () => this.#noteStatus(session)),
      session.on("ready", () => this.requestUpdate()),
      session.on("merged", (merge) => {
        this.#merge = merge.own + merge.others > 0 ? merge : undefined;
        this.requestUpdate();
      }),
    ];
  }

  #noteStatus({ status }: Session): void {
    if (status.state !== this.#state) {
      this.#state = status.state;
      this.#since = Date.now();
      if (status.state === "offline") this.#merge = undefined;
      if (status.state === "saving") this.#progressAt = undefined;
    }
    if (status.progress !== undefined && status.progress !== this.#progress) this.#progressAt = Date.now();
    this.#progress = status.progress;
    if (status.pendingEdits > 0) this.#wasEdited = true;
    this.requestUpdate();
  }

  #act(action: StatusAction): void {
    switch (action) {
      case "retry":
        this.session?.reconnect();
        break;
      case "reload":
        location.reload();
        break;
      case "dismiss":
        this.#merge = undefined;
        this.requestUpdate();
        break;
      case "copy":
        void this.#copy();
        break;
      case "download":
        if (this.session !== undefined) downloadText(textToTake(this.session));
    }
  }

  async #copy(): Promise<void> {
    if (this.session === undefined || !(await copyText(textToTake(this.session)))) return;
    this.#isCopied = true;
    this.requestUpdate();
    setTimeout(() => {
      this.#isCopied = false;
      this.requestUpdate();
    }, COPIED_FOR);
  }
}

/** What its writer would lose: where a document is full, what it had no room for. */
function textToTake({ status, text, pendingText }: Session): string {
  const isFull = status.state === "held" && status.code === "ERR_DOCUMENT_TOO_LARGE";
  return (isFull && pendingText) || text.toString();
}
