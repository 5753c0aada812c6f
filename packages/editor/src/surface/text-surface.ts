import { Compartment, EditorState, type Extension, Text, type Transaction } from "@codemirror/state";
import { EditorView, type ViewUpdate } from "@codemirror/view";
import { isNoop, type Operation } from "@interline/ot";
import { isFocusFree } from "../free-focus.ts";
import { noteHeldBack } from "../held-back.ts";
import { isLive, type Session } from "../session.ts";
import { caretField, caretsOf, type Manner, setCarets, setHighlighted, setManner } from "./caret-field.ts";
import { remoteCarets } from "./carets.ts";
import { changesOf, operationOf } from "./changes.ts";
import { CompositionHold } from "./composition-hold.ts";
import { dragAndDrop } from "./drag-and-drop.ts";
import { focusInText, roomAbove } from "./focus.ts";
import { hiddenText } from "./hidden-text.ts";
import { type Labels, labelled } from "./labels.ts";
import { lineEnds } from "./line-ends.ts";
import { pointOfUnit } from "./offsets.ts";
import { OwnUndo, ownUndo, remoteAnnotations } from "./own-undo.ts";
import { type SurfacePart, SurfaceParts } from "./parts.ts";
import { plainText } from "./prose.ts";
import { noFiles, type Refused } from "./refused.ts";
import { RemoteChanges } from "./remote-changes.ts";
import { room, type TooLong } from "./room.ts";
import { uprightSelection } from "./upright-selection.ts";
import { isRemote, wholeCharacters } from "./whole-characters.ts";

/**
 * So many components of what others did are shown in one frame, about half of them changes: the view takes some ms for them, and a key
 * that is pressed meanwhile waits no longer. After a long absence there are frames of them.
 */
const FRAME_COMPONENTS = 500;
/** A hidden tab draws no frames: what came is shown after so long all the same, in ms. */
const FLUSH_LATEST = 250;

/** Where the writer is. */
export interface Place {
  /** The selection, in the whole text of the session. */
  readonly state: EditorState;
  /** What can be undone there. */
  readonly undo: OwnUndo;
  readonly scrollTop: number;
  readonly hasFocus: boolean;
}

export interface SurfaceOptions extends Labels {
  readonly parent: HTMLElement;
  readonly root: ShadowRoot | Document;
  readonly session: Session;
  readonly isReadOnly: boolean;
  /** What its parts hold at first. */
  readonly parts: Partial<Record<SurfacePart, Extension>>;
  /** What else the view does; asked before everything that this surface brings but `room`. */
  readonly extensions?: Extension;
  /** False for a transaction that the page does not want. */
  readonly mayHappen?: (transaction: Transaction) => boolean;
  /** Where the writer was in a surface of the same session that this one stands in for. */
  readonly place?: Place | undefined;
  /** Called after every change of what is shown; `remote` holds the operation of others in it, if any. */
  readonly onUpdate: (update: ViewUpdate, remote: Operation | undefined) => void;
  /** Called after a paste was refused. */
  readonly onTooLong: (paste: TooLong) => void;
  /** Called after something that is no text was not taken. */
  readonly onRefused: (what: Refused) => void;
  /** Called when text begins or ends to be hidden above or below. */
  readonly onScroll: (hasMoreAbove: boolean, hasMoreBelow: boolean) => void;
}

/**
 * One text on the screen, joined to one session: local edits go to it at once, what others do is shown once per frame.
 */
export class TextSurface {
  readonly view: EditorView;

  readonly #session: Session;
  readonly #changes = new RemoteChanges();
  readonly #undo: OwnUndo;
  readonly #hold = new CompositionHold();
  readonly #access = new Compartment();
  readonly #words = new Compartment();
  readonly #parts: SurfaceParts;
  readonly #onUpdate: SurfaceOptions["onUpdate"];
  readonly #stop: (() => void)[] = [];
  #isReadOnly: boolean;
  /** As last told: a moved element loses them before it hears of it. */
  #hasFocus = false;
  #scrollTop = 0;
  #wasLive = true;
  #frame: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The operation in the transaction that is being dispatched. */
  #shown: Operation | undefined;

