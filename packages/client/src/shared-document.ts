import {
  composeAll,
  isNoop,
  type Operation,
  replaceOperation,
  type Selection,
  type Text,
  type UndoStep,
} from "@interline/ot";
import { allows, isDocumentId, ProtocolErrorCode, type Role, tokenOf, type User } from "@interline/protocol";
import { type ChannelMessage, Connection } from "./connection.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { type ChannelOwner, DocumentChannel } from "./document-channel.ts";
import type { DocumentOptions, SharedDocumentEvents, SharedDocumentOptions } from "./document-options.ts";
import { Draft } from "./draft.ts";
import type { Environment } from "./environment.ts";
import { ClientError } from "./errors.ts";
import { Listeners } from "./listeners.ts";
import { DeviceCopy } from "./offline/device-copy.ts";
import { deviceStore } from "./offline/device-store.ts";
import { Siblings } from "./offline/siblings.ts";
import { OwnSelection } from "./own-selection.ts";
import { OwnUndo } from "./own-undo.ts";
import type { GonePerson, RemotePeer } from "./peers.ts";
import { Presence } from "./presence.ts";
import { Replica, type ReplicaState, savedState } from "./replica.ts";
import { type DocumentStatus, sameStatus, statusOf } from "./status.ts";

/**
 * Opens a document on a connection of its own: connects by itself, stays connected, and merges what was typed meanwhile.
 * @throws ClientError `ERR_DOCUMENT_ID` if the id is not a possible one.
 * @public
 */
export function openDocument(options: SharedDocumentOptions): SharedDocument {
  checkDocumentId(options.document);
  return new SharedDocument(new Connection(options, options.document), options, { ownsConnection: true });
}

/**
 * Opens a document on a connection that others use too, see `openConnection`. Closing the document leaves the connection open.
 * @throws ClientError `ERR_DOCUMENT_ID` if the id is not a possible one.
 * @public
 */
export function openDocumentOver(connection: Connection, options: DocumentOptions): SharedDocument {
  checkDocumentId(options.document);
  return new SharedDocument(connection, options, { ownsConnection: false });
}

function checkDocumentId(document: string): void {
  if (isDocumentId(document)) return;
  throw new ClientError(
    ProtocolErrorCode.DocumentId,
    `${JSON.stringify(document)} is not a possible document id`,
  );
}

/**
 * A document that others may edit at the same time. Local edits take effect at once, whatever the network does.
 * All positions are in Unicode code points of `text`.
 * @public
 */
export class SharedDocument {
  readonly id: string;
  readonly #environment: Environment;
  readonly #presence = new Presence();
  readonly #listeners = new Listeners<SharedDocumentEvents>();
  readonly #connection: Connection;
  readonly #ownsConnection: boolean;
  readonly #undo: OwnUndo;
  readonly #selection: OwnSelection;
  readonly #device: DeviceCopy | undefined;
  readonly #siblings: Siblings | undefined;
  readonly #newSession: () => string;
  readonly #stopHiding: () => void;
  #replica: Replica;
  /** Undefined while the copy on this device is read. */
  #channel: DocumentChannel | undefined;
  #role: Role = "own";
  #isReady = false;
  #wasLive = false;
  #isClosed = false;
  #status: DocumentStatus;
  #pendingSince: number | undefined;
  #recovered: readonly string[] = [];
  #isPersistent = false;
  /** Counts since the connection came back, until everything is caught up and acknowledged. */
  #merging: { own: number; others: number } | undefined;

