import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { DEFLATE_SUBPROTOCOL, EARLY_SUBPROTOCOL } from "@interline/protocol";
import { type WebSocket, WebSocketServer } from "ws";
import { type Caller, callerOf } from "./caller.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import type { Connections } from "./connections.ts";
import { WebSocketCarrier } from "./websocket-carrier.ts";

/** The one that is taken of several first. */
const SUBPROTOCOLS: readonly string[] = [EARLY_SUBPROTOCOL, DEFLATE_SUBPROTOCOL];

/** Connections over WebSockets. */
export class WebSocketGateway {
  readonly #options: ConnectionOptions;
  readonly #connections: Connections;
  readonly #server: WebSocketServer;

  constructor(options: ConnectionOptions, connections: Connections) {
    this.#options = options;
    this.#connections = connections;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.limits.maxMessageBytes,
      handleProtocols: (offered) => SUBPROTOCOLS.find((name) => offered.has(name)) ?? false,
    });
  }

  /** True if the request asks for no subprotocol, or for one that is spoken here among others. */
  speaks({ headers }: IncomingMessage): boolean {
    const offered = headers["sec-websocket-protocol"];
    return offered === undefined || offered.split(",").some((name) => SUBPROTOCOLS.includes(name.trim()));
  }

  /** Takes over a socket that asks to become a WebSocket. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const caller = callerOf(request, this.#options);
    // A socket that breaks before it is a WebSocket has no other listener.
    socket.on("error", ignore);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off("error", ignore);
      this.#accept(webSocket, socket, caller);
    });
  }

  close(): void {
    this.#server.close();
  }

  #accept(webSocket: WebSocket, socket: Duplex, caller: Caller): void {
    const { logger } = this.#options;
    const carrier = new WebSocketCarrier(webSocket, socket, () => connection.drained());
    const connection = new Connection(carrier, this.#options, caller);
    webSocket.on("message", (data, isBinary) => {
      const bytes = data as Buffer;
      if (isBinary) connection.refuse("ERR_MESSAGE_SYNTAX", "frames are text");
      else connection.receive(bytes.toString(), bytes.length);
    });
    webSocket.on("pong", () => connection.heard());
    webSocket.on("ping", () => connection.heard());
    // After it always comes `close`, with 1009 for a frame over the limit.
    webSocket.on("error", (error) => logger.info({ event: "socket-error", error }, "a socket failed"));
    webSocket.on("close", () => this.#connections.remove(connection));
    this.#connections.add({ connection, carrier, address: caller.address });
  }
}

function ignore(): void {}
