import { type Operation, replaceOperation, type Selection, type Text } from "@interline/ot";
import {
  allows,
  isDocumentId,
  type Limits,
  ProtocolErrorCode,
  type Role,
  tokenOf,
  type User,
} from "@interline/protocol";
import { Alarm } from "./alarm.ts";
import { type BackoffOptions, backoffMs, DEFAULT_BACKOFF } from "./backoff.ts";
import { type ChannelHandler, type ChannelMessage, Connection, type TokenSource } from "./connection.ts";
import { type Environment, platformEnvironment } from "./environment.ts";
import { ClientError } from "./errors.ts";
import { Listeners } from "./listeners.ts";
import { OwnSelection } from "./own-selection.ts";
import type { GonePerson, RemotePeer } from "./peers.ts";
import { Presence } from "./presence.ts";
import { type Effect, Replica } from "./replica.ts";
import { type DocumentStatus, sameStatus, statusOf } from "./status.ts";

/** Something unacknowledged for so long puts the connection in doubt, in ms. */
const DOUBT_AFTER_MS = 5_000;
/** Faults of a channel that time may mend. */
const WORTH_ANOTHER_TRY: ReadonlySet<string> = new Set([
  ProtocolErrorCode.StoreUnavailable,
  ProtocolErrorCode.AccessUnavailable,
  ProtocolErrorCode.DocumentFull,
]);
/** After so long without anything to send the server is told what is settled, in ms. */
const SETTLE_AFTER_MS = 3_000;

/** @public */
export interface SharedDocumentOptions {
  /** Address of the server, `ws://…/sync` or `wss://…/sync`. */
  readonly url: string;
  /** Id of the document: 1 to 128 characters of `A–Z a–z 0–9 . _ ~ -`. */
  readonly document: string;
  /** Who writes here. */
  readonly user: User;
  /** Gives the token for a server that asks for one, at each connection anew. Default: none. */
  readonly token?: TokenSource | undefined;
  /** The platform; default `platformEnvironment()`. */
  readonly environment?: Environment;
  /** How long to wait between tries. Default: 0.5 s doubled up to 30 s, with full jitter. */
  readonly backoff?: BackoffOptions;
}

/** What can be listened to, with the arguments of the listeners. @public */
export type SharedDocumentEvents = {
  /** The text is known for the first time. */
  ready: [];
  /** Others' operation, already moved over everything pending here: apply it to the text that is shown. */
  remote: [operation: Operation];
  status: [status: DocumentStatus];
  /** Somebody came, went, is away or back, changed, or moved their caret. */
  peers: [];
  /** What may be done here has changed. */
  access: [role: Role];
  /** Back after a break: so many own edits and versions of others came together. */
  merged: [counts: { readonly own: number; readonly others: number }];
  /** What became of pending edits cannot be known: their text was set aside and must be shown to the writer. */
  recovery: [copy: { readonly text: string }];
};

/**
 * Opens a document: connects by itself, stays connected, and merges what was typed meanwhile.
 * @throws ClientError `ERR_DOCUMENT_ID` if the id is not a possible one.
 * @public
 */
export function openDocument(options: SharedDocumentOptions): SharedDocument {
  return new SharedDocument(options);
}

/**
 * A document that others may edit at the same time. Local edits take effect at once, whatever the network does.
 * All positions are in Unicode code points of `text`.
 * @public
 */
export class SharedDocument {
  readonly id: string;
  readonly #environment: Environment;
  readonly #backoff: BackoffOptions;
  readonly #replica: Replica;
  readonly #presence = new Presence();
  readonly #listeners = new Listeners<SharedDocumentEvents>();
  readonly #connection: Connection;
  readonly #handler: ChannelHandler;
  #user: User;
  #role: Role = "own";
  #channel: number | undefined;
  #isReady = false;
  #isClosed = false;
  #status: DocumentStatus;
  /** Code of an `error` that ended the channel for good. */
  #faultCode: string | undefined;

