import type { Duplex } from "node:stream";
import { type CloseReason, DEFLATE_SUBPROTOCOL, MSGPACK_SUBPROTOCOL } from "@interline/protocol";
import type { WebSocket } from "ws";
import type { Frame } from "../frame.ts";
import type { Carrier } from "./connection.ts";

/** A frame of so many bytes, at most, never makes a connection busy that had nothing waiting. */
const SMALL_FRAME_BYTES = 1024;

/**
 * Frames that are sent in one turn of the event loop leave in one write: what follows a commit is often an acknowledgement
 * between operations of others. They go to the socket as they are, past the WebSocket's own sender, which would put a head before
 * each of them for each receiver: most of what a delivery costs is writing.
 *
 * A long frame is compressed for a client that takes it, and what is sent meanwhile waits behind it.
 */
export class WebSocketCarrier implements Carrier {
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #handleSent: () => void;
  readonly #takesDeflate: boolean;
  readonly #takesPacked: boolean;
  /** What waits for a frame that is being compressed, that frame first. */
  #waiting: Frame[] | undefined;
  /** UTF-16 code units in it. */
  #waitingUnits = 0;
  #closeReason: CloseReason | undefined;

  constructor(webSocket: WebSocket, socket: Duplex, onSent: () => void) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#handleSent = onSent;
    this.#takesDeflate = webSocket.protocol === DEFLATE_SUBPROTOCOL;
    this.#takesPacked = webSocket.protocol === MSGPACK_SUBPROTOCOL;
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength + this.#waitingUnits;
  }

  send(frame: Frame): void {
    if (this.#waiting !== undefined) this.#wait(this.#waiting, frame);
    else if (this.#takesDeflate && frame.isLong) {
      this.#waiting = [];
      this.#wait(this.#waiting, frame);
      void this.#sendWaiting(this.#waiting);
    } else this.#write(this.#takesPacked ? frame.packedWebSocketBytes : frame.webSocketBytes);
  }

  close(reason: CloseReason): void {
    if (this.#waiting === undefined) this.#webSocket.close(reason.code, reason.reason);
    else this.#closeReason ??= reason;
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
    this.#waitingUnits += frame.text.length;
  }

  async #sendWaiting(waiting: Frame[]): Promise<void> {
    try {
      for (let frame = waiting[0]; frame !== undefined && this.#isOpen; frame = waiting[0]) {
        const bytes = frame.isLong ? await frame.deflatedWebSocketBytes : frame.webSocketBytes;
        waiting.shift();
        this.#waitingUnits -= frame.text.length;
        this.#write(bytes);
      }
    } catch {
      return this.terminate();
    }
    this.#waiting = undefined;
    this.#waitingUnits = 0;
    this.#handleSent();
    if (this.#closeReason !== undefined) this.close(this.#closeReason);
  }

  get #isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  #write(bytes: Buffer): void {
    if (!this.#isOpen) return;
    const socket = this.#socket;
    // Who is not kept waiting need not be told that the wait is over.
    const mayWait = socket.writableLength > 0 || bytes.length > SMALL_FRAME_BYTES;
    if (socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(uncork, socket);
    }
    if (mayWait) socket.write(bytes, this.#handleSent);
    else socket.write(bytes);
  }
}

function uncork(socket: Duplex): void {
  socket.uncork();
}
