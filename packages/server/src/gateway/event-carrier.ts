import type { CloseReason } from "@interline/protocol";
import type { Frame } from "../frame.ts";
import type { Carrier } from "./connection.ts";

/** An answer that is being written to a client. */
export interface EventSink {
  /** True: it ends with the first events that it gets. Otherwise it goes on. */
  readonly isPoll: boolean;
  /** Bytes that were written and are not with the client's machine yet. */
  readonly bufferedBytes: number;
  /** `isLast`: nothing follows. `onWritten`: it is with the machine's network. */
  write(data: string | Uint8Array, isLast: boolean, onWritten?: () => void): void;
}

/** Written events that are kept for a client whose answer broke off, in bytes of their text. Those of a poll are all kept. */
const KEPT_BYTES = 262_144;

interface SentEvent {
  readonly id: number;
  readonly frame: Frame;
}

/**
 * Carries messages to a client as numbered events (HTML standard, section 9.2), in one answer after another: a stream that stays open,
 * or polls. What was written is kept until the client says that it has it, as far as bounds go, so that a client whose answer
 * broke off goes on where it was.
 */
export class EventCarrier implements Carrier {
  readonly #onDrained: () => void;
  readonly #onEnded: () => void;
  /** In order: those that may have to be written again, then those that were not written yet. */
  #events: SentEvent[] = [];
  #lastId = 0;
  /** The last event that was given to an answer. */
  #written = 0;
  #writtenBytes = 0;
  #waitingBytes = 0;
  #sink: EventSink | undefined;
  #isScheduled = false;
  #closing: CloseReason | undefined;
  #isEnded = false;
  #resume: (() => void) | undefined;
  #paused: Promise<void> | undefined;

  /** `onDrained`: something was taken. `onEnded`: once, when nothing will be sent any more. */
  constructor(onDrained: () => void, onEnded: () => void) {
    this.#onDrained = onDrained;
    this.#onEnded = onEnded;
  }

  get bufferedBytes(): number {
    return this.#waitingBytes + (this.#sink?.bufferedBytes ?? 0);
  }

  /** Resolves when the client may be read (again). */
  get isReadable(): Promise<void> {
    return this.#paused ?? Promise.resolve();
  }

  send(frame: Frame): void {
    if (this.#isEnded || this.#closing !== undefined) return;
    this.#events.push({ id: ++this.#lastId, frame });
    this.#waitingBytes += frame.units;
    this.#schedule();
  }

  close(reason: CloseReason): void {
    this.#closing ??= reason;
    this.#schedule();
  }

  terminate(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#events = [];
    this.#waitingBytes = 0;
    this.#sink?.write("", true);
    this.#sink = undefined;
    this.resume();
    this.#onEnded();
  }

  pause(): void {
    this.#paused ??= new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  resume(): void {
    this.#resume?.();
    this.#resume = undefined;
    this.#paused = undefined;
  }

  /**
   * Goes on in a new answer, after the event `lastId`, which the client has. False if what follows is not kept any more, or was
   * never sent; nothing has changed then.
   */
  attach(sink: EventSink, lastId: number): boolean {
    const oldest = this.#events[0]?.id ?? this.#lastId + 1;
    if (this.#isEnded || lastId < oldest - 1 || lastId > this.#written) return false;
    this.#sink?.write("", true);
    this.#sink = sink;
    this.acknowledge(lastId);
    this.#rewind(lastId);
    this.#schedule();
    return true;
  }

  /** An answer has ended. */
  detach(sink: EventSink): void {
    if (this.#sink === sink) this.#sink = undefined;
  }

  /** The client has all events up to this one. */
  acknowledge(lastId: number): void {
    while (this.#events[0] !== undefined && this.#events[0].id <= Math.min(lastId, this.#written)) {
      this.#writtenBytes -= this.#dropFirst();
    }
  }

  /** Writes a comment, which only shows that the server is there. */
  beat(): void {
    if (this.#sink !== undefined && !this.#sink.isPoll) this.#sink.write(": beat\n\n", false);
  }

  /** The client's answer took something. */
  drained(): void {
    this.#onDrained();
  }

  #rewind(lastId: number): void {
    for (const { id, frame } of this.#events) {
      if (id > this.#written) break;
      this.#writtenBytes -= frame.units;
      this.#waitingBytes += frame.units;
    }
    this.#written = lastId;
  }

  #dropFirst(): number {
    return this.#events.shift()?.frame.units ?? 0;
  }

  /** What is sent in one turn of the event loop is written at once. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(() => {
      this.#isScheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    const sink = this.#sink;
    if (sink === undefined || this.#isEnded) return;
    const waiting = this.#events.slice(this.#written - (this.#events[0]?.id ?? 1) + 1);
    const closing = this.#closing;
    if (waiting.length === 0 && closing === undefined) return;
    if (waiting.some(({ frame }) => frame.isSliced)) return void this.#encode(sink, waiting);
    let text = waiting.map(({ id, frame }) => `id: ${id}\ndata: ${frame.text}\n\n`).join("");
    if (closing !== undefined) text += closeEvent(closing);
    this.#hand(sink, [text], waiting, closing);
  }

  /**
   * Writes events of which one holds a long text, when it is encoded. What is sent meanwhile waits behind
   * them.
   */
  async #encode(sink: EventSink, events: readonly SentEvent[]): Promise<void> {
    this.#isScheduled = true;
    const pieces: (string | Uint8Array)[] = [];
    for (const { id, frame } of events) {
      if (!frame.isSliced) pieces.push(`id: ${id}\ndata: ${frame.text}\n\n`);
      else pieces.push(`id: ${id}\ndata: `, ...(await frame.slicedJson), "\n\n");
    }
    this.#isScheduled = false;
    // Another answer may have taken its place meanwhile: the events are written there.
    if (this.#sink === sink && !this.#isEnded) this.#hand(sink, pieces, events, undefined);
    this.#schedule();
  }

  /** Writes events in some pieces, at least one. */
  #hand(
    sink: EventSink,
    pieces: readonly (string | Uint8Array)[],
    events: readonly SentEvent[],
    closing: CloseReason | undefined,
  ): void {
    for (const { id, frame } of events) {
      this.#written = id;
      this.#writtenBytes += frame.units;
      this.#waitingBytes -= frame.units;
    }
    const isLast = sink.isPoll || closing !== undefined;
    if (isLast) this.#sink = undefined;
    for (const [index, piece] of pieces.entries()) {
      if (index < pieces.length - 1) sink.write(piece, false);
      else sink.write(piece, isLast, closing && (() => this.terminate()));
    }
    if (closing !== undefined) return;
    if (!sink.isPoll) while (this.#writtenBytes > KEPT_BYTES) this.#writtenBytes -= this.#dropFirst();
    this.#onDrained();
  }
}

function closeEvent({ code, reason }: CloseReason): string {
  return `event: close\ndata: ${JSON.stringify([code, reason])}\n\n`;
}
