import { decodeOperation, type Selection } from "@interline/ot";
import type { ProtocolErrorCode } from "./errors.ts";
import { Fields, ShapeError } from "./fields.ts";
import { isDocumentId } from "./identifiers.ts";
import type { Limits } from "./limits.ts";
import type {
  ClientMessage,
  Gone,
  OpsMessage,
  OutgoingClientMessage,
  Peer,
  PeerSelection,
  RefusedCode,
  ReopenCode,
  ServerMessage,
  SnapshotReason,
  User,
} from "./messages.ts";

/** @public */
export type Decoded<Message> =
  | { readonly ok: true; readonly message: Message }
  | {
      readonly ok: false;
      readonly code: ProtocolErrorCode;
      readonly reason: string;
      /** The channel that the fault is about, where it costs no more than that. */
      readonly channel?: number;
    };

/**
 * A message of the client as a frame: a JSON array that begins with the name. Its shape stands at each message's type.
 * @public
 */
export function encodeClientMessage(message: OutgoingClientMessage): string {
  switch (message.type) {
    case "hello":
      return JSON.stringify(
        message.token === undefined
          ? ["hello", message.protocol, userFields(message.user)]
          : ["hello", message.protocol, userFields(message.user), message.token],
      );
    case "open":
      return JSON.stringify([
        "open",
        message.channel,
        message.document,
        message.session,
        message.version,
        message.entryId,
        message.lastSeq,
        message.inFlight,
        message.settled,
      ]);
    case "submit":
      return JSON.stringify([
        "submit",
        message.channel,
        message.seq,
        message.version,
        message.length,
        message.operation,
        message.settled,
        ...selectionFields(message.selection),
      ]);
    case "settled":
      return JSON.stringify(["settled", message.channel, message.settled]);
    case "check":
      return JSON.stringify(["check", message.channel, message.version, message.hash]);
    case "select":
      return JSON.stringify([
        "select",
        message.channel,
        message.version,
        ...selectionFields(message.selection),
      ]);
    case "user":
      return JSON.stringify(["user", userFields(message.user)]);
    case "away":
      return JSON.stringify(["away", message.isAway]);
    case "close":
      return JSON.stringify(["close", message.channel]);
    case "ping":
      return '["ping"]';
  }
}

/**
 * Reads a frame from a client. Never throws; cost linear in the frame. A submission with a bad operation decodes, with the
 * fault inside, since it is answered by `refused`.
 * @public
 */
export function decodeClientMessage(
  frame: string,
  limits: Pick<Limits, "maxComponents">,
): Decoded<ClientMessage> {
  const parsed = parse(frame);
  return parsed.ok ? decodeClientFields(parsed.message, limits) : parsed;
}

/** As `decodeClientMessage`, for the fields themselves, whatever they were written in. @public */
export function decodeClientFields(
  value: unknown,
  limits: Pick<Limits, "maxComponents">,
): Decoded<ClientMessage> {
  return decode(value, (name, fields): Decoded<ClientMessage> | undefined => {
    switch (name) {
      case "hello":
        return message(
          { type: name, protocol: fields.count(), user: fields.user(), token: fields.secret() },
          fields,
        );
      case "open": {
        const channel = fields.count();
        const document = fields.any();
        if (!isDocumentId(document)) {
          return {
            ok: false,
            code: "ERR_DOCUMENT_ID",
            reason: "this is not a possible document id",
            channel,
          };
        }
        return message(
          {
            type: name,
            channel,
            document,
            session: fields.token(),
            version: fields.count(),
            entryId: fields.entryId(),
            lastSeq: fields.count(),
            inFlight: fields.boolean(),
            settled: fields.count(),
          },
          fields,
        );
      }
      case "submit": {
        const channel = fields.count();
        const seq = fields.count();
        const version = fields.count();
        const length = fields.count();
        const operation = decodeOperation(fields.any(), length, limits);
        const settled = fields.count();
        const selection = fields.selection();
        return message({ type: name, channel, seq, version, length, operation, settled, selection }, fields);
      }
      case "settled":
        return message({ type: name, channel: fields.count(), settled: fields.count() }, fields);
      case "check":
        return message(
          { type: name, channel: fields.count(), version: fields.count(), hash: fields.token() },
          fields,
        );
      case "select":
        return message(
          { type: name, channel: fields.count(), version: fields.count(), selection: fields.selection() },
          fields,
        );
      case "user":
        return message({ type: name, user: fields.user() }, fields);
      case "away":
        return message({ type: name, isAway: fields.boolean() }, fields);
      case "close":
        return message({ type: name, channel: fields.count() }, fields);
      case "ping":
        return message({ type: name }, fields);
      default:
        return undefined;
    }
  });
}

