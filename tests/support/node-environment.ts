import { type Environment, platformEnvironment, type WebSocketLike } from "@interline/client";
import { WebSocket } from "ws";

/** The platform of a client that runs in Node, on real WebSockets. */
export function nodeEnvironment(): Environment {
  return {
    ...platformEnvironment(),
    openSocket: (url, subprotocols) =>
      new WebSocket(url, subprotocols, { perMessageDeflate: false }) as unknown as WebSocketLike,
  };
}
