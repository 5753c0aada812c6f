import type { EditorView } from "@codemirror/view";
import type { User } from "@interline/client";
import {
  type CSSResultGroup,
  html,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import {
  FollowingEvent,
  MergedEvent,
  PeersEvent,
  QuietEvent,
  ReadyEvent,
  RecoveryEvent,
  RefusedEvent,
  RemoteEvent,
  ScrollEvent,
  OutdatedEvent,
  StatusEvent,
  TooLongEvent,
  UpdateEvent,
} from "./events.ts";
import { DocumentControl } from "./form/document-control.ts";
import { type Seed, seedOf } from "./form/seed.ts";
import { isFocusFree } from "./free-focus.ts";
import { editorStyles } from "./interline-editor.styles.ts";
import { OpenedDocument } from "./opened-document.ts";
import { Others } from "./people/others.ts";
import { peopleOf } from "./people/people.ts";
import { addView, noteFollowing } from "./people/views.ts";
import { personStyles } from "./people/person.styles.ts";
import type { Session } from "./session.ts";
import { followSelection } from "./surface/adopted-selection.ts";
import { caretField, caretOf, type Flags } from "./surface/caret-field.ts";
import { type CaretPosition, caretPlace } from "./surface/caret-place.ts";
import { surfaceStyles } from "./surface/surface.styles.ts";
import { type Place, TextSurface } from "./surface/text-surface.ts";

/**
 * `<interline-editor>`: a text that several people write at once.
 *
 * It opens `document` at `src` for `user`, or shows a `session` that somebody else opened (which it then does not close).
 * Everything of other people is drawn beside the text: nothing they do moves the writer's caret, selection or scroll.
 *
 * It is a control of forms as a `<textarea>` is, under the same names. Positions on the element are in UTF-16 code
 * units, as on native elements; positions of a session are in code points. A `<textarea>` inside works until the
 * document is there, and without script; what was written into it becomes an edit.
 *
 * @attr {boolean} page - it is the page, and no field in one: the type and the room of a sheet of paper, no edge
 * @slot - a `<textarea>` that works before the script has come, or the initial text
 * @slot people - the strip over the text, 40 px high; there only while something is in it
 * @slot status - the start of the line under the text, 30 px high; there only while something is in it
 * @slot counter - the end of that line. Default: how many characters of `maxlength` there are
 *
 * @csspart base - the box around everything: edge, ground, focus ring
 * @csspart strip - the strip over the text
 * @csspart bottom - the line under the text
 * @csspart find - the panel that finds and replaces
 * @csspart counter - how many characters of `maxlength` there are
 *
 * @fires {InputEvent} beforeinput - this person is about to change the text; cancelable
 * @fires {InputEvent} input - this person changed the text. Never for what others do, or scripts
 * @fires {ReadyEvent} il-ready - the text is known and can be edited
 * @fires {StatusEvent} il-status - what is true about the document changed
 * @fires {OutdatedEvent} il-outdated - the server takes nothing from this build of the page any more
 * @fires {PeersEvent} il-peers - somebody joined, left, is away or back, changed name or moved
 * @fires {RemoteEvent} il-remote - what others did is shown now; at most once per frame
 * @fires {MergedEvent} il-merged - back online after a break, and what came together
 * @fires {RecoveryEvent} il-recovery - text whose saving is not certain, kept aside. Whoever listens must show it
 * @fires {UpdateEvent} il-update - the shown text or the own selection changed, by whomever
 * @fires {ScrollEvent} il-scroll - whether text is hidden above or below what is shown
 * @fires {RefusedEvent} il-refused - something that is no text was pasted or dropped, and nothing of it was taken
 * @fires {HighlightingEvent} il-highlighting - highlighting was switched off for a very long paragraph, or on again
 * @fires {TooLongEvent} il-too-long - a paste or a drop was refused: the document has no room for it
 * @fires {FollowingEvent} il-following - the view follows somebody else now, or nobody
 * @fires {QuietEvent} il-quiet - the writer hid the carets of others, or shows them again
 * @fires {PersonEvent} il-person - a tick beside the scrollbar was pressed
 * @fires {PersonEvent} il-highlight - a tick beside the scrollbar is pointed at, or is not any more
 * @public
 */
export class InterlineEditor extends DocumentControl {
  static override shadowRootOptions: ShadowRootInit = { mode: "open", delegatesFocus: true };
  static override styles: CSSResultGroup = [personStyles, editorStyles, surfaceStyles];
  static override properties: PropertyDeclarations = {
    src: { type: String },
    document: { type: String },
    label: { type: String },
    user: { attribute: false },
    account: { type: String },
    initialText: { type: String, attribute: "initial-text" },
    session: { attribute: false },
    highlighted: { attribute: false },
    flags: { type: String },
    quiet: { type: Boolean, reflect: true },
  };
  /** WebSocket URL of the server, as in `wss://host/sync`. */
  declare src: string | undefined;
  /** Id of the document. */
  declare document: string | undefined;
  /** Who writes here. */
  declare user: User | undefined;
  /**
   * Whose copies on this device: see `DocumentOptions.account` of the client. Counts when the document is
   * opened. Default: the user's id.
   */
  declare account: string | undefined;
  /**
   * What the document begins with if it has never had an edit: see `DocumentOptions.initialText` of the client.
   * Counts when the document is opened.
   */
  declare initialText: string | undefined;
  /** A document that is open already; wins over `src`. */
  declare session: Session | undefined;
  /** Id of a user whose carets bear their names for now. */
  declare highlighted: string | undefined;
  /**
   * When carets of others bear their names: `activity`, after they went somewhere; `always`; `hover`, while an avatar or a tick is pointed
   * at. Default: `activity`.
   */
  declare flags: Flags;
  /** True: of others there are only marks in the margin and ticks beside the scrollbar. The writer turns it on and off, too. */
  declare quiet: boolean;

  readonly #opened = new OpenedDocument();
  #shown: Session | undefined;
  #surface: TextSurface | undefined;
  readonly #others = new Others();
  #stop: (() => void)[] = [];

  constructor() {
    super();
    this.flags = "activity";
    this.quiet = false;
    this.addEventListener("keydown", (event) => {
      if (this.#others.key(event)) event.preventDefault();
    });
    this.addEventListener("il-highlight", ({ user }) => {
      this.highlighted = user;
    });
    this.addEventListener("il-person", ({ user }) => void (user && this.scrollToPerson(user)));
  }

  /** The first line of the shown text. */
  get firstLine(): string {
    return this.#surface?.view.state.doc.line(1).text ?? "";
  }

  /** Where the own caret is. */
  get caretPosition(): CaretPosition {
    return this.view === undefined ? { line: 1, column: 1 } : caretPlace(this.view.state);
  }

  /**
   * True where one can type, as of any editable element: pages ask it before they take a key for a shortcut.
   */
  override get isContentEditable(): boolean {
    return this.#surface?.view.state.readOnly === false;
  }

  /** Puts the focus into the text, where the caret was. */
  override focus(): void {
    const textarea = this.waitingTextarea();
    if (textarea !== undefined) textarea.focus();
    else this.#surface?.view.focus();
  }

  /** Takes back the last own burst of typing, and nothing of others. False if there is none. */
  undo(): boolean {
    return this.#surface?.undo() ?? false;
  }

  /** Does again what `undo` took back last. False if there is nothing. */
  redo(): boolean {
    return this.#surface?.redo() ?? false;
  }

  /** Brings an offset, in UTF-16 code units, into view. The caret stays where it is. */
  scrollToPosition(position: number): void {
    this.#surface?.scrollTo(Math.max(0, Math.min(position, this.textLength)));
  }

  /** Brings the caret of a user (by id) into view. False if they have none. */
  scrollToPerson(user: string): boolean {
    const carets = this.#surface?.view.state.field(caretField);
    const caret = carets && caretOf(carets, user);
    if (caret === undefined) return false;
    this.scrollToPosition(caret.head);
    return true;
  }

  /** Id of the user whom the view follows, also while the writer looks elsewhere; undefined: nobody. */
  get following(): string | undefined {
    return this.#others.following;
  }

  /** Lets the view go where somebody (by id) is, until the writer types or presses Escape; undefined: nobody any more. */
  follow(user: string | undefined): void {
    this.#others.follow(user);
  }

  /** Shows what others changed lately, as a list. */
  showLog(): void {
    this.#others.command("log");
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.hasUpdated) return;
    this.requestUpdate();
    this.#surface?.settle();
  }

  /** Moved by `moveBefore()`, which keeps everything but, in each browser, something else. */
  override connectedMoveCallback(): void {
    super.connectedMoveCallback();
    this.#surface?.settle();
  }

  override adoptedCallback(): void {
    super.adoptedCallback();
    // CodeMirror belongs to the window it was made in.
    if (this.shadowRoot !== null) followSelection(this.shadowRoot);
    if (this.#surface !== undefined && this.isConnected) this.#show(this.#shown, this.#surface.leave());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // An element that is only moved is connected again at once, and keeps its editor.
    queueMicrotask(() => {
      if (!this.isConnected) this.#leave();
    });
  }

  protected override render(): TemplateResult {
    return html`
      <div class="base" part="base">
        <div class="strip" part="strip"><slot name="people" @slotchange=${this.#onSlot}></slot></div>
        <slot @slotchange=${() => this.seeMarkup()}></slot>
        <div class="surface"></div>
        <div class="bottom" part="bottom">
          <slot name="status" @slotchange=${this.#onSlot}></slot>
          <slot name="counter" @slotchange=${this.#onSlot}>
            <span class="counter" part="counter"></span>
          </slot>
        </div>
      </div>
      <div class="announcer" role="status"></div>
    `;
  }

  /** A strip is there only while something is in its slot; a companion in it shows the same document. */
  readonly #onSlot = ({ target }: Event): void => {
    const slot = target as HTMLSlotElement;
    slot.classList.toggle("used", slot.assignedElements().length > 0);
    this.#tellCompanions();
  };

  #tellCompanions(): void {
    for (const child of this.children) if (isCompanion(child)) child.session = this.#shown;
  }

  protected override get view(): EditorView | undefined {
    return this.#surface?.view;
  }

  protected override updated(changed: PropertyValues): void {
    if (!this.isConnected) return;
    const session = this.session ?? this.#open(changed);
    if (session !== this.#shown) this.#show(session);
    const surface = this.#surface;
    this.refreshInner(surface && ((labels) => surface.setWords(labels)));
    if (changed.has("highlighted")) {
      this.#surface?.highlight(this.highlighted);
      this.#others.highlight(this.highlighted);
    }
    if (changed.has("flags") || changed.has("quiet")) this.#setManner();
    this.#others.refresh();
  }

  /** The document that `src`, `document` and `user` name, opened once. */
  #open(changed: PropertyValues): Session | undefined {
    const { src, document, user, account } = this;
    if (changed.has("src") || changed.has("document")) this.#opened.close();
    if (!src || !document || user === undefined) return this.#opened.document;
    if (this.#opened.document === undefined && isBeingParsed(this)) {
      const again = (): void => this.requestUpdate();
      this.ownerDocument.addEventListener("DOMContentLoaded", again, { once: true });
      return undefined;
    }
    return this.#opened.open({ url: src, document, user, account, initialText: this.seed().text });
  }

  #show(session: Session | undefined, place?: Place): void {
    this.#hide();
    if (session === undefined) return;
    const parent = this.renderRoot.querySelector<HTMLElement>(".surface");
    const region = this.renderRoot.querySelector<HTMLElement>(".announcer");
    if (parent === null || region === null) return;
    this.#shown = session;
    const { tell, ...options } = this.surfaceOptions;
    this.#surface = new TextSurface({
      ...options,
      parent,
      root: this.shadowRoot ?? this.ownerDocument,
      session,
      isReadOnly: this.isFixed,
      parts: this.writing.parts,
      onUpdate: (update, remote) => {
        this.#others.updated(update, remote !== undefined);
        if (remote !== undefined) this.noteWriting();
        if (update.docChanged) this.textChanged();
        if (remote !== undefined) this.dispatchEvent(new RemoteEvent(remote));
        if (update.docChanged || update.selectionSet) this.dispatchEvent(new UpdateEvent(update.docChanged));
        tell(update);
      },
      place,
      onTooLong: ({ length, room }) => this.dispatchEvent(new TooLongEvent(length, room)),
      onRefused: (what) => {
        const { imageRefused, fileRefused } = this.said.writing;
        const words = what === "image" ? imageRefused : fileRefused;
        // What somebody does is answered at once.
        region.textContent = words;
        this.dispatchEvent(new RefusedEvent(what, words));
      },
      onScroll: (above, below) => this.dispatchEvent(new ScrollEvent(above, below)),
    });
    this.#tellCompanions();
    this.writing.attach(this.#surface);
    this.#setManner();
    this.#others.attach({
      view: this.#surface.view,
      region,
      words: () => this.said,
      addStyles: (styles) => this.addStyles(styles),
      isQuiet: () => this.quiet,
      setQuiet: (isQuiet) => {
        this.quiet = isQuiet;
        this.dispatchEvent(new QuietEvent(isQuiet));
      },
      onFollowing: (user) => {
        noteFollowing(session);
        this.dispatchEvent(new FollowingEvent(user));
      },
    });
    this.#listen(session);
    this.requestUpdate();
    this.showState(session.status.state);
    if (session.isReady) this.#ready();
  }

  #setManner(): void {
    this.#surface?.setManner({ flags: this.flags, isQuiet: this.quiet });
    this.#others.refresh();
  }

  #listen(session: Session): void {
    this.#stop = [
      addView(session, this),
      session.on("ready", () => this.#ready()),
      session.on("status", (status) => {
        this.#refreshAccess();
        this.showState(status.state);
        this.dispatchEvent(new StatusEvent(status));
        if (status.code === "ERR_PROTOCOL_VERSION") this.dispatchEvent(new OutdatedEvent(status));
      }),
      session.on("access", () => this.#refreshAccess()),
      session.on("peers", () => {
        this.#others.people(peopleOf(session.peers, session.self ?? this.user?.id));
        this.dispatchEvent(new PeersEvent(session.peers));
      }),
      session.on("merged", (merge) => this.dispatchEvent(new MergedEvent(merge))),
      session.on("recovery", ({ text }) => this.dispatchEvent(new RecoveryEvent(text))),
    ];
  }

  #ready(): void {
    this.takeOver();
    if (this.#shown !== undefined)
      this.#others.people(peopleOf(this.#shown.peers, this.#shown.self ?? this.user?.id));
    if (this.autofocus && isFocusFree(this)) this.focus();
    this.dispatchEvent(new ReadyEvent());
  }

  #refreshAccess(): void {
    this.#surface?.setReadOnly(this.isFixed);
    this.setState("readonly", this.isFixed);
    this.refreshValidity();
  }

  protected override accessChanged(): void {
    this.#refreshAccess();
    this.requestUpdate();
  }

  protected override get shown(): Session | undefined {
    return this.#shown;
  }

  protected override seed(): Seed {
    return seedOf(this, this.initialText);
  }

  #hide(): void {
    this.letGo();
    for (const stop of this.#stop.splice(0)) stop();
    this.writing.attach(undefined);
    this.#others.detach();
    this.#surface?.close();
    this.#surface = undefined;
    this.#shown = undefined;
  }

  #leave(): void {
    this.#hide();
    this.#opened.close();
  }
}

/** An element of ours that shows something of a document, in a slot of this one. */
function isCompanion(element: Element): element is Element & { session: Session | undefined } {
  return element.slot !== "" && element.localName.startsWith("interline-") && "session" in element;
}

/** True while the parser may not have come to what stands inside an element. */
function isBeingParsed({ ownerDocument, nextSibling }: Element): boolean {
  return ownerDocument.readyState === "loading" && nextSibling === null;
}