  constructor(options: SurfaceOptions) {
    const { session } = options;
    this.#session = session;
    this.#isReadOnly = options.isReadOnly;
    this.#onUpdate = options.onUpdate;
    this.#parts = new SurfaceParts(options.parts);
    this.#undo = options.place?.undo ?? new OwnUndo();
    this.view = new EditorView({
      parent: options.parent,
      root: options.root,
      dispatchTransactions: (transactions, view) => {
        if (options.mayHappen !== undefined && !transactions.every(options.mayHappen)) return;
        // Asked, the page may have changed the text: what was made for the old one is void.
        if (view.state === transactions[0]?.startState) view.update(transactions);
      },
      state: EditorState.create({
        doc: this.#sessionText(),
        extensions: [
          ownUndo(this.#undo),
          // Asked last, of the transaction as it would be made.
          room(() => session.maxLength, options.onTooLong),
          options.extensions ?? [],
          this.#parts.extension,
          plainText,
          dragAndDrop(() => this.#flush(Infinity), options.onRefused),
          noFiles(options.onRefused),
          remoteCarets,
          wholeCharacters,
          lineEnds,
          focusInText,
          roomAbove,
          uprightSelection,
          this.#access.of(this.#accessExtension()),
          this.#words.of(labelled(options)),
          EditorView.updateListener.of((update) => this.#updated(update)),
          hiddenText(options.onScroll),
          EditorView.domEventObservers({
            scroll: (_event, { scrollDOM }) => {
              this.#scrollTop = scrollDOM.scrollTop;
            },
          }),
        ],
      }),
    });
    this.#stop.push(
      session.on("ready", () => this.#reset()),
      session.on("remote", (operation) => {
        this.#changes.receive(operation);
        this.#schedule();
      }),
      session.on("peers", () => this.#schedule()),
      session.on("status", () => {
        if (isLive(session) !== this.#wasLive) this.#schedule();
        this.#wasLive = isLive(session);
      }),
    );
    const flushHidden = (): void => this.#flush();
    document.addEventListener("visibilitychange", flushHidden);
    this.#stop.push(() => document.removeEventListener("visibilitychange", flushHidden));
    if (session.isReady) this.#schedule();
    if (options.place !== undefined) this.#restore(options.place);
  }

  /**
   * Where the writer is, to go on from in another surface of the session. This one shows nothing more of what
   * others do.
   */
  leave(): Place {
    const { state } = this.view;
    // What others did and nobody has seen yet: what can be undone is moved over it.
    const operation = this.#changes.take();
    const changes = operation === undefined ? [] : changesOf(operation, state.doc);
    const whole = state.update({ changes, annotations: remoteAnnotations }).state;
    if (operation !== undefined) this.#undo.moved(operation);
    return { state: whole, undo: this.#undo, scrollTop: this.#scrollTop, hasFocus: this.#hasFocus };
  }

  /** The element was moved within the page: caret, focus and scroll are what they were. */
  settle(): void {
    this.view.scrollDOM.scrollTop = this.#scrollTop;
    const { contentDOM } = this.view;
    const isActive = this.view.root.activeElement === contentDOM;
    if (!this.#hasFocus || !(isActive || isFocusFree(contentDOM))) return;
    // CodeMirror looks where the browser's selection is only if it had lost the focus. What is moved loses it
    // without an event, and in Firefox the selection too: so it gets the focus, loses it, and gets it again.
    this.view.focus();
    contentDOM.blur();
    this.view.focus();
  }

  setReadOnly(isReadOnly: boolean): void {
    if (isReadOnly === this.#isReadOnly) return;
    this.#isReadOnly = isReadOnly;
    this.view.dispatch({ effects: this.#access.reconfigure(this.#accessExtension()) });
  }

  setWords(words: Labels): void {
    this.view.dispatch({ effects: this.#words.reconfigure(labelled(words)) });
  }

  /** Fills one of its parts with something else. */
  fill(part: SurfacePart, extension: Extension): void {
    this.view.dispatch({ effects: this.#parts.fill(part, extension) });
  }

  /** Shows the name of one user at all their carets; undefined: of nobody. */
  highlight(user: string | undefined): void {
    this.view.dispatch({ effects: setHighlighted.of(user) });
  }

  /** Shows more or less of others. */
  setManner(manner: Manner): void {
    this.view.dispatch({ effects: setManner.of(manner) });
  }

  undo(): boolean {
    return this.#undo.undo(this.view);
  }

  redo(): boolean {
    return this.#undo.redo(this.view);
  }

  /** Brings an offset, in UTF-16 code units, into view. */
  scrollTo(position: number): void {
    this.view.dispatch({ effects: EditorView.scrollIntoView(position, { y: "center" }) });
  }

  /** Ends it. Safe to call twice. */
  close(): void {
    for (const stop of this.#stop.splice(0)) stop();
    this.#unschedule();
    noteHeldBack(this.#session, this, false);
    this.view.destroy();
  }

  #restore({ state: { selection }, scrollTop, hasFocus }: Place): void {
    const { length } = this.view.state.doc;
    const { anchor, head } = selection.main;
    this.view.dispatch({ selection: { anchor: Math.min(anchor, length), head: Math.min(head, length) } });
    this.#scrollTop = scrollTop;
    this.#hasFocus = hasFocus;
    this.settle();
  }

  #sessionText(): Text {
    return this.#session.isReady ? Text.of(this.#session.text.toString().split("\n")) : Text.empty;
  }

  #accessExtension(): Extension {
    const isFixed = this.#isReadOnly || !this.#session.isReady;
    return [
      EditorState.readOnly.of(isFixed),
      EditorView.contentAttributes.of({ "aria-busy": String(!this.#session.isReady) }),
    ];
  }

  /** The text became known: shown whole, without a trace in the undo history. */
  #reset(): void {
    this.#changes.take();
    this.#undo.clear();
    this.view.dispatch({
      changes: { from: 0, to: this.view.state.doc.length, insert: this.#sessionText() },
      selection: { anchor: 0 },
      effects: this.#access.reconfigure(this.#accessExtension()),
      annotations: remoteAnnotations,
    });
    this.#schedule();
  }

  #updated(update: ViewUpdate): void {
    if (update.focusChanged) this.#hasFocus = update.view.hasFocus;
    let isOwn = update.selectionSet;
    for (const transaction of update.transactions) {
      if (!transaction.docChanged || transaction.annotation(isRemote) === true) continue;
      this.#send(transaction);
      isOwn = true;
    }
    if (isOwn) this.#hold.changed(performance.now());
    if (isOwn || (update.focusChanged && update.view.hasFocus)) this.#select();
    this.#onUpdate(update, this.#shown);
  }

  #send(transaction: Transaction): void {
    const { changes, startState } = transaction;
    const shown = operationOf(changes, startState.doc);
    this.#undo.edited(shown, transaction);
    const operation = this.#changes.edit(shown);
    if (!isNoop(operation)) this.#session.edit(operation);
  }

  #select(): void {
    if (!this.#session.isReady) return;
    const { doc, selection } = this.view.state;
    const head = pointOfUnit(doc, selection.main.head);
    const anchor = selection.main.empty ? head : pointOfUnit(doc, selection.main.anchor);
    this.#session.select(this.#changes.selection({ anchor, head }));
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    this.#frame = requestAnimationFrame(() => this.#flush());
    this.#timer = setTimeout(() => this.#flush(), FLUSH_LATEST);
  }

  #unschedule(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = undefined;
    this.#timer = undefined;
  }

  /**
   * Shows what others did, or the next part of it, and where they are, in one transaction. While an input
   * method composes it waits, frame by frame: not every keyboard reports the end of a composition to the
   * page.
   */
  #flush(maxComponents: number = document.hidden ? Infinity : FRAME_COMPONENTS): void {
    this.#unschedule();
    const { view } = this;
    if (!this.#session.isReady) return;
    if (this.#waits()) {
      this.#schedule();
      return;
    }
    const { state } = view;
    const operation = this.#changes.take(maxComponents);
    const changes = state.changes(operation === undefined ? [] : changesOf(operation, state.doc));
    const now = Date.now();
    const before = state.field(caretField).carets.map((caret) => ({
      ...caret,
      anchor: changes.mapPos(caret.anchor, -1),
      head: changes.mapPos(caret.head, -1),
    }));
    const peers = isLive(this.#session) ? this.#session.peers : [];
    // Where others are counts in the whole text.
    const isWhole = this.#changes.isEmpty;
    const carets = isWhole ? caretsOf(peers, changes.apply(state.doc), before, now) : before;
    this.#shown = operation;
    if (operation !== undefined) this.#undo.moved(operation);
    try {
      view.dispatch({ changes, effects: setCarets.of({ carets, now }), annotations: remoteAnnotations });
    } finally {
      this.#shown = undefined;
    }
    if (!isWhole) this.#schedule();
  }

  /** True while a composition holds back what others did. */
  #waits(): boolean {
    const { view } = this;
    const isComposing = view.composing || view.compositionStarted;
    const isHeld = isComposing && !this.#changes.isEmpty;
    const next = this.#hold.next(isHeld, performance.now());
    if (next === "end") {
      // Without the focus an input method ends its composition, and keeps what was composed.
      view.contentDOM.blur();
      view.focus();
    }
    noteHeldBack(this.#session, this, isHeld && next !== "show");
    return next !== "show" || (isComposing && !isHeld);
  }
}
