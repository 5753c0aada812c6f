import type { WebSocketLike } from "@interline/client";
import type { RawData, WebSocket } from "ws";

/** Hears how long after the word a server that is about to stop asks the client of this socket to leave, in ms. */
export function watchMoves(socket: WebSocketLike, onMove: (afterMs: number) => void): WebSocketLike {
  (socket as unknown as WebSocket).on("message", (data: RawData, isBinary: boolean) => {
    if (isBinary) return;
    const [type, afterMs] = JSON.parse((data as Buffer).toString()) as unknown[];
    if (type === "move") onMove(Number(afterMs));
  });
  return socket;
}
