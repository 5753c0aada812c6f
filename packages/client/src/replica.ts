import {
  apply,
  compose,
  composeAll,
  diff,
  isNoop,
  Operation,
  splitOperation,
  Text,
  transformPair,
} from "@interline/ot";
import {
  type ServerMessageOf,
  DEFAULT_LIMITS,
  type Limits,
  type ClientMessageOf,
  type RefusedCode,
} from "@interline/protocol";

/** An entry id that no entry has: asks the server for a snapshot. */
const NO_ENTRY = "-";
/** The most that a `submit` takes without its operation, in bytes. */
const ENVELOPE_BYTES = 256;
/**
 * The most that goes with `open`, in bytes: what is larger may be what broke the connection, and is cut again when its fate is known.
 */
const EARLY_BYTES = 16_384;

/**
 * Where the replica's channel stands.
 *
 * - `closed`: nothing is sent; the fate of what is in flight is not known. Edits gather in the buffer.
 * - `opening`: `open` was sent. Still nothing may be folded or sent: the answer tells the fate.
 * - `live`: what was missed arrives, up to `headVersion`; from there on operations are sent.
 */
type Link =
  | { readonly state: "closed" }
  | { readonly state: "opening" }
  | { readonly state: "live"; readonly headVersion: number };

/** The one operation that is sent, or that is sent once it is kept. @internal */
export interface InFlight {
  readonly seq: number;
  /** As it applies to the base now. What was sent is never sent again in another form under this number. */
  readonly operation: Operation;
  /** How many edits of the writer it is made of. */
  readonly edits: number;
}

/** Everything that a replica must know again after its tab was closed. All of it is of one moment. @internal */
export interface ReplicaState {
  readonly session: string;
  readonly lastSeq: number;
  readonly version: number;
  readonly entryId: string;
  readonly base: Text;
  readonly inFlight: InFlight | undefined;
  readonly buffer: Operation;
  readonly bufferEdits: number;
}

/** What a channel is opened with. @internal */
export type Opening = Omit<ClientMessageOf<"open">, "type" | "channel" | "document" | "pending"> & {
  /** `isWhole` as in the effect `submit`. */
  readonly pending: (InFlight & { readonly length: number; readonly isWhole: boolean }) | undefined;
  /** What the document is to begin with; undefined: nothing, or that is decided. */
  readonly seed: string | undefined;
};

/** What the replica wants done, in order. */
export type Effect =
  /** Send this operation. Where there is a durable copy it is in there. */
  | {
      readonly type: "submit";
      readonly seq: number;
      readonly version: number;
      readonly length: number;
      readonly operation: Operation;
      readonly settled: number;
      /** True if the writer's text is exactly the one after this operation: a caret may ride with it. */
      readonly isWhole: boolean;
    }
  /** Others' operation, moved over everything pending: apply it to what the writer sees. */
  | { readonly type: "remote"; readonly operation: Operation }
  /** The base took an operation, in base coordinates: carets of others move over it. */
  | { readonly type: "advanced"; readonly operation: Operation }
  /** Everything known about carets is void: the base was replaced. */
  | { readonly type: "replaced" }
  /** An operation of ours is durable. */
  | { readonly type: "acknowledged" }
  /** End the channel and open it again. */
  | { readonly type: "reopen" }
  /** Pending edits whose fate is unknown: show this text to the writer, beside the document. */
  | { readonly type: "set-aside"; readonly text: string };

export interface ReplicaOptions {
  /** A fresh session id, random 128 bits. */
  readonly newSession: () => string;
  /** What to go on from. Default: version 0 in a new session. */
  readonly state?: ReplicaState | undefined;
  /** True if there is a durable copy: an operation leaves only after `kept` was told of it. Default: false. */
  readonly writesAhead?: boolean;
}

/**
 * One client's copy of a document: a state machine without I/O, rules C1 to C10 of PROTOCOL.md.
 *
 * Shown text = base, then the operation in flight, then the buffer. Local edits go into the buffer only. An operation that was sent
 * stays as it is until its fate is known from the server: never folded, never sent again.
 *
 * Where there is a durable copy, an operation goes in flight, is kept, and only then leaves: to the server that is a slower network.
 */
