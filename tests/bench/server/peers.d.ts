/** The part of npm `@teamwork/websocket-json-stream` that is used here; it comes without types. */
declare module "@teamwork/websocket-json-stream" {
  import type { Duplex } from "node:stream";
  import type { WebSocket } from "ws";

  const WebSocketJSONStream: new (socket: WebSocket) => Duplex;
  export default WebSocketJSONStream;
}

/** The part of npm `sharedb-redis-pubsub` that is used here; it comes without types. */
declare module "sharedb-redis-pubsub" {
  import type { PubSub } from "sharedb";

  const RedisPubSub: new (options: { readonly url: string }) => PubSub;
  export default RedisPubSub;
}
