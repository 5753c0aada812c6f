import { type WebSocket, WebSocketServer } from "ws";
import { listen } from "./listen.ts";

/**
 * The floor: each frame goes as it came to all who have the document open, to its sender as the acknowledgement. It keeps
 * nothing, orders by arrival and understands nothing.
 */
export async function startRelay(): Promise<number> {
  const { server, port } = await listen();
  const rooms = new Map<string, Set<WebSocket>>();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on("connection", (socket, request) => {
    const path = request.url ?? "";
    const room = rooms.get(path) ?? new Set();
    rooms.set(path, room.add(socket));
    socket.on("message", (frame, binary) => {
      for (const member of room) member.send(frame, { binary });
    });
    socket.on("close", () => room.delete(socket));
  });
  return port;
}