export class Replica {
  readonly #newSession: () => string;
  readonly #writesAhead: boolean;
  #session: string;
  #lastSeq = 0;
  /** Highest number that was acknowledged to this copy. */
  #acknowledged = 0;
  #version = 0;
  #entryId = "";
  #base: Text = Text.empty;
  #inFlight: InFlight | undefined;
  #buffer: Operation = Operation.noop(0);
  #bufferEdits = 0;
  #shown: Text = Text.empty;
  #link: Link = { state: "closed" };
  /** True while what is in flight waits to be kept. */
  #isWaiting = false;
  /** Highest number of this session that the durable copy does not hold as in flight. */
  #settledCopy = 0;
  #held: RefusedCode | undefined;
  #limits: Limits = DEFAULT_LIMITS;
  /** The most that a part of something large takes, in bytes, where the server would take more. */
  maxPartBytes: number = Number.POSITIVE_INFINITY;
  /**
   * Of what goes in parts: how much inserted text was acknowledged, in code points; undefined: there is no
   * such text.
   */
  #savedParts: number | undefined;
  /** True if what is in flight is a part, and its rest is in the buffer. */
  #isPart = false;

  constructor({ newSession, state, writesAhead = false }: ReplicaOptions) {
    this.#newSession = newSession;
    this.#writesAhead = writesAhead;
    this.#session = state?.session ?? newSession();
    if (state === undefined) return;
    this.#lastSeq = state.lastSeq;
    this.#version = state.version;
    this.#entryId = state.entryId;
    this.#base = state.base;
    this.#inFlight = state.inFlight;
    this.#buffer = state.buffer;
    this.#bufferEdits = state.bufferEdits;
    this.#shown = this.pending.reduce(apply, state.base);
    this.#settledCopy = settledIn(state);
  }

  /** What a durable copy must hold. */
  get state(): ReplicaState {
    return {
      session: this.#session,
      lastSeq: this.#lastSeq,
      version: this.#version,
      entryId: this.#entryId,
      base: this.#base,
      inFlight: this.#inFlight,
      buffer: this.#buffer,
      bufferEdits: this.#bufferEdits,
    };
  }

  /** What the writer sees. */
  get text(): Text {
    return this.#shown;
  }

  /** Version of the base. */
  get version(): number {
    return this.#version;
  }

  /** [C13] True if the base is an initial text that the server has not decided about: no version 0 has any. */
  get isSeeded(): boolean {
    return this.#version === 0 && this.#base.points > 0;
  }

