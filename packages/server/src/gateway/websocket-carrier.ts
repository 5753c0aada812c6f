import type { Duplex } from "node:stream";
import { type CloseReason, DEFLATE_SUBPROTOCOL, EARLY_SUBPROTOCOL } from "@interline/protocol";
import type { WebSocket } from "ws";
import type { Frame } from "../frame.ts";
import type { Carrier } from "./connection.ts";
import { Outbox } from "./outbox.ts";

/**
 * Frames go to the socket as they are, past the WebSocket's own sender, which would put a head before each of them for each
 * receiver: most of what a delivery costs is writing.
 *
 * A long frame is compressed for a client that takes it, and one with a long text is encoded in slices: what
 * is sent meanwhile waits behind it.
 */
export class WebSocketCarrier implements Carrier {
  readonly #webSocket: WebSocket;
  readonly #outbox: Outbox;
  readonly #handleSent: () => void;
  readonly #takesDeflate: boolean;
  /** What waits for a frame whose bytes take their time, that frame first. */
  #waiting: Frame[] | undefined;
  /** UTF-16 code units in it. */
  #waitingUnits = 0;
  #closeReason: CloseReason | undefined;

  constructor(webSocket: WebSocket, socket: Duplex, onSent: () => void) {
    this.#webSocket = webSocket;
    this.#outbox = new Outbox({ socket, isOpen: () => this.#isOpen, onSent });
    this.#handleSent = onSent;
    const { protocol } = webSocket;
    this.#takesDeflate = protocol === DEFLATE_SUBPROTOCOL || protocol === EARLY_SUBPROTOCOL;
  }

  get bufferedBytes(): number {
    return this.#outbox.bufferedBytes + this.#waitingUnits;
  }

  send(frame: Frame): void {
    if (this.#waiting !== undefined) this.#wait(this.#waiting, frame);
    else if (frame.isSliced || (this.#takesDeflate && frame.isLong)) {
      this.#waiting = [];
      this.#wait(this.#waiting, frame);
      void this.#sendWaiting(this.#waiting);
    } else this.#write(frame.webSocketBytes);
  }

  close(reason: CloseReason): void {
    if (this.#waiting !== undefined) {
      this.#closeReason ??= reason;
      return;
    }
    this.#outbox.flush();
    this.#webSocket.close(reason.code, reason.reason);
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  beat(): void {
    if (this.#isOpen) this.#webSocket.ping();
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }

  #wait(waiting: Frame[], frame: Frame): void {
    waiting.push(frame);
    this.#waitingUnits += frame.units;
  }

  async #sendWaiting(waiting: Frame[]): Promise<void> {
    try {
      for (let frame = waiting[0]; frame !== undefined && this.#isOpen; frame = waiting[0]) {
        const bytes = await this.#bytesOf(frame);
        waiting.shift();
        this.#waitingUnits -= frame.units;
        // All pieces of a frame in one turn: nothing may come between them.
        if (Array.isArray(bytes)) for (const piece of bytes as readonly Buffer[]) this.#write(piece);
        else this.#write(bytes as Buffer);
      }
    } catch {
      return this.terminate();
    }
    this.#waiting = undefined;
    this.#waitingUnits = 0;
    this.#handleSent();
    if (this.#closeReason !== undefined) this.close(this.#closeReason);
  }

  #bytesOf(frame: Frame): Buffer | Promise<Buffer | readonly Buffer[]> {
    if (this.#takesDeflate && frame.isLong) return frame.deflatedWebSocketBytes;
    return frame.isSliced ? frame.slicedWebSocketBytes : frame.webSocketBytes;
  }

  get #isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  #write(bytes: Buffer): void {
    if (this.#isOpen) this.#outbox.write(bytes);
  }
}
