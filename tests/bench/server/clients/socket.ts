import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { WebSocket } from "ws";

/** A WebSocket, with what crossed its TCP connection: frames with their heads, and the handshake. */
export interface CountedSocket {
  readonly socket: WebSocket;
  readonly opened: Promise<unknown>;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/**
 * Connects to a path of a server on this machine. The first frame may come together with the answer to the handshake, before
 * anybody who waits for `opened` goes on.
 */
export function connectSocket(
  port: number,
  path: string,
  onFrame: (frame: Buffer, isBinary: boolean) => void,
  subprotocols: string[] = [],
): CountedSocket {
  const url = `ws://127.0.0.1:${port}/${path}`;
  const socket = new WebSocket(url, subprotocols, { perMessageDeflate: false });
  let carrier: Socket | undefined;
  socket.on("message", onFrame);
  socket.once("upgrade", (response: IncomingMessage) => {
    carrier = response.socket;
  });
  return {
    socket,
    opened: once(socket, "open"),
    get bytesRead() {
      return carrier?.bytesRead ?? 0;
    },
    get bytesWritten() {
      return carrier?.bytesWritten ?? 0;
    },
  };
}
