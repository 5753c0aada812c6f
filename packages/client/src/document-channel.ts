import type { Operation, Selection } from "@interline/ot";
import { type ErrorCode, type Role, textHash } from "@interline/protocol";
import { Alarm } from "./alarm.ts";
import { backoffMs } from "./backoff.ts";
import type { ChannelHandler, ChannelMessage, Connection } from "./connection.ts";
import type { DocumentCounters } from "./diagnostics.ts";
import type { Keeper } from "./offline/keeper.ts";
import type { PresenceMessage } from "./presence.ts";
import type { Effect, Replica } from "./replica.ts";

/** Something unacknowledged for so long puts the connection in doubt, in ms. */
const DOUBT_AFTER_MS = 5_000;
/** After so long without anything to send the server is told what is settled, in ms. */
const SETTLE_AFTER_MS = 3_000;
/** After so long without a change the server is asked whether the text is the document's, in ms. */
const CHECK_AFTER_MS = 30_000;
/** A long text is sent in parts. The first one takes at most this, in bytes. */
const FIRST_PART_BYTES = 131_072;
/** The limit for a part stays between these two, in bytes, whatever the network is like. */
const MIN_PART_BYTES = 16_384;
const MAX_PART_BYTES = 1_048_576;
/** After an answer within this, in ms, the next part may be larger. */
const QUICK_MS = 1_000;
/** After one that took longer than this, in ms, the next part is smaller. */
const SLOW_MS = 2_500;
/** Faults of a channel that time may mend. A test holds the list equal to the table of codes. */
const WORTH_ANOTHER_TRY: ReadonlySet<string> = new Set<ErrorCode>([
  "ERR_STORE_UNAVAILABLE",
  "ERR_ACCESS_UNAVAILABLE",
  "ERR_DOCUMENT_FULL",
]);

/** Who has the replica: hears what happens to it. */
export interface ChannelOwner {
  /** The channel is opening; who else is here is not known. */
  opening(): void;
  /** What was in flight is decided; what was missed up to `headVersion` follows. */
  opened(headVersion: number, lastSeq: number): void;
  /** A message of presence, or an `ops` whose edits the replica has taken already. */
  heard(message: PresenceMessage): void;
  effect(
    effect: Extract<Effect, { type: "remote" | "advanced" | "replaced" | "acknowledged" | "set-aside" }>,
  ): void;
  /** A local edit has taken effect, and nothing of it has left yet. */
  edited(operation: Operation): void;
  /** The own caret, to ride with an operation that makes exactly the shown text. */
  selection(): Selection | undefined;
  /** What may be done in the document, from now on. */
  access(role: Role): void;
  /** The text was not the document's. It is fetched again; what is pending stays. */
  differed(): void;
  /** Something about the state changed. */
  changed(): void;
}

interface DocumentChannelOptions {
  readonly document: string;
  readonly connection: Connection;
  readonly replica: Replica;
  readonly keeper: Keeper | undefined;
  readonly owner: ChannelOwner;
}

/**
 * Brings one replica together with the server: over one channel after another of a connection, and with a keeper between what the
 * replica wants sent and what leaves.
 */
export class DocumentChannel {
  readonly #options: DocumentChannelOptions;
  readonly #handler: ChannelHandler;
  readonly #doubtAlarm: Alarm;
  readonly #settleAlarm: Alarm;
  readonly #reopenAlarm: Alarm;
  readonly #checkAlarm: Alarm;
  /** The version whose text the server was asked about last. */
  #checkedVersion: number | undefined;
  #channel: number | undefined;
  #reopens = 0;
  #isClosed = false;
  #faultCode: string | undefined;
  readonly #counters = { submits: 0, acknowledgements: 0, opens: 0, resends: 0 };
  /** When what is in flight left, and how long the last one took, in ms. */
  #leftAt: number | undefined;
  #roundTripMs: number | undefined;

  constructor(options: DocumentChannelOptions) {
    const { connection } = options;
    const { environment } = connection;
    this.#options = options;
    this.#doubtAlarm = new Alarm(environment);
    this.#settleAlarm = new Alarm(environment);
    this.#reopenAlarm = new Alarm(environment);
    this.#checkAlarm = new Alarm(environment);
    this.#handler = {
      connected: () => this.#connected(),
      disconnected: () => this.#disconnected(),
      received: (message) => this.#received(message),
      changed: () => options.owner.changed(),
    };
    options.replica.maxPartBytes = FIRST_PART_BYTES;
    connection.add(this.#handler);
  }

  /** Code of an `error` that ended the channel for good. */
  get faultCode(): string | undefined {
    return this.#faultCode;
  }

