import type { AnyComponent } from "@interline/ot";
import {
  type CloseReason,
  decodeServerMessage,
  encodeClientMessage,
  type OutgoingClientMessage,
  type Peer,
  PROTOCOL_VERSION,
  type Role,
  type ServerMessage,
} from "@interline/protocol";
import type { Credentials } from "../access/access.ts";
import type { Clock } from "../clock.ts";
import type { Frame } from "../frame.ts";
import type { CarriedConnection, Carrier } from "../gateway/connection.ts";
import { randomToken } from "../random-token.ts";
import { stringOf } from "../slices.ts";

/** A state of a document. @public */
export interface VersionId {
  readonly version: number;
  /** Empty at version 0. */
  readonly entryId: string;
}

/** Something that happened to a document. @public */
export type DocumentEvent =
  /** It is watched from here on; what was missed until `version` follows. */
  | { readonly type: "opened"; readonly version: number }
  /** What was missed is not to be had: this is the whole text. */
  | ({ readonly type: "snapshot"; readonly text: string } & VersionId)
  /** Everything from one version to another, as one operation on the text at `from`. */
  | ({
      readonly type: "operation";
      readonly from: number;
      readonly operation: readonly AnyComponent[];
    } & VersionId)
  | { readonly type: "people"; readonly joined: readonly Peer[]; readonly left: readonly number[] }
  | { readonly type: "access"; readonly role: Role }
  /** Nothing happened for a while. */
  | { readonly type: "quiet" }
  /** It is over: with a code where something was wrong, without one where the server stops. */
  | { readonly type: "ended"; readonly code: string | undefined };

/** @public */
export interface WatchOptions {
  readonly document: string;
  readonly credentials: Credentials;
  /** The state that the watcher has. */
  readonly since: VersionId;
  /** Must not throw. Nothing comes after `ended`. */
  readonly onEvent: (event: DocumentEvent) => void;
  /** Bytes that wait to be taken from the watcher; while they are many nothing is added. Default: none. */
  readonly bufferedBytes?: (() => number) | undefined;
}

/** @public */
export interface Watching {
  /** Some of the bytes that waited were taken. */
  drained(): void;
  /** Safe to call twice. `ended` is not told. */
  close(): void;
}

/** Watches a document with the rights of a visitor, as a client that never writes. Others do not see it. */
export function watch(
  connect: (carrier: Carrier, credentials: Credentials) => CarriedConnection,
  clock: Clock,
  heartbeatMs: number,
  { document, credentials, since, onEvent, bufferedBytes = () => 0 }: WatchOptions,
): Watching {
  let isOver = false;
  let code: string | undefined;
  let timer: unknown;
  let leaveTimer: unknown;
  /** Ends when what waits behind a long text is told. Undefined: nothing waits. */
  let turn: Promise<void> | undefined;
  /** UTF-16 code units of it. */
  let waitingUnits = 0;

  const stopTimers = (): void => {
    clock.clearTimeout(timer);
    clock.clearTimeout(leaveTimer);
  };
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    stopTimers();
    connection.handleClosed();
    onEvent({ type: "ended", code });
  };
  const say = (message: OutgoingClientMessage): void => connection.receive(encodeClientMessage(message));
  const tell = (message: ServerMessage): void => {
    if (message.type === "welcome") {
      const session = { session: randomToken(), lastSeq: 0, inFlight: false, settled: 0 };
      say({ type: "open", channel: 1, document, ...since, ...session });
      return;
    }
    if (message.type === "move") {
      clock.clearTimeout(leaveTimer);
      leaveTimer = clock.setTimeout(end, message.afterMs);
      return;
    }
    if (message.type === "error" || message.type === "reopen") {
      code = message.code;
      // What ends a connection is followed by its end.
      if (message.channel !== undefined) end();
      return;
    }
    const event = eventOf(message);
    if (event !== undefined) onEvent(event);
  };
  /** Tells what waits behind a long text, or that text. */
  const tellInTurn = async (frame: Frame): Promise<void> => {
    const { parts } = frame;
    const long = parts && longEventOf(parts.around, await stringOf(parts.text));
    waitingUnits -= frame.units;
    if (waitingUnits === 0) turn = undefined;
    if (isOver) return;
    if (long !== undefined) return onEvent(long);
    const decoded = decodeServerMessage(frame.text);
    if (decoded.ok) tell(decoded.message);
  };
  const carrier: Carrier = {
    isHidden: true,
    get bufferedBytes() {
      return bufferedBytes() + waitingUnits;
    },
    send(frame: Frame) {
      if (turn !== undefined || frame.isSliced) {
        waitingUnits += frame.units;
        turn = (turn ?? Promise.resolve()).then(() => tellInTurn(frame));
        return;
      }
      const decoded = decodeServerMessage(frame.text);
      // In its own turn: an answer may come while the question is being handled.
      if (decoded.ok) queueMicrotask(() => isOver || tell(decoded.message));
    },
    close: (_reason: CloseReason) => (turn === undefined ? queueMicrotask(end) : void turn.then(end)),
    terminate: end,
  };
  const connection = connect(carrier, credentials);
  const beat = (): void => {
    connection.heard();
    connection.beat();
    if (!isOver) timer = clock.setTimeout(beat, heartbeatMs);
  };
  timer = clock.setTimeout(beat, heartbeatMs);
  const user = { id: randomToken(), name: "watcher", color: 1 };
  say({ type: "hello", protocol: PROTOCOL_VERSION, user, token: undefined });
  return {
    drained: () => connection.drained(),
    close() {
      if (isOver) return;
      isOver = true;
      stopTimers();
      connection.handleClosed();
    },
  };
}

/** The event of a message that holds a whole document. */
function longEventOf(around: ServerMessage, text: string): DocumentEvent | undefined {
  if (around.type === "snapshot") return eventOf({ ...around, text });
  if (around.type !== "ops") return undefined;
  const { from, to, entryId } = around;
  return { type: "operation", from, version: to, entryId, operation: [text] };
}

function eventOf(message: ServerMessage): DocumentEvent | undefined {
  switch (message.type) {
    case "opened":
      return { type: "opened", version: message.headVersion };
    case "snapshot": {
      const { version, entryId, text } = message;
      return { type: "snapshot", version, entryId, text };
    }
    case "ops": {
      const { from, to, entryId, operation } = message;
      return { type: "operation", from, version: to, entryId, operation: operation.toJSON() };
    }
    case "peers":
      return { type: "people", joined: message.joined, left: message.left };
    case "access":
      return { type: "access", role: message.role };
    case "pong":
      return { type: "quiet" };
    case "ack":
    case "error":
    case "move":
    case "refused":
    case "reopen":
    case "selections":
    case "welcome":
      return undefined;
  }
}
