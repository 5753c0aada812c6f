import type { ErrorCode } from "./codes.ts";
import { type Fields, Reader, type Reading, readFields, ShapeError, writeFields } from "./fields.ts";
import type { Limits } from "./limits.ts";
import {
  type ClientMessage,
  clientMessages,
  type OutgoingClientMessage,
  type ServerMessage,
  type ServerMessageOf,
  serverMessages,
} from "./messages.ts";

/** @public */
export type Decoded<Message> =
  | {
      readonly ok: true;
      readonly message: Message;
      /** True: it had fields that are not known here, which were passed over. */
      readonly hasMore: boolean;
    }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly reason: string;
      /** The channel that the fault is about, where it costs no more than that. */
      readonly channel?: number;
      /** Of a message that is not known, at most 40 UTF-16 code units. */
      readonly name?: string;
    };

/** How strict a message is read. @public */
export interface Strictness {
  /**
   * Passes over fields that are not known, which only a peer that announced a newer version may say. Default:
   * false.
   */
  readonly isTolerant?: boolean;
}

/** A message of the client as a frame: a JSON array that begins with the name. @public */
export function encodeClientMessage(message: OutgoingClientMessage): string {
  return encode(clientMessages, message.type, message);
}

/**
 * Reads a frame from a client. Never throws; cost linear in the frame. A submission with a bad operation decodes, with the
 * fault inside, since it is answered by `refused`.
 * @public
 */
export function decodeClientMessage(
  frame: string,
  { maxComponents, isTolerant = false }: Pick<Limits, "maxComponents"> & Strictness,
): Decoded<ClientMessage> {
  const parsed = parse(frame);
  if (!parsed.ok) return parsed;
  return decode(clientMessages, parsed.message, { maxComponents, isTolerant }) as Decoded<ClientMessage>;
}

/** A message of the server as a frame. @public */
export function encodeServerMessage(message: ServerMessage): string {
  const isOne = message.type === "ops" && message.to - message.from === 1;
  return encode(serverMessages, isOne ? "op" : message.type, message);
}

/** Reads a frame from the server. Never throws; cost linear in the frame. @public */
export function decodeServerMessage(
  frame: string,
  { isTolerant = false }: Strictness = {},
): Decoded<ServerMessage> {
  const parsed = parse(frame);
  if (!parsed.ok) return parsed;
  const decoded = decode(serverMessages, parsed.message, {
    maxComponents: Number.MAX_SAFE_INTEGER,
    isTolerant,
  }) as Decoded<ServerMessage | OneMessage>;
  if (!decoded.ok || decoded.message.type !== "op") return decoded as Decoded<ServerMessage>;
  const { channel, to, entryId, operation, selections } = decoded.message;
  if (to === 0) return { ok: false, code: "ERR_MESSAGE_SHAPE", reason: "op: no entry made version 0" };
  return {
    ok: true,
    message: { type: "ops", channel, from: to - 1, to, entryId, operation, selections },
    hasMore: decoded.hasMore,
  };
}

/** `ops` of one entry, as it travels. */
type OneMessage = { readonly type: "op" } & Omit<ServerMessageOf<"ops">, "type" | "from">;

type Table = Readonly<Record<string, Fields>>;

function encode(table: Table, name: string, message: object): string {
  return JSON.stringify(writeFields(table[name] ?? {}, message as never, [name]));
}

function parse(frame: string): Decoded<unknown> {
  try {
    return { ok: true, message: JSON.parse(frame) as unknown, hasMore: false };
  } catch {
    return { ok: false, code: "ERR_MESSAGE_SYNTAX", reason: "the frame is not JSON" };
  }
}

function decode(table: Table, value: unknown, reading: Reading): Decoded<object> {
  if (!Array.isArray(value) || typeof value[0] !== "string") {
    return {
      ok: false,
      code: "ERR_MESSAGE_SHAPE",
      reason: "a message is an array that begins with its name",
    };
  }
  const type = value[0];
  const fields = Object.hasOwn(table, type) ? table[type] : undefined;
  if (fields === undefined) {
    const name = type.slice(0, 40);
    return {
      ok: false,
      code: "ERR_MESSAGE_UNKNOWN",
      reason: `no message is called ${JSON.stringify(name)}`,
      name,
    };
  }
  const message: Record<string, unknown> = { type };
  try {
    const reader = new Reader(value, reading, { start: 1 });
    readFields(fields, reader, message);
    reader.end();
    return { ok: true, message, hasMore: reader.hasMore };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const fault = { ok: false, code: error.code, reason: `${type}: ${error.message}` } as const;
    // A document that there cannot be costs its channel, everything else the connection.
    return error.code === "ERR_DOCUMENT_ID" ? { ...fault, channel: message["channel"] as number } : fault;
  }
}
