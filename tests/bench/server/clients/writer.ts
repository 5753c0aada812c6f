/**
 * One connection with one open document, as thin as the protocol allows: it notes what comes and works the text out only when it is
 * asked for, so that the client's own time does not bound what is measured.
 */
export interface Writer {
  /** Bytes on the TCP connection that is open now. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** A length in code points up to which positions are valid. */
  readonly length: number;
  /** Called with what others insert, in order. */
  onInsert: (text: string) => void;
  /**
   * Replaces part of the text. Positions are code points in the text as it was worked out last, or later; too large ones begin
   * again from 0. Resolves when acknowledged; one at a time. After `leave` it waits for `comeBack`, and resolves at once.
   */
  replace(position: number, deleted: number, inserted: string): Promise<void>;
  /** Works what has come into the text. */
  work(): void;
  /** The text with all that has come. The relay has none: a summary of what has come, in no order, stands in. */
  text(): string;
  /** Stops reading from the connection, and starts again. */
  pause(): void;
  resume(): void;
  /** Ends the connection and keeps the copy; what is replaced from now on waits. */
  leave(): Promise<void>;
  /** Connects again. Resolves when all that was missed is here and all that waited is acknowledged. */
  comeBack(): Promise<void>;
}

/** Opens a document. Resolves when its text is here. */
export type Connect = (port: number, document: string) => Promise<Writer>;
