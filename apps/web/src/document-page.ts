import { openDocument, type SharedDocument, type User } from "@interline/client";
import { type InterlineEditor, isLive, isWritable, type TooLongEvent } from "@interline/editor";
import {
  type CSSResultGroup,
  html,
  LitElement,
  nothing,
  type PropertyDeclarations,
  type TemplateResult,
} from "lit";
import { isClosed } from "./closed-document.ts";
import { freeColor } from "./colors.ts";
import { controlStyles } from "./controls.styles.ts";
import { deviceAccountOf } from "./device-account.ts";
import { documentPageStyles } from "./document-page.styles.ts";
import { givenTitle } from "./given-title.ts";
import { icon } from "./icons.ts";
import type { Ownership } from "./ownership.ts";
import type { PersonChangeEvent } from "./person-panel.ts";
import type { Theme } from "./preferences.ts";
import { isUnsent } from "./unsent-text.ts";
import { countWords, tooLongWords } from "./words.ts";

/** The loading line is shown only after so long, in ms. Agrees with `--il-loading-after`. */
const LOADING_AFTER = 400;
/** Words are counted when nothing changed for so long, in ms. */
const COUNT_AFTER = 200;
/** Why a link that this device keeps lets nobody in any more. */
const USELESS: ReadonlySet<string> = new Set(["ERR_LINK_REVOKED", "ERR_TOKEN_INVALID", "ERR_TOKEN_EXPIRED"]);
const UNTITLED = "Untitled";
const NO_ACCESS = "No access";

/**
 * `<document-page>`: one document with its bar, text and bottom line.
 *
 * @fires person-change, theme-change (from the panel)
 */
export class DocumentPage extends LitElement {
  static override styles: CSSResultGroup = [controlStyles, documentPageStyles];
  static override properties: PropertyDeclarations = {
    address: { type: String },
    document: { type: String },
    token: { attribute: false },
    user: { attribute: false },
    theme: { type: String },
    isLate: { state: true },
    words: { state: true },
    recovered: { state: true },
    givenTitle: { state: true },
    tooLong: { state: true },
    ownerLink: { state: true },
  };

  /** WebSocket address of the server. */
  declare address: string;
  /** Id of the document. Neither may change. */
  declare document: string;
  /** True if nobody else can have the document yet. */
  declare isNew: boolean;
  /** Of a share link. */
  declare token: string | undefined;
  /** Whether this device owns the document. May not change. */
  declare ownership: Ownership | undefined;
  declare user: User;
  /** True if the writer's colour was made up, and may give way to somebody else's. */
  declare isColorGiven: boolean;
  declare theme: Theme;
  declare private isLate: boolean;
  declare private words: number;
  /** Text whose saving is not certain, until it is thrown away. */
  declare private recovered: readonly string[];
  /**
   * The title that was given over the API; undefined: not asked for yet. It counts while the first line is
   * blank.
   */
  declare private givenTitle: string | undefined;

  /** A paste that was refused, until it is dismissed. */
  declare private tooLong: TooLongEvent | undefined;

  /** The address that makes its holder the owner, where this device has it. */
  declare private ownerLink: string | undefined;

  readonly #internals: ElementInternals;
  /** The token that was last shown to the server. */
  #shownToken: string | undefined;
  #session: SharedDocument | undefined;
  #stop: (() => void)[] = [];
  #countTimer: ReturnType<typeof setTimeout> | undefined;
  #isGuarded = false;

