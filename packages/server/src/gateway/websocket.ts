import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { CloseCode, DEFLATE_SUBPROTOCOL, ProtocolErrorCode } from "@interline/protocol";
import { type WebSocket, WebSocketServer } from "ws";
import type { Credentials } from "../access/access.ts";
import { credentialsOf } from "../access/credentials.ts";
import { addressOf } from "./address.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { WebSocketCarrier } from "./websocket-carrier.ts";

const SUBPROTOCOLS: readonly string[] = [DEFLATE_SUBPROTOCOL];

/** All WebSocket connections of a server. One timer beats for all of them. */
export class WebSocketGateway {
  readonly #options: ConnectionOptions;
  readonly #server: WebSocketServer;
  readonly #open = new Map<WebSocket, Connection>();
  /** Open connections by network address. */
  readonly #addresses = new Map<string, number>();
  #timer: unknown;
  #isClosed = false;
  #allGone: (() => void) | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.limits.maxMessageBytes,
      handleProtocols: (offered) => offered.has(DEFLATE_SUBPROTOCOL) && DEFLATE_SUBPROTOCOL,
    });
    this.#scheduleBeat();
  }

  get connectionCount(): number {
    return this.#open.size;
  }

  /** True if one more connection from where the request comes from is not too many. */
  hasRoomFor(request: IncomingMessage): boolean {
    const connections = this.#addresses.get(addressOf(request, this.#options.isProxied)) ?? 0;
    return connections < this.#options.limits.maxConnectionsPerAddress;
  }

  /** True if the request asks for no subprotocol, or for one that is spoken here among others. */
  speaks({ headers }: IncomingMessage): boolean {
    const offered = headers["sec-websocket-protocol"];
    return offered === undefined || offered.split(",").some((name) => SUBPROTOCOLS.includes(name.trim()));
  }

  /** All connections that are open now. */
  get connections(): Iterable<Connection> {
    return this.#open.values();
  }

  /** Takes over a socket that asks to become a WebSocket. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const address = addressOf(request, this.#options.isProxied);
    const credentials = credentialsOf(request);
    // A socket that breaks before it is a WebSocket has no other listener.
    socket.on("error", ignore);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off("error", ignore);
      this.#accept(webSocket, socket, address, credentials);
    });
  }

  #accept(webSocket: WebSocket, socket: Duplex, address: string, credentials: Credentials): void {
    const { logger } = this.#options;
    const carrier = new WebSocketCarrier(webSocket, socket, () => connection.drained());
    const connection = new Connection(carrier, this.#options, credentials);
    this.#open.set(webSocket, connection);
    this.#addresses.set(address, (this.#addresses.get(address) ?? 0) + 1);
    webSocket.on("message", (data, isBinary) => {
      if (isBinary) connection.refuse(ProtocolErrorCode.MessageSyntax, "frames are text");
      else connection.receive((data as Buffer).toString(), (data as Buffer).length);
    });
    webSocket.on("pong", () => connection.heard());
    webSocket.on("ping", () => connection.heard());
    // After it always comes `close`, with 1009 for a frame over the limit.
    webSocket.on("error", (error) => logger.info({ event: "socket-error", error }, "a socket failed"));
    webSocket.on("close", () => {
      this.#open.delete(webSocket);
      const others = (this.#addresses.get(address) ?? 1) - 1;
      if (others === 0) this.#addresses.delete(address);
      else this.#addresses.set(address, others);
      connection.handleClosed();
      if (this.#open.size === 0) this.#allGone?.();
    });
    if (this.#isClosed) connection.close(CloseCode.Restart);
  }

  /** Asks everybody to leave, one after another. Resolves when all have gone, or `graceMs` after the last should have. */
  async empty({
    perSecond,
    url,
    graceMs,
  }: {
    readonly perSecond: number;
    readonly url: string | undefined;
    readonly graceMs: number;
  }): Promise<void> {
    const { clock } = this.#options;
    let position = 0;
    for (const connection of this.#open.values()) {
      connection.move(Math.round((position * 1000) / perSecond), url);
      position++;
    }
    if (position === 0) return;
    await new Promise<void>((resolve) => {
      const timer = clock.setTimeout(resolve, (position * 1000) / perSecond + graceMs);
      this.#allGone = () => {
        clock.clearTimeout(timer);
        resolve();
      };
    });
    this.#allGone = undefined;
  }

  /** Ends all connections after what was sent to them; those that do not end by then are cut off after `waitMs`. */
  async close(waitMs: number): Promise<void> {
    this.#isClosed = true;
    const { clock } = this.#options;
    clock.clearTimeout(this.#timer);
    if (this.#open.size > 0) {
      const gone = new Promise<void>((resolve) => {
        this.#allGone = resolve;
      });
      for (const connection of this.#open.values()) connection.close(CloseCode.Restart);
      const timer = clock.setTimeout(() => {
        for (const webSocket of this.#open.keys()) webSocket.terminate();
      }, waitMs);
      await gone;
      clock.clearTimeout(timer);
    }
    this.#server.close();
  }

  #scheduleBeat(): void {
    const { clock, heartbeatMs } = this.#options;
    this.#timer = clock.setTimeout(() => {
      for (const [webSocket, connection] of this.#open) {
        connection.beat();
        if (webSocket.readyState === webSocket.OPEN) webSocket.ping();
      }
      if (!this.#isClosed) this.#scheduleBeat();
    }, heartbeatMs);
  }
}

function ignore(): void {}