/** A message of the server as a frame. @public */
export function encodeServerMessage(message: ServerMessage): string {
  switch (message.type) {
    case "welcome": {
      const { maxMessageBytes, maxDocumentLength, maxComponents } = message.limits;
      return JSON.stringify([
        "welcome",
        message.protocol,
        message.heartbeatMs,
        [maxMessageBytes, maxDocumentLength, maxComponents],
      ]);
    }
    case "opened":
      return JSON.stringify([
        "opened",
        message.channel,
        message.peer,
        message.lastSeq,
        message.lastVersion,
        message.headVersion,
      ]);
    case "snapshot":
      return JSON.stringify([
        "snapshot",
        message.channel,
        message.peer,
        message.lastSeq,
        message.lastVersion,
        message.reason,
        message.version,
        message.entryId,
        message.text,
      ]);
    case "ops":
      return encodeOps(message);
    case "ack":
      return JSON.stringify(["ack", message.channel, message.seq, message.version, message.entryId]);
    case "refused":
      return JSON.stringify(["refused", message.channel, message.seq, message.code]);
    case "reopen":
      return JSON.stringify(["reopen", message.channel, message.code]);
    case "access":
      return JSON.stringify(["access", message.channel, message.role]);
    case "peers":
      return JSON.stringify([
        "peers",
        message.channel,
        message.version,
        message.joined.map(peerFields),
        message.left,
        ...(message.gone.length > 0 ? [message.gone.map(goneFields)] : []),
      ]);
    case "selections":
      return JSON.stringify([
        "selections",
        message.channel,
        message.version,
        message.selections.map(peerSelectionFields),
      ]);
    case "error":
      return JSON.stringify(
        message.channel === undefined
          ? ["error", message.code, message.message]
          : ["error", message.code, message.message, message.channel],
      );
    case "move":
      return JSON.stringify(
        message.url === undefined ? ["move", message.afterMs] : ["move", message.afterMs, message.url],
      );
    case "pong":
      return '["pong"]';
  }
}

const NO_LIMIT = { maxComponents: Number.MAX_SAFE_INTEGER };
const SNAPSHOT_REASONS: readonly string[] = [
  "trimmed",
  "diverged",
  "stale",
  "fate-unknown",
] satisfies SnapshotReason[];

/** Reads a frame from the server. Never throws; cost linear in the frame. @public */
export function decodeServerMessage(frame: string): Decoded<ServerMessage> {
  const parsed = parse(frame);
  return parsed.ok ? decodeServerFields(parsed.message) : parsed;
}

/** As `decodeServerMessage`, for the fields themselves. @public */
export function decodeServerFields(value: unknown): Decoded<ServerMessage> {
  return decode(value, (name, fields): Decoded<ServerMessage> | undefined => {
    switch (name) {
      case "welcome": {
        const protocol = fields.count();
        const heartbeatMs = fields.count();
        const limits = new Fields(fields.list(), 0);
        return message(
          {
            type: name,
            protocol,
            heartbeatMs,
            limits: {
              maxMessageBytes: limits.count(),
              maxDocumentLength: limits.count(),
              maxComponents: limits.count(),
            },
          },
          fields,
        );
      }
      case "opened":
        return message(
          {
            type: name,
            channel: fields.count(),
            peer: fields.count(),
            lastSeq: fields.count(),
            lastVersion: fields.count(),
            headVersion: fields.count(),
          },
          fields,
        );
      case "snapshot":
        return message(
          {
            type: name,
            channel: fields.count(),
            peer: fields.count(),
            lastSeq: fields.count(),
            lastVersion: fields.count(),
            reason: snapshotReason(fields),
            version: fields.count(),
            entryId: fields.entryId(),
            text: fields.string(),
          },
          fields,
        );
      case "op": {
        const channel = fields.count();
        const to = fields.count();
        if (to === 0) throw new ShapeError("no entry made version 0");
        return message(opsMessage(channel, to - 1, to, fields), fields);
      }
      case "ops":
        return message(opsMessage(fields.count(), fields.count(), fields.count(), fields), fields);
      case "ack":
        return message(
          {
            type: name,
            channel: fields.count(),
            seq: fields.count(),
            version: fields.count(),
            entryId: fields.entryId(),
          },
          fields,
        );
      case "refused":
        return message(
          {
            type: name,
            channel: fields.count(),
            seq: fields.count(),
            code: fields.token() as RefusedCode,
          },
          fields,
        );
      case "reopen":
        return message({ type: name, channel: fields.count(), code: fields.token() as ReopenCode }, fields);
      case "access":
        return message({ type: name, channel: fields.count(), role: fields.role() }, fields);
      case "peers":
        return message(
          {
            type: name,
            channel: fields.count(),
            version: fields.count(),
            joined: fields.peers(),
            left: fields.counts(),
            gone: fields.isAtEnd ? [] : fields.gone(),
          },
          fields,
        );
      case "selections":
        return message(
          {
            type: name,
            channel: fields.count(),
            version: fields.count(),
            selections: fields.selections(),
          },
          fields,
        );
      case "error": {
        const code = fields.token() as ProtocolErrorCode;
        const text = fields.string();
        const channel = fields.any();
        if (channel !== undefined && typeof channel !== "number") {
          throw new ShapeError("a channel is a number");
        }
        return message({ type: name, code, message: text, channel }, fields);
      }
      case "move": {
        const afterMs = fields.count();
        return message({ type: name, afterMs, url: fields.socketAddress() }, fields);
      }
      case "pong":
        return message({ type: name }, fields);
      default:
        return undefined;
    }
  });
}