  get counters(): DocumentCounters {
    return { ...this.#counters, roundTripMs: this.#roundTripMs };
  }

  /** A local edit. @throws OtError if it does not fit. */
  edit(operation: Operation): void {
    const { replica, keeper, owner } = this.#options;
    const effects = replica.edit(operation);
    owner.edited(operation);
    this.run(effects);
    keeper?.changed(true);
    this.unkept();
  }

  /** Tells the own caret by itself, if nothing is pending that it could ride with. */
  select(selection: () => Selection | undefined): void {
    const { connection, replica } = this.#options;
    if (this.#channel === undefined || !replica.isCaughtUp || replica.pendingEdits > 0) return;
    connection.send({
      type: "select",
      channel: this.#channel,
      version: replica.version,
      selection: selection(),
    });
  }

  /** Whoever asked to try again also wants an ended channel back. */
  retry(): void {
    this.#faultCode = undefined;
    this.#reopens = 0;
  }

  /** For good. Safe to call twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#clearTimers();
    this.#closeChannel();
    this.#options.replica.closed();
    this.#options.connection.remove(this.#handler);
  }

  /** Asks the server, once nothing has happened for a while, whether the text is the document's. */
  #checkLater(): void {
    const { replica, connection } = this.#options;
    if (replica.version === this.#checkedVersion) return;
    this.#checkAlarm.set(CHECK_AFTER_MS, () => {
      if (this.#channel === undefined || !replica.isCaughtUp || replica.pendingEdits > 0) return;
      const { version, text } = replica;
      this.#checkedVersion = version;
      connection.send({ type: "check", channel: this.#channel, version, hash: textHash(text.toString()) });
    });
  }

  /** Where nothing can be kept, what is to be sent does not wait for it. */
  unkept(): void {
    const { keeper, replica } = this.#options;
    if (!replica.isWaiting || keeper === undefined || keeper.isWorking) return;
    this.run(replica.notKept(keeper.session !== undefined));
  }

  /** Does what the replica wants. */
  run(effects: readonly Effect[]): void {
    const { owner, keeper } = this.#options;
    for (const effect of effects) {
      switch (effect.type) {
        case "submit":
          this.#submit(effect);
          break;
        case "reopen":
          this.#reopen();
          break;
        case "advanced":
          keeper?.advanced(effect.operation);
          owner.effect(effect);
          break;
        case "replaced":
          keeper?.replaced();
          keeper?.changed(true);
          owner.effect(effect);
          break;
        case "acknowledged":
          this.#acknowledged();
          owner.effect(effect);
          break;
        case "remote":
        case "set-aside":
          owner.effect(effect);
      }
    }
  }

  #connected(): void {
    this.#takeLimits();
    this.#openChannel();
    this.#options.owner.changed();
  }

  #takeLimits(): void {
    const { replica, connection } = this.#options;
    if (connection.limits !== undefined) replica.limits = connection.limits;
  }

  #openChannel(): void {
    const { connection, document, replica, keeper, owner } = this.#options;
    const channel = connection.openChannel(this.#handler);
    this.#channel = channel;
    // Who comes back on a new connection is asked again what they may do.
    this.#faultCode = undefined;
    this.#counters.opens++;
    owner.opening();
    const { takesPending } = connection;
    if (takesPending) replica.prepare();
    const open = (): void => {
      if (this.#channel !== channel) return;
      const { pending, seed, ...state } = replica.open(takesPending);
      if (seed !== undefined && connection.takesSeed) connection.send({ type: "seed", channel, text: seed });
      connection.send({
        type: "open",
        channel,
        document,
        ...state,
        pending: pending && { ...pending, selection: this.#leaves(pending.isWhole) },
      });
    };
    // [C2] [C8] What is to be sent, or a new session, must be on the disk before the server hears of it.
    if (replica.isWaiting) keeper?.changed(true);
    const isNewSession = keeper?.session !== undefined && keeper.session !== replica.state.session;
    if (isNewSession || (replica.isWaiting && keeper?.isWorking)) void keeper?.flush().then(open);
    else open();
  }

  #closeChannel(): void {
    if (this.#channel === undefined) return;
    const { connection } = this.#options;
    connection.send({ type: "close", channel: this.#channel });
    connection.closeChannel(this.#channel);
    this.#channel = undefined;
  }

  #disconnected(): void {
    const { replica } = this.#options;
    this.#channel = undefined;
    // The message may have been too large for this network. The same size would break the connection again.
    if (this.#tookMs !== undefined) this.#scaleParts(1 / 4);
    this.#clearTimers();
    replica.closed();
    this.#options.owner.changed();
  }

  #scaleParts(factor: number): void {
    const { replica } = this.#options;
    const bytes = replica.maxPartBytes * factor;
    replica.maxPartBytes = Math.min(MAX_PART_BYTES, Math.max(MIN_PART_BYTES, bytes));
  }

  #received(message: ChannelMessage): void {
    const { replica, owner, keeper } = this.#options;
    switch (message.type) {
      case "opened":
        if (replica.state.inFlight && !replica.hasCommitted(message.lastSeq)) this.#counters.resends++;
        this.#takeLimits();
        owner.opened(message.headVersion, message.lastSeq);
        this.run(replica.opened(message));
        break;
      case "snapshot":
        this.#takeLimits();
        owner.opened(message.version, message.lastSeq);
        this.run(replica.snapshot(message));
        break;
      case "ops":
        this.run(replica.ops(message));
        owner.heard(message);
        break;
      case "ack":
        if (replica.progress !== undefined) {
          const took = this.#tookMs ?? 0;
          this.#scaleParts(took < QUICK_MS ? 2 : took > SLOW_MS ? 1 / 2 : 1);
        }
        this.run(replica.ack(message));
        break;
      case "refused":
        this.run(replica.refused(message));
        break;
      case "reopen":
        if (message.code === "ERR_TEXT_DIFFERS") {
          this.#checkedVersion = undefined;
          owner.differed();
          this.run(replica.differs());
        } else this.#reopen();
        break;
      case "access":
        owner.access(message.role);
        break;
      case "peers":
      case "selections":
        owner.heard(message);
        break;
      case "error":
        if (WORTH_ANOTHER_TRY.has(message.code)) this.#reopen();
        else {
          this.#faultCode = message.code;
          replica.closed();
          this.#channel = undefined;
        }
        break;
    }
    // A text is worth keeping only as a whole: a part of it would later pass for the document.
    const isPresence = message.type === "peers" || message.type === "selections";
    if (!isPresence && replica.isCaughtUp) keeper?.changed(replica.isWaiting);
    this.unkept();
    if (replica.isCaughtUp) {
      this.#reopens = 0;
      if (!isPresence) this.#checkLater();
    }
    owner.changed();
  }

  #submit({ seq, version, length, operation, settled, isWhole }: Extract<Effect, { type: "submit" }>): void {
    if (this.#channel === undefined) return;
    this.#options.connection.send({
      type: "submit",
      channel: this.#channel,
      seq,
      version,
      length,
      operation,
      settled,
      selection: this.#leaves(isWhole),
    });
  }

  /** An operation is about to leave. Returns the caret that rides with it, in coordinates after it. */
  #leaves(isWhole: boolean): Selection | undefined {
    const { connection, owner } = this.#options;
    this.#counters.submits++;
    this.#leftAt = connection.environment.monotonicNow();
    this.#settleAlarm.clear();
    this.#doubtAlarm.set(DOUBT_AFTER_MS, () => connection.verify());
    return isWhole ? owner.selection() : undefined;
  }

  /** How long what is in flight has been on its way, in ms. */
  get #tookMs(): number | undefined {
    if (this.#leftAt === undefined) return undefined;
    return this.#options.connection.environment.monotonicNow() - this.#leftAt;
  }

  #acknowledged(): void {
    const { connection, replica, keeper } = this.#options;
    this.#counters.acknowledgements++;
    this.#roundTripMs = this.#tookMs ?? this.#roundTripMs;
    this.#leftAt = undefined;
    this.#doubtAlarm.clear();
    this.#settleAlarm.set(SETTLE_AFTER_MS, () => {
      const { settled } = replica;
      if (this.#channel === undefined || !replica.isLive) return;
      connection.send({ type: "settled", channel: this.#channel, settled });
    });
    keeper?.changed(false);
  }

  /** Ends the channel and opens it again after a moment, since a second tab of this session would answer in kind. */
  #reopen(): void {
    const { connection, replica } = this.#options;
    const { environment, backoff } = connection;
    this.#clearTimers();
    this.#closeChannel();
    replica.closed();
    const delay = backoffMs(this.#reopens, environment.random(), backoff);
    this.#reopens++;
    this.#reopenAlarm.set(delay, () => {
      if (connection.state.name === "open" && this.#channel === undefined) this.#openChannel();
    });
  }

  #clearTimers(): void {
    this.#doubtAlarm.clear();
    this.#settleAlarm.clear();
    this.#reopenAlarm.clear();
    this.#checkAlarm.clear();
  }
}