  readonly #selection: OwnSelection;
  readonly #doubtAlarm: Alarm;
  readonly #settleAlarm: Alarm;
  readonly #reopenAlarm: Alarm;
  #reopens = 0;
  #pendingSince: number | undefined;
  /** Counts since the connection came back, until everything is caught up and acknowledged. */
  #merging: { own: number; others: number } | undefined;

  /** Prefer `openDocument`. */
  constructor({
    url,
    document,
    user,
    token,
    environment = platformEnvironment(),
    backoff = DEFAULT_BACKOFF,
  }: SharedDocumentOptions) {
    if (!isDocumentId(document)) {
      throw new ClientError(
        ProtocolErrorCode.DocumentId,
        `${JSON.stringify(document)} is not a possible document id`,
      );
    }
    this.id = document;
    this.#user = user;
    this.#environment = environment;
    this.#backoff = backoff;
    this.#selection = new OwnSelection(environment);
    this.#doubtAlarm = new Alarm(environment);
    this.#settleAlarm = new Alarm(environment);
    this.#reopenAlarm = new Alarm(environment);
    const newSession = () => tokenOf(environment.randomBytes(22));
    this.#replica = new Replica({ session: newSession(), newSession });
    this.#handler = {
      connected: (limits) => this.#connected(limits),
      disconnected: () => this.#disconnected(),
      received: (message) => this.#received(message),
      changed: () => this.#refreshStatus(),
    };
    this.#connection = new Connection({ url, user, token, environment, backoff });
    this.#connection.add(this.#handler);
    this.#status = this.#readStatus();
  }

  /** What the writer sees: the server's text with everything typed here in it. */
  get text(): Text {
    return this.#replica.text;
  }

  /** Number of operations in the document's log that this copy knows. */
  get version(): number {
    return this.#replica.version;
  }

  /** True once the text is known. Before that it is empty and must not be edited. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get status(): DocumentStatus {
    return this.#status;
  }

  get user(): User {
    return this.#user;
  }

  /** What may be done here, as the server last said: edits beyond it stay here, unsaved. */
  get role(): Role {
    return this.#role;
  }

  /** Everybody else who has the document open, with carets in code points of `text`. */
  get peers(): readonly RemotePeer[] {
    return this.#presence.shown(this.#replica.pending);
  }

  /** Everybody who was here in the last hour and is not any more, the last to go first: at most 20. */
  get gone(): readonly GonePerson[] {
    return this.#presence.gone(this.#environment.now());
  }

  /**
   * A local edit, in code points of `text`. It is in `text` when this returns, and is sent when it can be.
   * @throws ClientError `ERR_CLOSED` after `close()` or before `isReady`;
   * @throws OtError `ERR_LENGTH_MISMATCH` if it does not fit; nothing has changed then.
   */
  edit(operation: Operation): void {
    if (this.#isClosed || !this.#isReady) {
      throw new ClientError(
        "ERR_CLOSED",
        this.#isClosed ? "the document is closed" : "the text is not known yet",
      );
    }
    const effects = this.#replica.edit(operation);
    this.#selection.edited(operation);
    if (this.#replica.pendingEdits === 0) this.#pendingSince = undefined;
    else this.#pendingSince ??= this.#environment.now();
    this.#run(effects);
    this.#refreshStatus();
  }

  /** Inserts text before the code point `at`. Throws as `edit` does. */
  insert(at: number, text: string): void {
    this.edit(replaceOperation(at, at, text, this.text.points));
  }

  /** Deletes `length` code points from `at` on. Throws as `edit` does. */
  delete(at: number, length: number): void {
    this.edit(replaceOperation(at, at + length, "", this.text.points));
  }

  /** The own caret or selection, in code points of `text`: as it was last set, moved with the text since. */
  get selection(): Selection | undefined {
    return this.#selection.value;
  }

  /** Sets the own caret or selection, in code points of `text`; undefined: none. Others see it a moment later. */
  select(selection: Selection | undefined): void {
    if (!this.#isClosed && this.#selection.set(selection)) this.#scheduleSelect();
  }

  /** A new name or colour, for this document's connection. */
  setUser(user: User): void {
    this.#user = user;
    this.#connection.setUser(user);
  }

  /** Tries to connect at once, also where the server had ended the connection. */
  reconnect(): void {
    this.#faultCode = undefined;
    this.#reopens = 0;
    this.#connection.reconnect();
  }

  /**
   * Resolves when everything typed so far is durable at the server.
   * @throws ClientError with the code if the document is closed, or the server ends the connection for good or refuses the edits.
   */
  flush(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): boolean => {
        const { state, code } = this.#status;
        if (this.#replica.pendingEdits === 0) resolve();
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

  /** Ends it. What is not acknowledged is lost with this object: `flush()` first. Safe to call twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#clearTimers();
    this.#closeChannel();
    this.#connection.remove(this.#handler);
    this.#refreshStatus();
  }

  /** Listens; returns how to stop. */
  on<Name extends keyof SharedDocumentEvents>(
    name: Name,
    listener: (...event: SharedDocumentEvents[Name]) => void,
  ): () => void {
    return this.#listeners.on(name, listener);
  }

  #connected(limits: Limits): void {
    this.#replica.limits = limits;
    this.#openChannel();
  }

  #openChannel(): void {
    this.#channel = this.#connection.openChannel(this.#handler);
    this.#presence.clear();
    this.#connection.send({
      type: "open",
      channel: this.#channel,
      document: this.id,
      ...this.#replica.open(),
    });
  }

  #closeChannel(): void {
    if (this.#channel === undefined) return;
    this.#connection.send({ type: "close", channel: this.#channel });
    this.#connection.closeChannel(this.#channel);
    this.#channel = undefined;
  }

  #disconnected(): void {
    this.#channel = undefined;
    this.#clearTimers();
    this.#replica.closed();
    this.#refreshStatus();
  }

  #received(message: ChannelMessage): void {
    const { now } = this.#environment;
    switch (message.type) {
      case "opened":
        this.#opened(message.headVersion, message.lastSeq);
        this.#run(this.#replica.opened(message));
        break;
      case "snapshot":
        this.#opened(message.version, message.lastSeq);
        this.#run(this.#replica.snapshot(message));
        break;
      case "ops":
        // Where edits cross, the server may have moved our caret another way than we do, rarely: it is told once more.
        if (this.#replica.pendingEdits > 0) this.#selection.forgotten();
        this.#run(this.#replica.ops(message));
        if (message.selections.length > 0 && message.to === this.version) {
          this.#presence.select(message.selections, now(), true);
          this.#listeners.emit("peers");
        }
        break;
      case "ack":
        this.#run(this.#replica.ack(message));
        break;
      case "refused":
        this.#run(this.#replica.refused(message));
        break;
      case "reopen":
        this.#run([{ type: "reopen" }]);
        break;
      case "access":
        this.#role = message.role;
        if (allows(message.role, "write")) this.#run(this.#replica.allowed());
        this.#listeners.emit("access", message.role);
        break;
      case "peers":
        this.#presence.update(message, now());
        this.#listeners.emit("peers");
        break;
      case "selections":
        if (message.version !== this.version) break;
        this.#presence.select(message.selections, now(), false);
        this.#listeners.emit("peers");
        break;
      case "error":
        if (WORTH_ANOTHER_TRY.has(message.code)) this.#run([{ type: "reopen" }]);
        else {
          this.#faultCode = message.code;
          this.#replica.closed();
          this.#channel = undefined;
        }
        break;
    }
    this.#afterMessage();
  }

  /** The channel is open again: what comes together now, and where our caret is, which the server forgot. */
  #opened(headVersion: number, lastSeq: number): void {
    this.#selection.forgotten();
    if (!this.#isReady) return;
    const ownCommitted = this.#replica.hasCommitted(lastSeq) ? 1 : 0;
    this.#merging = {
      own: this.#replica.pendingEdits,
      others: Math.max(0, headVersion - this.#replica.version - ownCommitted),
    };
  }

  #afterMessage(): void {
    if (this.#replica.isCaughtUp) {
      this.#reopens = 0;
      if (!this.#isReady) {
        this.#isReady = true;
        this.#refreshStatus();
        this.#listeners.emit("ready");
      }
      if (this.#merging && this.#replica.pendingEdits === 0) {
        const counts = this.#merging;
        this.#merging = undefined;
        if (counts.own > 0 || counts.others > 0) this.#listeners.emit("merged", counts);
      }
      this.#scheduleSelect();
    }
    if (this.#replica.pendingEdits === 0) this.#pendingSince = undefined;
    this.#refreshStatus();
  }

  #run(effects: readonly Effect[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case "submit":
          this.#submit(effect);
          break;
        case "remote":
          this.#selection.moved(effect.operation);
          if (this.#isReady) this.#listeners.emit("remote", effect.operation);
          break;
        case "advanced":
          this.#presence.advance(effect.operation);
          break;
        case "replaced":
          this.#presence.forgetSelections();
          break;
        case "acknowledged":
          this.#acknowledged();
          break;
        case "reopen":
          this.#reopen();
          break;
        case "set-aside":
          this.#listeners.emit("recovery", { text: effect.text });
          break;
      }
    }
  }

  #submit({ seq, version, length, operation, settled, isWhole }: Extract<Effect, { type: "submit" }>): void {
    if (this.#channel === undefined) return;
    this.#connection.send({
      type: "submit",
      channel: this.#channel,
      seq,
      version,
      length,
      operation,
      settled,
      // The caret rides with the operation, in coordinates after it.
      selection: isWhole ? this.#selection.take() : undefined,
    });
    this.#settleAlarm.clear();
    this.#doubtAlarm.set(DOUBT_AFTER_MS, () => this.#connection.verify());
  }

  #acknowledged(): void {
    this.#doubtAlarm.clear();
    // An edit made while the acknowledged one was on its way has waited for at most that long.
    this.#pendingSince = this.#replica.pendingEdits > 0 ? this.#environment.now() : undefined;
    this.#settleAlarm.set(SETTLE_AFTER_MS, () => {
      if (this.#channel === undefined || !this.#replica.isLive) return;
      this.#connection.send({ type: "settled", channel: this.#channel, settled: this.#replica.settled });
    });
  }

  /** Ends the channel and opens it again after a moment, since a second tab of this session would answer in kind. */
  #reopen(): void {
    this.#clearTimers();
    this.#closeChannel();
    this.#replica.closed();
    const delay = backoffMs(this.#reopens, this.#environment.random(), this.#backoff);
    this.#reopens++;
    this.#reopenAlarm.set(delay, () => {
      if (this.#connection.state.name === "open" && this.#channel === undefined) this.#openChannel();
    });
  }

  /** Tells the own caret, unless it will ride with an operation. */
  #scheduleSelect(): void {
    this.#selection.schedule(() => {
      if (this.#channel === undefined || !this.#replica.isCaughtUp || this.#replica.pendingEdits > 0) return;
      this.#connection.send({
        type: "select",
        channel: this.#channel,
        version: this.#replica.version,
        selection: this.#selection.take(),
      });
    });
  }

  #refreshStatus(): void {
    const status = this.#readStatus();
    if (sameStatus(status, this.#status) && !this.#isClosed) return;
    this.#status = status;
    this.#listeners.emit("status", status);
  }

  #readStatus(): DocumentStatus {
    return statusOf({
      connection: this.#connection.state,
      attempt: this.#connection.attempt,
      isReady: this.#isReady,
      isLive: this.#replica.isLive,
      held: this.#replica.held,
      faultCode: this.#faultCode,
      pendingEdits: this.#replica.pendingEdits,
      pendingSince: this.#pendingSince,
    });
  }

  #clearTimers(): void {
    this.#doubtAlarm.clear();
    this.#settleAlarm.clear();
    this.#reopenAlarm.clear();
    this.#selection.stop();
  }
}
