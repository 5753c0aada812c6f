import type { DocumentStatus } from "./status.ts";

/** Where a client tells what it sends and hears: names, numbers and sizes, never text of a document. @public */
export interface ClientLogger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** What a connection has done since it was made. @public */
export interface ConnectionCounters {
  /** Sockets that were opened. */
  readonly connects: number;
  readonly sentMessages: number;
  readonly sentCharacters: number;
  readonly receivedMessages: number;
  readonly receivedCharacters: number;
  /** Messages of a newer server, or fields of them, that this client does not know. */
  readonly passedOver: number;
}

/** What a document has done since it was opened. @public */
export interface DocumentCounters {
  /** Operations that left. */
  readonly submits: number;
  readonly acknowledgements: number;
  /** From the last acknowledged operation's leaving to its acknowledgement, in ms. */
  readonly roundTripMs: number | undefined;
  /** Channels that were opened. */
  readonly opens: number;
  /** Operations that the server had not got and that went out again. */
  readonly resends: number;
}

/**
 * What helps to understand a fault. Holds no text of the document and no name of a person.
 * @public
 */
export interface Diagnostics {
  readonly document: string;
  readonly session: string;
  readonly version: number;
  readonly entryId: string;
  readonly lastSeq: number;
  readonly inFlightSeq: number | undefined;
  /** Lengths in code points. */
  readonly baseLength: number;
  readonly textLength: number;
  readonly bufferComponents: number;
  readonly status: DocumentStatus;
  readonly connection: string;
  /** What carries the messages: `websocket`, `event-stream` or `polling`. */
  readonly carrier: string;
  readonly isFollowing: boolean;
  readonly peers: number;
  readonly counters: ConnectionCounters & DocumentCounters;
}
