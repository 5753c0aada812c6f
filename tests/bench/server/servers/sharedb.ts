import WebSocketJSONStream from "@teamwork/websocket-json-stream";
import { type } from "ot-text-unicode";
import ShareDB from "sharedb";
import RedisPubSub from "sharedb-redis-pubsub";
import { WebSocketServer } from "ws";
import { listen } from "./listen.ts";

/** ShareDB with its database in memory, wired as in its manual, alone or with what it tells others going over a Redis. */
export async function startShareDb(redisUrl?: string): Promise<number> {
  ShareDB.types.register(type);
  const pubsub = redisUrl === undefined ? {} : { pubsub: new RedisPubSub({ url: redisUrl }) };
  const backend = new ShareDB({ doNotForwardSendPresenceErrorsToClient: true, ...pubsub });
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