  constructor() {
    super();
    this.#internals = this.attachInternals();
    this.isNew = false;
    this.isColorGiven = false;
    this.isLate = false;
    this.words = 0;
    this.recovered = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("keydown", this.#onKey);
    const { address: url, document, user, token, isNew } = this;
    const account = deviceAccountOf(token, user.id);
    const session = openDocument({
      url,
      document,
      user,
      token: () => this.#tokenToShow(),
      isNew,
      account: account?.name,
      isFormerAccount: account?.isFormer,
      ...(account === undefined && { store: null }),
    });
    this.#session = session;
    const loading = setTimeout(() => {
      this.isLate = !session.isReady;
    }, LOADING_AFTER);
    this.#stop = [
      () => clearTimeout(loading),
      () => clearTimeout(this.#countTimer),
      session.on("ready", () => {
        this.isLate = false;
        this.#count();
        this.requestUpdate();
      }),
      session.on("status", () => {
        this.#guard();
        this.requestUpdate();
        void this.#own(session);
      }),
      session.on("access", () => {
        this.requestUpdate();
        void this.#keepOwnerLink(session);
      }),
      session.on("remote", () => void this.#own(session)),
      session.on("peers", () => this.#stepAside(session)),
      session.on("recovery", () => {
        this.recovered = session.recovered;
        this.#guard();
      }),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#stop.splice(0)) stop();
    this.#session?.close();
    this.#session = undefined;
    this.#guard();
  }

  /** The link that somebody came with; or else the owner link that this device keeps. */
  async #tokenToShow(): Promise<string | undefined> {
    this.#shownToken = this.token ?? (await this.ownership?.token());
    this.ownerLink = this.ownership?.link;
    return this.#shownToken;
  }

  /** Asks for the owner link once something of a document that was started here is saved, and uses it where it helps. */
  async #own(session: SharedDocument): Promise<void> {
    const { ownership } = this;
    if (ownership === undefined || this.token !== undefined) return;
    const { state } = session.status;
    if (state === "synced" && session.version > 0) await ownership.claim();
    // The link that was kept is good no more: this person comes as anybody does.
    const isUseless = this.#shownToken !== undefined && USELESS.has(session.status.code ?? "");
    if (isUseless) await ownership.forget();
    this.ownerLink = ownership.link;
    if (isUseless && this.#session === session) return session.reconnect();
    const isHeldUp = state === "readonly" || state === "denied";
    if (!isHeldUp || this.#shownToken !== undefined) return;
    // It came while this page was connected without it.
    if ((await ownership.token()) !== undefined && this.#session === session) session.reconnect();
  }

  /** Keeps an owner link that somebody came with, and takes it out of the address, which people copy. */
  async #keepOwnerLink(session: SharedDocument): Promise<void> {
    const { ownership, token } = this;
    if (ownership === undefined || token === undefined || session.role !== "own") return;
    if (deviceAccountOf(token, "")?.name !== deviceAccountOf(undefined, "")?.name) return;
    const isKept = await ownership.keep(token);
    this.ownerLink = ownership.link;
    if (isKept) history.replaceState(null, "", location.pathname + location.search);
    this.requestUpdate();
  }

  protected override updated(): void {
    void this.#askForTitle();
    if (this.#session !== undefined && this.#session.user !== this.user) this.#session.setUser(this.user);
  }

  protected override render(): TemplateResult {
    const session = this.#session;
    const isOpen = session === undefined || !isClosed(session);
    const title = isOpen ? this.#title() : NO_ACCESS;
    window.document.title = title === UNTITLED ? "Untitled · Interline" : `${title} · Interline`;
    return html`
      <header class=${this.isLate && isTrying(session) ? "loading" : ""}>
        <a class="skip" href="#text" @click=${this.#skip}>Skip to the text</a>
        <button type="button" class="icon-only" aria-label="New document" title="New document" @click=${newDocument}>
          ${icon("plus")}
        </button>
        <h1 class=${title === UNTITLED ? "untitled" : ""} dir="auto">${title}</h1>
        <interline-status compact .session=${session}></interline-status>
        <span class="grow"></span>
        <interline-people
          .session=${session}
          .shown=${window.matchMedia("(width < 640px)").matches ? 2 : 5}
        ></interline-people>
        <span class="separator"></span>
        ${isOpen ? html`<copy-button label="Copy link" text=${location.href}></copy-button>` : nothing}
        <button
          type="button"
          class="icon-only"
          popovertarget="panel"
          aria-label="Your name, colour and theme"
          title="Your name, colour and theme"
        >
          ${icon("more")}
        </button>
      </header>
      ${this.#isUnsent() ? html`<unsent-text .session=${session}></unsent-text>` : nothing}
      <main>
        ${isOpen ? this.#text() : html`<closed-document .session=${session} .code=${session.status.code}></closed-document>`}
      </main>
      <footer>${this.#refusedPaste()}${this.#recovery()}${this.#line(isOpen)}</footer>
      <div id="panel" class="panel" popover role="dialog" aria-label="Your name, colour and theme">
        <person-panel .user=${this.user} theme=${this.theme} @person-change=${this.#onPerson}></person-panel>
        ${this.#owning()}
        ${isOpen ? html`<copy-button class="narrow" label="Copy link" text=${location.href}></copy-button>` : nothing}
      </div>
    `;
  }

  #owning(): TemplateResult | typeof nothing {
    if (this.ownerLink === undefined) return nothing;
    return html`<section class="owning" aria-labelledby="owning">
      <h2 id="owning">Owner link, keep it</h2>
      <p>Whoever has it owns this document. Only this device knows it: keep a copy, and give it to nobody else.</p>
      <copy-button label="Copy owner link" text=${this.ownerLink}></copy-button>
    </section>`;
  }

  #text(): TemplateResult {
    const session = this.#session;
    const isInviting = session?.isReady === true && this.#isWritable();
    return html`<interline-editor
        page
        label="Text of the document"
        placeholder=${isInviting ? "Start writing, or drop a text file here." : ""}
        autofocus
        .session=${session}
        .user=${this.user}
        @il-update=${this.#onUpdate}
        @il-scroll=${this.#onScroll}
        @il-too-long=${this.#onTooLong}
      ></interline-editor>
      ${this.#emptyHint()}`;
  }

  #line(isOpen: boolean): TemplateResult {
    // What is above says it all, with what can be done.
    if (!isOpen) return html`<div class="line"></div>`;
    const { line, column } = this.#editor()?.caretPosition ?? { line: 1, column: 1 };
    const about = this.#isUnsent() ? "told" : this.#isWritable() ? "" : "reading";
    return html`<div class="line ${about}">
      <interline-status .session=${this.#session}></interline-status>
      <span class="grow"></span>
      ${
        this.#session?.isReady === true
          ? html`<span class="words">${this.words === 1 ? "1 word" : `${this.words.toLocaleString("en")} words`}</span>
              <span class="place">Line ${line}, column ${column}</span>`
          : nothing
      }
    </div>`;
  }

  #isWritable(): boolean {
    return this.#session === undefined || isWritable(this.#session);
  }

  #isUnsent(): boolean {
    return this.#session !== undefined && isUnsent(this.#session);
  }