/** One entry has a message of its own name, which most frames are: it says one number less. */
function encodeOps({ channel, from, to, entryId, operation, selections }: OpsMessage): string {
  const fields: unknown[] = to - from === 1 ? ["op", channel, to] : ["ops", channel, from, to];
  fields.push(entryId, operation);
  if (selections.length > 0) fields.push(selections.map(peerSelectionFields));
  return JSON.stringify(fields);
}

function opsMessage(channel: number, from: number, to: number, fields: Fields): OpsMessage {
  const entryId = fields.entryId();
  const decoded = decodeOperation(fields.any(), undefined, NO_LIMIT);
  if (!decoded.ok) throw new ShapeError(decoded.message);
  const selections = fields.isAtEnd ? [] : fields.selections();
  return { type: "ops", channel, from, to, entryId, operation: decoded.operation, selections };
}

function message<Message>(value: Message, fields: Fields): Decoded<Message> {
  fields.end();
  return { ok: true, message: value };
}

function parse(frame: string): Decoded<unknown> {
  try {
    return { ok: true, message: JSON.parse(frame) as unknown };
  } catch {
    return { ok: false, code: "ERR_MESSAGE_SYNTAX", reason: "the frame is not JSON" };
  }
}

function decode<Message>(
  parsed: unknown,
  read: (name: string, fields: Fields) => Decoded<Message> | undefined,
): Decoded<Message> {
  if (!Array.isArray(parsed) || typeof parsed[0] !== "string") {
    return {
      ok: false,
      code: "ERR_MESSAGE_SHAPE",
      reason: "a message is an array that begins with its name",
    };
  }
  const name = parsed[0];
  try {
    return (
      read(name, new Fields(parsed, 1)) ?? {
        ok: false,
        code: "ERR_MESSAGE_UNKNOWN",
        reason: `no message is called ${JSON.stringify(name.slice(0, 40))}`,
      }
    );
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return { ok: false, code: "ERR_MESSAGE_SHAPE", reason: `${name}: ${error.message}` };
  }
}

function snapshotReason(fields: Fields): SnapshotReason {
  const reason = fields.token();
  if (!SNAPSHOT_REASONS.includes(reason)) throw new ShapeError("unknown reason of a snapshot");
  return reason as SnapshotReason;
}

function userFields({ id, name, color }: User): unknown[] {
  return [id, name, color];
}

function peerFields({ peer, user, quietMs, isAway, selection }: Peer): unknown[] {
  return [peer, userFields(user), quietMs, isAway, ...selectionFields(selection)];
}

function goneFields({ user, goneMs }: Gone): unknown[] {
  return [userFields(user), goneMs];
}

function peerSelectionFields({ peer, selection }: PeerSelection): unknown[] {
  return [peer, ...selectionFields(selection)];
}

function selectionFields(selection: Selection | undefined): number[] {
  return selection === undefined ? [] : [selection.anchor, selection.head];
}
