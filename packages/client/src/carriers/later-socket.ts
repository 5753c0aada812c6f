import type { WebSocketLike } from "../environment.ts";

/** Closed without a word, as a WebSocket's code says it. */
const ABNORMAL = 1006;

/** A socket whose code is loaded first. What cannot be loaded is a socket that closes. */
export class LaterSocket implements WebSocketLike {
  binaryType = "arraybuffer";
  onopen: WebSocketLike["onopen"] = null;
  onmessage: WebSocketLike["onmessage"] = null;
  onclose: WebSocketLike["onclose"] = null;
  onerror: WebSocketLike["onerror"] = null;
  #socket: WebSocketLike | undefined;
  #isClosed = false;

  /** `load` gives what makes the socket. It is not made if this was closed meanwhile. */
  constructor(load: () => Promise<() => WebSocketLike>) {
    load().then(
      (make) => this.#isClosed || this.#follow(make()),
      () => this.onclose?.({ code: ABNORMAL, reason: "" }),
    );
  }

  /** Nothing is sent before it is open. */
  send(frame: string): void {
    this.#socket?.send(frame);
  }

  close(code = 1000, reason = ""): void {
    this.#isClosed = true;
    if (this.#socket === undefined) this.onclose?.({ code, reason });
    else this.#socket.close(code, reason);
  }

  #follow(socket: WebSocketLike): void {
    this.#socket = socket;
    socket.onopen = () => this.onopen?.(undefined as never);
    socket.onmessage = (event) => this.onmessage?.(event);
    socket.onclose = (event) => this.onclose?.(event);
  }
}