  #emptyHint(): TemplateResult | typeof nothing {
    if (!this.#isWritable()) return nothing;
    if (this.#session?.isReady !== true || (this.#editor()?.textLength ?? 0) > 0) return nothing;
    return html`<div class="empty">
      <div>
        <div>
          ${icon("link")}<span>${location.host}${location.pathname}</span>
          <copy-button label="Copy link" text=${location.href}></copy-button>
        </div>
      </div>
    </div>`;
  }

  #refusedPaste(): TemplateResult | typeof nothing {
    if (this.tooLong === undefined) return nothing;
    return html`<div class="line recovery" role="alert">
      <span>${tooLongWords(this.tooLong)}</span>
      <button type="button" @click=${this.#dismissTooLong}>Dismiss</button>
    </div>`;
  }

  #recovery(): TemplateResult | typeof nothing {
    if (this.recovered.length === 0) return nothing;
    const text = this.recovered.join("\n\n");
    const isKept = this.#session?.status.canKeep === true;
    return html`
      <div class="line recovery" role="alert">
        <span>Some of your text may be missing here. A copy is kept ${isKept ? "on this device" : "in this tab"}.</span>
        <button type="button" @click=${this.#openRecovery}>Show</button>
      </div>
      <dialog aria-labelledby="recovered">
        <h2 id="recovered">Text that may be missing</h2>
        <p>
          The server has lost some of this, or could not say whether it has it. Compare it with the document, and copy what is missing.
        </p>
        <pre tabindex="0">${text}</pre>
        <form method="dialog">
          <copy-button primary label="Copy the text" text=${text}></copy-button>
          <button>Keep it here</button>
          <span class="grow"></span>
          <button @click=${this.#deleteRecovered}>Delete it</button>
        </form>
      </dialog>
    `;
  }

  /** F6 and Shift-F6 go round bar, text and bottom line. */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== "F6") return;
    event.preventDefault();
    const places = ["header button", "interline-editor", "footer interline-status"]
      .map((selector) => this.renderRoot.querySelector<HTMLElement>(selector))
      .filter((element) => element !== null);
    const active = this.shadowRoot?.activeElement?.closest("header, main, footer");
    const index = places.findIndex((place) => active?.contains(place) === true);
    for (let step = 1; step <= places.length; step++) {
      const next = places[(index + (event.shiftKey ? -step : step) + 2 * places.length) % places.length];
      next?.focus();
      if (next?.matches(":focus, :focus-within") === true) return;
    }
  };

  #title(): string {
    const title = this.#firstLine() || (this.givenTitle ?? "");
    return title === "" ? UNTITLED : title.slice(0, 200);
  }

  #firstLine(): string {
    return (this.#editor()?.firstLine ?? "").replace(/^#+\s+/, "").trim();
  }

  /** Once, when the document is there and its first line says nothing. */
  async #askForTitle(): Promise<void> {
    const isThere = this.#session?.isReady === true && isLive(this.#session) && !this.isNew;
    if (!isThere || this.givenTitle !== undefined || this.#firstLine() !== "") return;
    this.givenTitle = "";
    const { document: id, token = this.#shownToken } = this;
    const site = window.document.baseURI;
    this.givenTitle = await givenTitle({ site, document: id, token, fetch: window.fetch.bind(window) });
  }

  #editor(): InterlineEditor | null {
    return this.renderRoot.querySelector("interline-editor");
  }

  readonly #onTooLong = (event: TooLongEvent): void => {
    this.tooLong = event;
  };

  readonly #dismissTooLong = (): void => {
    this.tooLong = undefined;
    this.#editor()?.focus();
  };

  readonly #onUpdate = (): void => {
    this.requestUpdate();
    this.#count();
  };

  #count(): void {
    clearTimeout(this.#countTimer);
    this.#countTimer = setTimeout(() => {
      this.words = countWords(this.#editor()?.value ?? "");
    }, COUNT_AFTER);
  }

  readonly #onScroll = (event: HTMLElementEventMap["il-scroll"]): void => {
    setState(this.#internals, "scrolled", event.hasMoreAbove);
    setState(this.#internals, "more-below", event.hasMoreBelow);
  };

  readonly #skip = (event: Event): void => {
    event.preventDefault();
    this.#editor()?.focus();
  };

  readonly #onPerson = ({ user }: PersonChangeEvent): void => {
    this.user = user;
  };

  /** A newcomer's made-up colour gives way, once, to those who are here already. */
  #stepAside(session: SharedDocument): void {
    if (!this.isColorGiven || session.peers.length === 0) return;
    this.isColorGiven = false;
    const others = session.peers.filter(({ user }) => user.id !== session.self);
    const color = freeColor(
      this.user.color,
      others.map(({ user }) => user.color),
    );
    if (color !== this.user.color) this.user = { ...this.user, color };
  }

  readonly #openRecovery = (): void => {
    this.renderRoot.querySelector("dialog")?.showModal();
  };

  readonly #deleteRecovered = (): void => {
    this.#session?.forgetRecovered();
    this.recovered = [];
    this.#guard();
  };

  /** The browser asks before the tab closes only while something is neither saved nor kept on this device. */
  #guard(): void {
    const isNeeded = this.#session?.status.isKept === false;
    if (isNeeded === this.#isGuarded) return;
    this.#isGuarded = isNeeded;
    if (isNeeded) window.addEventListener("beforeunload", keepOpen);
    else window.removeEventListener("beforeunload", keepOpen);
  }
}

/** While nothing is tried, nothing is loading. */
function isTrying(session: SharedDocument | undefined): boolean {
  const state = session?.status.state;
  return state === "connecting" || state === "reconnecting";
}

function keepOpen(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function newDocument(): void {
  location.assign(document.baseURI);
}

function setState(internals: ElementInternals, state: string, isSet: boolean): void {
  if (isSet) internals.states.add(state);
  else internals.states.delete(state);
}
