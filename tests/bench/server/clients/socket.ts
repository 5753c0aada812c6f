import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { WebSocket } from "ws";

/** An open WebSocket, with what crossed its TCP connection: frames with their heads, and the handshake. */
export interface CountedSocket {
  readonly socket: WebSocket;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** Connects to a path of a server on this machine. Frames that come before a listener is set are not lost, if it is set at once. */
export async function connectSocket(port: number, path: string): Promise<CountedSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${path}`, { perMessageDeflate: false });
  let carrier: Socket | undefined;
  socket.once("upgrade", (response: IncomingMessage) => {
    carrier = response.socket;
  });
  await once(socket, "open");
  return {
    socket,
    get bytesRead() {
      return carrier?.bytesRead ?? 0;
    },
    get bytesWritten() {
      return carrier?.bytesWritten ?? 0;
    },
  };
}