  /** How many local edits are not acknowledged. */
  get pendingEdits(): number {
    return (this.#inFlight?.edits ?? 0) + this.#bufferEdits;
  }

  /** True if what is in flight is in the log, given the session's last number there. */
  hasCommitted(lastSeq: number): boolean {
    return this.#inFlight !== undefined && lastSeq >= this.#inFlight.seq;
  }

  /** Why the server refuses what is pending, if it does. */
  get held(): RefusedCode | undefined {
    return this.#held;
  }

  /** How much of what goes in parts is acknowledged, 0 to 1; undefined: nothing goes in parts. */
  get progress(): number | undefined {
    const saved = this.#savedParts;
    if (saved === undefined) return undefined;
    const all = this.pending.reduce((sum, { inserted }) => sum + inserted, saved);
    return all === 0 ? undefined : saved / all;
  }

  /**
   * The text that was inserted here and is not acknowledged; what stands apart is in lines of its own. Cost:
   * its length.
   */
  get pendingText(): string {
    return composeAll(this.pending)
      .toJSON()
      .filter((component) => typeof component === "string")
      .join("\n");
  }

  get isLive(): boolean {
    return this.#link.state === "live";
  }

  /** True if everything up to the head that `opened` told has arrived. */
  get isCaughtUp(): boolean {
    return this.#link.state === "live" && this.#version >= this.#link.headVersion;
  }

  /** [C10] Highest number that the durable copy no longer holds as in flight; without one, what is processed is settled. */
  get settled(): number {
    return this.#writesAhead ? this.#settledCopy : settledIn(this.state);
  }

  /** True while what is in flight waits for `kept`. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** An operation in base coordinates or a position there, moved over what is pending. */
  get pending(): readonly Operation[] {
    return this.#inFlight === undefined ? [this.#buffer] : [this.#inFlight.operation, this.#buffer];
  }

  /** The server's limits: what is larger is sent in parts. */
  set limits(limits: Limits) {
    this.#limits = limits;
  }

  /**
   * [C1] A local edit, in code points of the shown text.
   * @throws OtError `ERR_LENGTH_MISMATCH` if it does not fit; nothing has changed then.
   */
  edit(operation: Operation): Effect[] {
    if (isNoop(operation)) return [];
    this.#shown = apply(this.#shown, operation);
    this.#buffer = compose(this.#buffer, operation);
    this.#bufferEdits = isNoop(this.#buffer) ? 0 : this.#bufferEdits + 1;
    if (this.pendingEdits === 0) this.#savedParts = undefined;
    // What was too large may fit now; a missing right comes back with `allowed` or `opened`.
    if (this.#held !== "ERR_READ_ONLY") this.#held = undefined;
    return this.#send();
  }

  /** [C2] The durable copy holds this now: what waited for it leaves. */
  kept(state: ReplicaState): Effect[] {
    if (state.session !== this.#session) return [];
    this.#settledCopy = settledIn(state);
    return state.inFlight?.seq === this.#inFlight?.seq ? this.#leave() : [];
  }

  /**
   * The durable copy cannot be written now: what waited for it leaves all the same, since the server is the better place. What the
   * copy holds stays older than what was sent, which the server tells after a reload (C7). `hasCopy`: whether there is one at all.
   */
  notKept(hasCopy: boolean): Effect[] {
    if (!hasCopy) this.#settledCopy = settledIn(this.state);
    return this.#leave();
  }

  /** [C4] The channel is gone. What is in flight stays as it is, but for what never left. */
  closed(): void {
    this.#link = { state: "closed" };
    if (this.#isWaiting) this.#fold();
    this.#isWaiting = false;
  }

  /** [C2] What is pending is to go with `open`: it goes in flight, and `isWaiting` until it is kept. */
  prepare(): void {
    if (isSmall(this.#buffer) && !this.isSeeded) this.#takeOff();
  }

  /** The state to open with. `takesPending`: the server takes what is in flight with it. */
  open(takesPending = false): Opening {
    this.#link = { state: "opening" };
    const inFlight = this.#inFlight;
    // What was never sent has no fate that could be asked for.
    const isNew = this.#isWaiting && inFlight !== undefined;
    const isTaken = takesPending && inFlight !== undefined && isSmall(inFlight.operation);
    if (isTaken) this.#isWaiting = false;
    return {
      session: this.#session,
      version: this.#version,
      entryId: this.#entryId,
      lastSeq: this.#lastSeq - Number(isNew),
      inFlight: inFlight !== undefined && !isNew,
      settled: this.settled,
      pending: isTaken
        ? { ...inFlight, length: this.#base.points, isWhole: isNoop(this.#buffer) }
        : undefined,
      seed: this.isSeeded ? this.#base.toString() : undefined,
    };
  }

  /** [C5] The fate of what was in flight is known now. */
  opened({
    lastSeq,
    headVersion,
    takesPending,
  }: Pick<ServerMessageOf<"opened">, "lastSeq" | "headVersion" | "takesPending">): Effect[] {
    if (this.#link.state !== "opening") return [{ type: "reopen" }];
    this.#link = { state: "live", headVersion };
    this.#held = undefined;
    if (takesPending !== true && !this.hasCommitted(lastSeq)) this.#fold();
    return this.#send();
  }

  /** [C6] [C7] [C8] The missed operations are not to be had. */
  snapshot(
    message: Pick<ServerMessageOf<"snapshot">, "lastSeq" | "reason" | "version" | "entryId" | "text">,
  ): Effect[] {
    if (this.#link.state !== "opening") return [{ type: "reopen" }];
    const after = Text.of(message.text);
    if (message.reason === "stale" || message.reason === "fate-unknown")
      return this.#setAside(message, after);

    // A log only grows: this one has lost what was saved.
    const isBack = (message.reason === "diverged" && !this.isSeeded) || message.lastSeq < this.#acknowledged;
    const before = this.#shown.toString();
    const inFlight = this.#inFlight;
    if (inFlight !== undefined && message.lastSeq >= inFlight.seq) {
      this.#base = apply(this.#base, inFlight.operation);
      this.#inFlight = undefined;
    } else this.#fold();
    const difference = diff(this.#base.toString(), message.text);
    const [buffer, remote] = transformPair(this.#buffer, difference);
    this.#buffer = buffer;
    this.#bufferEdits = isNoop(buffer) ? 0 : this.#bufferEdits;
    this.#adopt(message, after);
    this.#held = undefined;
    this.#shown = apply(this.#shown, remote);
    this.#link = { state: "live", headVersion: message.version };
    this.#acknowledged = message.lastSeq;
    return [
      // Where nothing of it is missing, others have put it back.
      ...(isBack && difference.deleted > 0 ? [{ type: "set-aside", text: before } as const] : []),
      { type: "replaced" },
      ...remoteEffect(remote),
      ...this.#send(),
    ];
  }

  /** [C3] Everything between two versions, by other sessions. */
  ops({
    from,
    to,
    entryId,
    operation,
  }: Pick<ServerMessageOf<"ops">, "from" | "to" | "entryId" | "operation">): Effect[] {
    if (this.#link.state !== "live") return [];
    if (from !== this.#version || to <= from) return this.#diverged();
    // The message does not tell the length that it is for: it is this copy's own, or they are not of one history.
    if (operation.baseLength > this.#base.points) return this.#diverged();
    const advanced = operation.extend(this.#base.points);
    let remote = advanced;
    this.#base = apply(this.#base, advanced);
    this.#version = to;
    this.#entryId = entryId;
    if (this.#inFlight !== undefined) {
      const [pending, moved] = transformPair(this.#inFlight.operation, remote);
      this.#inFlight = { ...this.#inFlight, operation: pending };
      remote = moved;
    }
    [this.#buffer, remote] = transformPair(this.#buffer, remote);
    if (isNoop(this.#buffer)) this.#bufferEdits = 0;
    this.#shown = apply(this.#shown, remote);
    // Others may have made room.
    if (this.#held === "ERR_DOCUMENT_TOO_LARGE") this.#held = undefined;
    return [{ type: "advanced", operation: advanced }, ...remoteEffect(remote), ...this.#send()];
  }

  /** [C3] What was in flight is that version, and durable. */
  ack({ seq, version, entryId }: Pick<ServerMessageOf<"ack">, "seq" | "version" | "entryId">): Effect[] {
    if (this.#link.state !== "live") return [];
    const inFlight = this.#inFlight;
    if (inFlight === undefined || seq !== inFlight.seq || version !== this.#version + 1)
      return this.#diverged();
    this.#base = apply(this.#base, inFlight.operation);
    this.#acknowledged = seq;
    this.#version = version;
    this.#entryId = entryId;
    this.#inFlight = undefined;
    if (!this.#isPart || isNoop(this.#buffer)) this.#savedParts = undefined;
    else this.#savedParts = (this.#savedParts ?? 0) + inFlight.operation.inserted;
    this.#isPart = false;
    return [{ type: "advanced", operation: inFlight.operation }, { type: "acknowledged" }, ...this.#send()];
  }

  /** [C9] Never committed under this number. The edits stay pending. */
  refused({ seq, code }: Pick<ServerMessageOf<"refused">, "seq" | "code">): Effect[] {
    if (this.#link.state !== "live" || seq !== this.#inFlight?.seq) return [];
    this.#fold();
    if (code === "ERR_LENGTH_MISMATCH") return this.#diverged();
    if (code === "ERR_OPERATION_EMPTY") return this.#send();
    this.#held = code;
    return [];
  }

  /** The server says that the base is not the document's text. */
  differs(): Effect[] {
    return this.#diverged();
  }

  /** [C9] The right to write came back: what was held for the want of it is sent again. */
  allowed(): Effect[] {
    if (this.#held !== "ERR_READ_ONLY") return [];
    this.#held = undefined;
    return this.#send();
  }

  /** [C2] Sends the buffer, or its first part, if nothing is in the way. */
  #send(): Effect[] {
    return this.isCaughtUp && this.#takeOff() && !this.#writesAhead ? this.#leave() : [];
  }

  /** Puts the buffer, or its first part, in flight, if it may be. Returns whether it did. */
  #takeOff(): boolean {
    if (this.#held !== undefined || this.#inFlight !== undefined || isNoop(this.#buffer)) return false;
    const { maxMessageBytes, maxComponents, maxDocumentLength } = this.#limits;
    // Nothing of what cannot fit as a whole leaves: others would end with a part of it.
    if (this.#buffer.targetLength > Math.max(this.#buffer.baseLength, maxDocumentLength)) {
      this.#held = "ERR_DOCUMENT_TOO_LARGE";
      return false;
    }
    const [operation, rest] = splitOperation(
      this.#buffer,
      Math.max(64, Math.min(this.maxPartBytes, maxMessageBytes - ENVELOPE_BYTES)),
      Math.max(2, maxComponents),
    );
    const isWhole = rest === undefined;
    this.#isPart = !isWhole;
    if (!isWhole) this.#savedParts ??= 0;
    this.#lastSeq++;
    this.#inFlight = { seq: this.#lastSeq, operation, edits: this.#bufferEdits };
    this.#buffer = rest ?? Operation.noop(operation.targetLength);
    this.#bufferEdits = isWhole ? 0 : 1;
    this.#isWaiting = true;
    return true;
  }

  /** What is in flight leaves for the server, in the form that it has now. */
  #leave(): Effect[] {
    if (!this.isLive || !this.#isWaiting || this.#inFlight === undefined) return [];
    this.#isWaiting = false;
    const { seq, operation } = this.#inFlight;
    return [
      {
        type: "submit",
        seq,
        version: this.#version,
        length: this.#base.points,
        operation,
        settled: this.settled,
        isWhole: isNoop(this.#buffer),
      },
    ];
  }

  /** What was in flight and the buffer become one unsent operation. Its number is burnt. */
  #fold(): void {
    this.#isPart = false;
    if (this.#inFlight === undefined) return;
    this.#buffer = compose(this.#inFlight.operation, this.#buffer);
    this.#bufferEdits = isNoop(this.#buffer) ? 0 : this.#bufferEdits + this.#inFlight.edits;
    this.#inFlight = undefined;
  }

  #adopt({ version, entryId }: Pick<ServerMessageOf<"snapshot">, "version" | "entryId">, base: Text): void {
    this.#base = base;
    this.#version = version;
    this.#entryId = entryId;
  }

  /** Pending edits are never merged on a guess: the writer gets them as a copy, and the session ends. */
  #setAside(
    message: Pick<ServerMessageOf<"snapshot">, "version" | "entryId" | "text">,
    after: Text,
  ): Effect[] {
    const before = this.#shown.toString();
    const hasPending = this.pendingEdits > 0 || this.#inFlight !== undefined;
    this.#inFlight = undefined;
    this.#savedParts = undefined;
    this.#buffer = Operation.noop(after.points);
    this.#bufferEdits = 0;
    this.#held = undefined;
    this.#adopt(message, after);
    this.#shown = after;
    this.#session = this.#newSession();
    this.#lastSeq = 0;
    this.#acknowledged = 0;
    this.#settledCopy = 0;
    this.#link = { state: "closed" };
    return [
      ...(hasPending ? [{ type: "set-aside", text: before } as const] : []),
      { type: "replaced" },
      ...remoteEffect(diff(before, message.text)),
      { type: "reopen" },
    ];
  }

  /** What arrived cannot be: this copy and the server's log are not of one history. Take the server's text, keep what is pending. */
  #diverged(): Effect[] {
    this.#entryId = NO_ENTRY;
    this.closed();
    return [{ type: "reopen" }];
  }
}

/** True if nothing has ever been done: an empty text at version 0. @internal */
export function isUntouched({ version, base, inFlight, buffer }: ReplicaState): boolean {
  return version === 0 && base.points === 0 && inFlight === undefined && isNoop(buffer);
}

/** [C13] A state that stands on an initial text. @internal */
export function seededState(
  { session, lastSeq }: Pick<ReplicaState, "session" | "lastSeq">,
  text: string,
): ReplicaState {
  return { ...savedState({ session, version: 0, entryId: NO_ENTRY, base: Text.of(text) }), lastSeq };
}

/** A state as it is known to be at the server: nothing pending, and nothing sent. @internal */
export function savedState({
  session,
  version,
  entryId,
  base,
}: Pick<ReplicaState, "session" | "version" | "entryId" | "base">): ReplicaState {
  const nothing = { inFlight: undefined, buffer: Operation.noop(base.points), bufferEdits: 0 };
  return { session, lastSeq: 0, version, entryId, base, ...nothing };
}

function isSmall(operation: Operation): boolean {
  return splitOperation(operation, EARLY_BYTES, Number.POSITIVE_INFINITY)[1] === undefined;
}

function settledIn({ lastSeq, inFlight }: ReplicaState): number {
  return inFlight === undefined ? lastSeq : lastSeq - 1;
}

function remoteEffect(operation: Operation): Effect[] {
  return isNoop(operation) ? [] : [{ type: "remote", operation }];
}