  /** Use `openDocument` or `openDocumentOver`. @internal */
  constructor(
    connection: Connection,
    { document, store = deviceStore(), isNew = false, undo }: DocumentOptions,
    { ownsConnection }: { readonly ownsConnection: boolean },
  ) {
    const { environment } = connection;
    this.id = document;
    this.#connection = connection;
    this.#ownsConnection = ownsConnection;
    this.#environment = environment;
    this.#undo = new OwnUndo(undo, environment.now);
    this.#selection = new OwnSelection(environment);
    this.#newSession = () => tokenOf(environment.randomBytes(22));
    this.#replica = new Replica({ newSession: this.#newSession });
    this.#status = this.#readStatus();
    this.#stopHiding =
      environment.onVisibility?.((isHidden) => {
        // This may be the last chance to write something.
        if (isHidden) void this.#device?.keeper?.flush();
      }) ?? (() => {});
    if (store !== null) {
      this.#device = new DeviceCopy({
        store,
        key: { account: connection.user.id, server: connection.url, document },
        connection,
        newSession: this.#newSession,
        onRecovered: (texts) => this.#takeRecovered(texts),
        onSignedOut: () => this.close(),
        onMessage: (message) => {
          if (this.#isReady) this.#siblings?.heard(message);
        },
        followed: () => this.#siblings?.followed,
        onChanged: () => this.#refreshStatus(),
      });
      // Without locks nobody may go on with another's session.
      if (store.canLock) this.#siblings = this.#withSiblings(this.#device);
      void this.#beginFrom(this.#device, isNew);
    } else this.#begin(undefined, isNew);
  }

  /** What the writer sees: the server's text with everything typed here in it. */
  get text(): Text {
    return this.#siblings?.text ?? this.#replica.text;
  }

  /** Number of operations in the document's log that this copy knows. */
  get version(): number {
    return this.#replica.version;
  }

  /** True once a text is known, the server's or that of the copy on this device. Before that it is empty and must not be edited. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get status(): DocumentStatus {
    return this.#status;
  }

  get user(): User {
    return this.#connection.user;
  }

  /** What may be done here, as the server last said: edits beyond it stay here, unsaved. */
  get role(): Role {
    return this.#role;
  }

  /** Everybody else who has the document open, with carets in code points of `text`. */
  get peers(): readonly RemotePeer[] {
    const peers = this.#presence.shown(this.#replica.pending);
    // Where they are in the text of another tab nobody knows.
    return this.#isFollowing ? peers.map((peer) => ({ ...peer, selection: undefined })) : peers;
  }

  /** Everybody who was here in the last hour and is not any more, the last to go first: at most 20. */
  get gone(): readonly GonePerson[] {
    return this.#presence.gone(this.#environment.now());
  }

  /** Texts of which nobody knows whether the server has all of it. They are kept until `forgetRecovered()`. */
  get recovered(): readonly string[] {
    return this.#recovered;
  }

  /** The writer has seen what was recovered, and needs it no more. */
  forgetRecovered(): void {
    this.#recovered = [];
    this.#device?.forgetDoubtful();
    this.#device?.keeper?.changed(true);
    this.#refreshStatus();
  }

  /**
   * A local edit, in code points of `text`. It is in `text` when this returns, is kept on this device a moment later, and is sent when it
   * can be.
   * @throws ClientError `ERR_CLOSED` after `close()` or before `isReady`;
   * @throws OtError `ERR_LENGTH_MISMATCH` if it does not fit; nothing has changed then.
   */
  edit(operation: Operation): void {
    this.#checkEditable();
    if (isNoop(operation)) return;
    const before = this.text;
    const selectionBefore = this.#selection.value;
    this.#apply(operation);
    this.#undo.edited(operation, before, selectionBefore, this.#selection.value);
  }

  /** Inserts text before the code point `at`. Throws as `edit` does. */
  insert(at: number, text: string): void {
    this.replace(at, at, text);
  }

  /** Deletes `length` code points from `at` on. Throws as `edit` does. */
  delete(at: number, length: number): void {
    this.replace(at, at + length, "");
  }

  /** Replaces code points `from` to `to`. Throws as `edit` does. */
  replace(from: number, to: number, text: string): void {
    this.#checkEditable();
    this.edit(replaceOperation(from, to, text, this.text.points));
  }

  /**
   * Several edits as one: others see all of them or none, and one undo takes them back. If `make` throws nothing has changed. Throws as
   * `edit` does.
   */
  transact(make: (draft: Draft) => void): void {
    this.#checkEditable();
    const draft = new Draft(this.text);
    make(draft);
    this.edit(draft.operation);
  }

  /** Whether there is an own edit to take back, or one that was taken back. */
  get canUndo(): boolean {
    return this.#undo.canUndo;
  }

  get canRedo(): boolean {
    return this.#undo.canRedo;
  }

  /** Takes back the last own group of edits, and nothing of others. False if there is none, or no history. Throws as `edit` does. */
  undo(): boolean {
    this.#checkEditable();
    return this.#step(this.#undo.undo(this.text));
  }

  /** Takes back the last undo. False if there is none. Throws as `edit` does. */
  redo(): boolean {
    this.#checkEditable();
    return this.#step(this.#undo.redo(this.text));
  }

  /** The own caret or selection, in code points of `text`: as it was last set, moved with the text since. */
  get selection(): Selection | undefined {
    return this.#selection.value;
  }

  /** Sets the own caret or selection, in code points of `text`; undefined: none. Others see it a moment later. */
  select(selection: Selection | undefined): void {
    if (!this.#isClosed && this.#selection.set(selection)) this.#scheduleSelect();
  }

  /** A new name or colour, for all documents of this document's connection. */
  setUser(user: User): void {
    this.#connection.setUser(user);
  }

  /** Tries to connect at once, also where the server had ended the connection. */
  reconnect(): void {
    this.#channel?.retry();
    this.#connection.reconnect();
  }

  /**
   * Resolves when everything typed so far is durable at the server.
   * @throws ClientError with the code if the document is closed, or the server ends the connection for good or refuses the edits.
   */
  flush(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): boolean => {
        const { state, code, pendingEdits } = this.#status;
        if (pendingEdits === 0) resolve();
        else if (this.#isClosed) reject(new ClientError("ERR_CLOSED", "closed with unsaved edits"));
        else if (state === "error" || state === "held") {
          reject(new ClientError(code ?? "ERR_CLOSED", "the server does not take the edits"));
        } else return false;
        return true;
      };
      if (settle()) return;
      const stop = this.on("status", () => {
        if (settle()) stop();
      });
    });
  }

  /**
   * Ends it. What is not acknowledged stays on this device until the document is opened again; where nothing is kept (see
   * `status.canKeep`) it is lost: `flush()` first. Safe to call twice.
   */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopHiding();
    this.#selection.stop();
    this.#siblings?.close();
    this.#channel?.close();
    this.#device?.close();
    if (this.#ownsConnection) this.#connection.close();
    this.#refreshStatus();
  }

  /** What helps to understand a fault, without any text of the document. */
  diagnostics(): Diagnostics {
    const { session, version, entryId, lastSeq, inFlight, base, buffer } = this.#replica.state;
    const channel = this.#channel?.counters;
    return {
      document: this.id,
      session,
      version,
      entryId,
      lastSeq,
      inFlightSeq: inFlight?.seq,
      baseLength: base.points,
      textLength: this.text.points,
      bufferComponents: buffer.toJSON().length,
      status: this.#status,
      connection: this.#connection.state.name,
      carrier: this.#connection.carrier,
      isFollowing: this.#isFollowing,
      peers: this.peers.length,
      counters: {
        ...this.#connection.counters,
        ...(channel ?? { submits: 0, acknowledgements: 0, opens: 0, resends: 0, roundTripMs: undefined }),
      },
    };
  }

  /** Listens; returns how to stop. */
  on<Name extends keyof SharedDocumentEvents>(
    name: Name,
    listener: (...event: SharedDocumentEvents[Name]) => void,
  ): () => void {
    return this.#listeners.on(name, listener);
  }

  async #beginFrom(device: DeviceCopy, isNew: boolean): Promise<void> {
    // Where nothing can be read, nothing is known; that nothing can be written shows later.
    const begun = await device.begin().catch(() => undefined);
    if (this.#isClosed) return;
    this.#pendingSince = begun?.extras.pendingSince;
    this.#begin(begun?.state, isNew);
    this.#refreshStatus();
    const recovered = begun?.extras.recovered ?? [];
    if (recovered.length > 0) void this.#takeRecovered(recovered);
  }

  /** From now on there is a replica, and it is brought together with the server. */
  #begin(state: ReplicaState | undefined, isNew: boolean): void {
    const replica = new Replica({
      newSession: this.#newSession,
      state,
      writesAhead: this.#device !== undefined,
    });
    this.#replica = replica;
    const keeper = this.#device?.keep({
      state: () => replica.state,
      extras: () => ({ pendingSince: this.#pendingSince, recovered: this.#recovered }),
      onKept: (kept) => this.#channel?.run(replica.kept(kept)),
      onFailed: () => this.#channel?.unkept(),
    });
    this.#channel = new DocumentChannel({
      document: this.id,
      connection: this.#connection,
      replica,
      keeper,
      owner: this.#owner(),
    });
    if (state !== undefined || isNew) this.#becomeReady();
  }

  /** True while the page shows the text of another tab. */
  get #isFollowing(): boolean {
    return this.#siblings?.isFollowing === true;
  }

  #checkEditable(): void {
    if (!this.#isClosed && this.#isReady && this.#channel !== undefined) return;
    throw new ClientError(
      "ERR_CLOSED",
      this.#isClosed ? "the document is closed" : "the text is not known yet",
    );
  }

  #apply(operation: Operation): void {
    if (this.#isFollowing) this.#hold(operation);
    else this.#channel?.edit(operation);
    if (this.#connection.state.name !== "open") this.#persist();
    this.#listeners.emit("change", { operation, isRemote: false });
    this.#refreshStatus();
  }

  #step(step: UndoStep | undefined): boolean {
    if (step === undefined) return false;
    this.#apply(step.operation);
    this.select(step.selection);
    return true;
  }

  #hold(operation: Operation): void {
    this.#siblings?.hold(operation);
    this.#selection.edited(operation);
    this.#pendingSince ??= this.#environment.now();
  }

  #show(operation: Operation): void {
    this.#selection.moved(operation);
    if (!this.#isReady) return;
    this.#undo.moved(operation);
    this.#listeners.emit("remote", operation);
    this.#listeners.emit("change", { operation, isRemote: true });
  }

  #withSiblings(device: DeviceCopy): Siblings {
    return new Siblings(
      {
        replica: () => {
          const { state, text, version, isLive, pendingEdits, pending } = this.#replica;
          return {
            session: state.session,
            text,
            version,
            isLive,
            pending: { edits: pendingEdits, since: this.#pendingSince },
            pendingOperation: () => composeAll(pending),
          };
        },
        post: (message) => device.post(message),
        isKept: async () => {
          const { keeper } = device;
          await keeper?.flush();
          return keeper?.isKept === true && keeper.isWorking;
        },
        giveUp: async () => {
          this.#channel?.close();
          await device.giveUp();
          if (this.#isClosed) return;
          this.#begin({ ...savedState(this.#replica.state), session: this.#newSession() }, false);
        },
        take: async (session) => {
          const opened = await device.take(session, this.#recovered.length === 0);
          if (opened === undefined || this.#isClosed) return false;
          this.#channel?.close();
          this.#pendingSince = opened.extras.pendingSince;
          this.#recovered = [...new Set([...this.#recovered, ...opened.extras.recovered])];
          this.#begin(opened.state, false);
          return true;
        },
        edit: (operation) => {
          // The caret has moved already, when it was typed.
          const { value } = this.#selection;
          this.#channel?.edit(operation);
          this.#selection.set(value);
        },
        show: (operation) => this.#show(operation),
        reconnect: () => this.#connection.reconnect(),
        changed: () => this.#refreshStatus(),
      },
      this.#environment,
    );
  }

  #owner(): ChannelOwner {
    return {
      opening: () => {
        this.#presence.clear();
        this.#device?.look();
      },
      opened: (headVersion, lastSeq) => this.#opened(headVersion, lastSeq),
      heard: (message) => this.#heard(message),
      effect: (effect) => {
        switch (effect.type) {
          case "remote":
            if (this.#isFollowing) break;
            this.#show(effect.operation);
            this.#siblings?.textChanged(effect.operation);
            break;
          case "advanced":
            this.#presence.advance(effect.operation);
            this.#siblings?.advanced(effect.operation, this.#replica.version);
            break;
          case "replaced":
            this.#presence.forgetSelections();
            this.#siblings?.replaced();
            break;
          case "acknowledged":
            // An edit made while the acknowledged one was on its way has waited for at most that long.
            this.#pendingSince = this.#replica.pendingEdits > 0 ? this.#environment.now() : undefined;
            break;
          case "set-aside":
            void this.#takeRecovered([effect.text]);
        }
      },
      edited: (operation) => {
        this.#siblings?.textChanged(operation);
        this.#selection.edited(operation);
        if (this.#replica.pendingEdits === 0) this.#pendingSince = undefined;
        else this.#pendingSince ??= this.#environment.now();
      },
      selection: () => this.#selection.take(),
      access: (role) => {
        this.#role = role;
        if (allows(role, "write")) this.#channel?.run(this.#replica.allowed());
        this.#listeners.emit("access", role);
      },
      differed: () => {
        this.#listeners.emit("fault", {
          code: ProtocolErrorCode.TextDiffers,
          diagnostics: this.diagnostics(),
        });
      },
      changed: () => this.#changed(),
    };
  }

  /** The channel is open again: what comes together now, and where our caret is, which the server forgot. */
  #opened(headVersion: number, lastSeq: number): void {
    this.#selection.forgotten();
    // What came while nobody had the document open here is no news about a break.
    if (!this.#isReady || (!this.#wasLive && this.#replica.pendingEdits === 0)) return;
    const ownCommitted = this.#replica.hasCommitted(lastSeq) ? 1 : 0;
    this.#merging = {
      own: this.#replica.pendingEdits,
      others: Math.max(0, headVersion - this.#replica.version - ownCommitted),
    };
  }

  #heard(message: Extract<ChannelMessage, { type: "peers" | "selections" | "ops" }>): void {
    const { now } = this.#environment;
    switch (message.type) {
      case "ops":
        // Where edits cross, the server may have moved our caret another way than we do, rarely: it is told once more.
        if (this.#replica.pendingEdits > 0) this.#selection.forgotten();
        if (message.selections.length === 0 || message.to !== this.version) return;
        this.#presence.select(message.selections, now(), true);
        break;
      case "peers":
        this.#presence.update(message, now());
        break;
      case "selections":
        if (message.version !== this.version) return;
        this.#presence.select(message.selections, now(), false);
        break;
    }
    this.#listeners.emit("peers");
  }

  #changed(): void {
    const { pendingEdits, isCaughtUp, isLive } = this.#replica;
    this.#wasLive ||= isLive;
    if (pendingEdits === 0) this.#pendingSince = undefined;
    this.#siblings?.checkLink();
    if (isCaughtUp) {
      this.#becomeReady();
      if (this.#merging && pendingEdits === 0) {
        const counts = this.#merging;
        this.#merging = undefined;
        if (counts.own > 0 || counts.others > 0) this.#listeners.emit("merged", counts);
      }
      this.#scheduleSelect();
    }
    this.#refreshStatus();
  }

  #becomeReady(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#refreshStatus();
    this.#listeners.emit("ready");
  }

  /** Shows texts of unknown fate. Resolves to whether they are kept with this document. */
  async #takeRecovered(texts: readonly string[]): Promise<boolean> {
    this.#recovered = [...new Set([...this.#recovered, ...texts])];
    const keeper = this.#device?.keeper;
    keeper?.changed(true);
    for (const text of texts) this.#listeners.emit("recovery", { text });
    await keeper?.flush();
    return keeper?.isKept === true;
  }

  /** Tells the own caret, unless it will ride with an operation. */
  #scheduleSelect(): void {
    this.#selection.schedule(() => {
      if (!this.#isFollowing) this.#channel?.select(() => this.#selection.take());
    });
  }

  /** Once something is nowhere but on this device, the platform is asked not to throw it away. */
  #persist(): void {
    if (this.#isPersistent) return;
    this.#isPersistent = true;
    this.#device?.persist();
  }

  #refreshStatus(): void {
    const status = this.#readStatus();
    if (sameStatus(status, this.#status) && !this.#isClosed) return;
    this.#status = status;
    this.#listeners.emit("status", status);
  }

  #readStatus(): DocumentStatus {
    const keeper = this.#device?.keeper;
    const followed = this.#siblings?.pending;
    return statusOf({
      connection: this.#isClosed ? { name: "closed" } : this.#connection.state,
      attempt: this.#connection.attempt,
      isReady: this.#isReady,
      wasLive: this.#wasLive,
      isLive: this.#replica.isLive,
      held: this.#replica.held,
      faultCode: this.#channel?.faultCode,
      pendingEdits: (followed?.edits ?? this.#replica.pendingEdits) + (this.#device?.pendingEdits ?? 0),
      pendingSince: followed?.since ?? this.#pendingSince,
      canKeep: keeper?.isWorking ?? false,
      isKept: keeper?.isKept === true && this.#siblings?.isHolding !== true,
      hasRecovered: this.#recovered.length > 0,
    });
  }
}
