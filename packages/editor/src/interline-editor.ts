import type { EditorView } from "@codemirror/view";
import { openDocument, type SharedDocument, type User } from "@interline/client";
import {
  type CSSResultGroup,
  html,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import {
  MergedEvent,
  PeersEvent,
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
import { isFocusFree } from "./free-focus.ts";
import { editorStyles } from "./interline-editor.styles.ts";
import { peopleOf } from "./people/people.ts";
import { PeopleAnnouncer } from "./people/people-announcer.ts";
import { personStyles } from "./people/person.styles.ts";
import { isWritable, type Session } from "./session.ts";
import { followSelection } from "./surface/adopted-selection.ts";
import { caretField } from "./surface/caret-field.ts";
import { surfaceStyles } from "./surface/surface.styles.ts";
import { type Place, TextSurface } from "./surface/text-surface.ts";
import type { Words } from "./words/words.ts";
import { WritingElement } from "./writing-element.ts";

/** A place in the text as people count: from 1. @public */
export interface CaretPosition {
  readonly line: number;
  /** In characters as people see them (grapheme clusters). */
  readonly column: number;
}

/**
 * `<interline-editor>`: a text that several people write at once.
 *
 * It opens `document` at `src` for `user`, or shows a `session` that somebody else opened (which it then does not close).
 * Everything of other people is drawn beside the text: nothing they do moves the writer's caret, selection or scroll.
 *
 * @fires il-ready, il-status, il-peers, il-remote, il-merged, il-recovery, il-update, il-too-long, il-refused, il-highlighting
 * @public
 */
export class InterlineEditor extends WritingElement {
  static override shadowRootOptions: ShadowRootInit = { mode: "open", delegatesFocus: true };
  static override styles: CSSResultGroup = [personStyles, editorStyles, surfaceStyles];
  static override properties: PropertyDeclarations = {
    src: { type: String },
    document: { type: String },
    placeholder: { type: String },
    label: { type: String },
    readonly: { type: Boolean },
    user: { attribute: false },
    account: { type: String },
    initialText: { type: String, attribute: "initial-text" },
    session: { attribute: false },
    highlighted: { attribute: false },
  };

  /** WebSocket URL of the server, as in `wss://host/sync`. */
  declare src: string | undefined;
  /** Id of the document. */
  declare document: string | undefined;
  /** Shown in an empty text; never its label. */
  declare placeholder: string;
  /** The accessible name. Default: the element's `aria-label`, or "Text". */
  declare label: string | undefined;
  /** True: nothing can be typed here. Where the person has no right to write nothing can be typed either way. */
  declare readonly: boolean;
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

  #opened: SharedDocument | undefined;
  #shown: Session | undefined;
  #surface: TextSurface | undefined;
  #announcer: PeopleAnnouncer | undefined;
  #stop: (() => void)[] = [];
  /** In whose language the surface was told its words. */
  #told: Words | undefined;

  constructor() {
    super();
    this.placeholder = "";
    this.readonly = false;
  }

  /** The text as shown. Cost: its length. */
  get value(): string {
    return this.#surface?.view.state.doc.toString() ?? "";
  }

  /** Length of the shown text in UTF-16 code units. O(1). */
  get textLength(): number {
    return this.#surface?.view.state.doc.length ?? 0;
  }

  /** The first line of the shown text. */
  get firstLine(): string {
    return this.#surface?.view.state.doc.line(1).text ?? "";
  }

  /** Start of the own selection, in UTF-16 code units. */
  get selectionStart(): number {
    return this.#surface?.view.state.selection.main.from ?? 0;
  }

  /** End of the own selection, in UTF-16 code units. */
  get selectionEnd(): number {
    return this.#surface?.view.state.selection.main.to ?? 0;
  }

  /** Where the own caret is. */
  get caretPosition(): CaretPosition {
    const state = this.#surface?.view.state;
    if (state === undefined) return { line: 1, column: 1 };
    const { head } = state.selection.main;
    const { from, number } = state.doc.lineAt(head);
    return { line: number, column: charactersIn(state.sliceDoc(from, head)) + 1 };
  }

  /**
   * True where one can type, as of any editable element: pages ask it before they take a key for a shortcut.
   */
  override get isContentEditable(): boolean {
    return this.#surface?.view.state.readOnly === false;
  }

  override focus(): void {
    this.#surface?.view.focus();
  }

  /** Takes back the last own burst of typing, and nothing of others. False if there is none. */
  undo(): boolean {
    return this.#surface?.undo() ?? false;
  }

  redo(): boolean {
    return this.#surface?.redo() ?? false;
  }

  /** Brings an offset, in UTF-16 code units, into view. The caret stays where it is. */
  scrollToPosition(position: number): void {
    this.#surface?.scrollTo(Math.max(0, Math.min(position, this.textLength)));
  }

  /** Brings the caret of a user (by id) into view. False if they have none. */
  scrollToPerson(user: string): boolean {
    const carets = this.#surface?.view.state.field(caretField).carets;
    const caret = carets?.find((candidate) => candidate.user === user);
    if (caret === undefined) return false;
    this.scrollToPosition(caret.head);
    return true;
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
      <div class="base" part="base"><div class="surface"></div></div>
      <div class="announcer" role="status"></div>
    `;
  }

  protected override get view(): EditorView | undefined {
    return this.#surface?.view;
  }

  protected override updated(changed: PropertyValues): void {
    if (!this.isConnected) return;
    const session = this.session ?? this.#open(changed);
    if (session !== this.#shown) this.#show(session);
    if (changed.has("readonly")) this.#refreshAccess();
    if (changed.has("label") || changed.has("placeholder") || this.said !== this.#told) {
      this.#told = this.said;
      this.#surface?.setWords(this.#labels());
    }
    if (changed.has("highlighted")) this.#surface?.highlight(this.highlighted);
  }

  /** The document that `src`, `document` and `user` name, opened once. */
  #open(changed: PropertyValues): Session | undefined {
    const { src, document, user, account, initialText } = this;
    if (changed.has("src") || changed.has("document")) this.#closeOpened();
    if (!src || !document || user === undefined) return this.#opened;
    if (this.#opened === undefined)
      this.#opened = openDocument({ url: src, document, user, account, initialText });
    else if (changed.has("user")) this.#opened.setUser(user);
    return this.#opened;
  }

  /** What is typed and not saved yet is saved first, however long that takes. */
  #closeOpened(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened === undefined) return;
    opened.select(undefined);
    const close = (): void => opened.close();
    opened.flush().then(close, close);
  }

  #show(session: Session | undefined, place?: Place): void {
    this.#hide();
    if (session === undefined) return;
    const parent = this.renderRoot.querySelector<HTMLElement>(".surface");
    const region = this.renderRoot.querySelector<HTMLElement>(".announcer");
    if (parent === null || region === null) return;
    this.#shown = session;
    const announcer = new PeopleAnnouncer(
      (words) => {
        region.textContent = words;
      },
      () => this.said.announcements,
      {
        now: () => Date.now(),
        setTimeout: (run, delay) => setTimeout(run, delay),
        clearTimeout: (timer) => clearTimeout(timer as number),
      },
    );
    this.#announcer = announcer;
    this.#surface = new TextSurface({
      ...this.#labels(),
      parent,
      root: this.shadowRoot ?? this.ownerDocument,
      session,
      isReadOnly: this.#isReadOnly(session),
      parts: this.writing.parts,
      onUpdate: (update, remote) => {
        if (remote === undefined && update.docChanged) announcer.typed();
        if (remote !== undefined) this.dispatchEvent(new RemoteEvent(remote));
        if (update.docChanged || update.selectionSet) this.dispatchEvent(new UpdateEvent(update.docChanged));
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
    this.writing.attach(this.#surface);
    this.#listen(session, announcer);
    if (session.isReady) this.#ready();
  }

  #listen(session: Session, announcer: PeopleAnnouncer): void {
    this.#stop = [
      session.on("ready", () => this.#ready()),
      session.on("status", (status) => {
        this.#refreshAccess();
        this.dispatchEvent(new StatusEvent(status));
        if (status.code === "ERR_PROTOCOL_VERSION") this.dispatchEvent(new OutdatedEvent(status));
      }),
      session.on("access", () => this.#refreshAccess()),
      session.on("peers", () => {
        announcer.update(peopleOf(session.peers, session.self ?? this.user?.id));
        this.dispatchEvent(new PeersEvent(session.peers));
      }),
      session.on("merged", (merge) => this.dispatchEvent(new MergedEvent(merge))),
      session.on("recovery", ({ text }) => this.dispatchEvent(new RecoveryEvent(text))),
    ];
  }

  #ready(): void {
    if (this.#shown !== undefined)
      this.#announcer?.update(peopleOf(this.#shown.peers, this.#shown.self ?? this.user?.id));
    if (this.autofocus && isFocusFree(this)) this.focus();
    this.dispatchEvent(new ReadyEvent());
  }

  /** Nothing can be typed where the page says so, nor where it could not be saved. */
  #isReadOnly(session: Session): boolean {
    return this.readonly || !isWritable(session);
  }

  #refreshAccess(): void {
    if (this.#shown !== undefined) this.#surface?.setReadOnly(this.#isReadOnly(this.#shown));
  }

  #hide(): void {
    for (const stop of this.#stop.splice(0)) stop();
    this.#announcer?.close();
    this.writing.attach(undefined);
    this.#surface?.close();
    this.#announcer = undefined;
    this.#surface = undefined;
    this.#shown = undefined;
  }

  #leave(): void {
    this.#hide();
    this.#closeOpened();
  }

  #labels(): { label: string; placeholder: string } {
    return {
      label: this.label ?? this.getAttribute("aria-label") ?? this.said.editor.text,
      placeholder: this.placeholder,
    };
  }
}

/** Longest line whose characters are counted one by one, in UTF-16 code units. */
const COUNTED = 20_000;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function charactersIn(string: string): number {
  return string.length > COUNTED ? string.length : Array.from(graphemes.segment(string)).length;
}
