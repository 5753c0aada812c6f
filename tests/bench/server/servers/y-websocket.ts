import { setupWSConnection } from "@y/websocket-server/utils";
import { WebSocketServer } from "ws";
import { listen } from "./listen.ts";

/** The server of y-websocket, with nothing to keep documents in. */
export async function startYWebSocket(): Promise<number> {
  const { server, port } = await listen();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on("connection", (socket, request) => setupWSConnection(socket, request));
  return port;
}
