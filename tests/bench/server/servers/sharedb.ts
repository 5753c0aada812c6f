import WebSocketJSONStream from "@teamwork/websocket-json-stream";
import { type } from "ot-text-unicode";
import ShareDB from "sharedb";
import { WebSocketServer } from "ws";
import { listen } from "./listen.ts";

/** ShareDB with its database in memory, wired as in its manual. */
export async function startShareDb(): Promise<number> {
  ShareDB.types.register(type);
  const backend = new ShareDB({ doNotForwardSendPresenceErrorsToClient: true });
  const { server, port } = await listen();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on("connection", (socket) => {
    const stream = new WebSocketJSONStream(socket);
    // Without a listener, a client that goes while something is on its way to it ends the process.
    stream.on("error", () => {});
    backend.listen(stream);
  });
  return port;
}
