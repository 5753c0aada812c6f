import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeServerMessage, type ServerMessage } from "@interline/protocol";
import { WebSocket } from "ws";
import { createDocumentServer, type DocumentServer, type DocumentServerOptions } from "../../src/server.ts";
import { MemoryLog } from "../../src/log/memory-log.ts";

/** A server on a free port, with what a test needs to stop it. */
export interface RunningServer {
  readonly url: string;
  readonly documents: DocumentServer;
  readonly http: Server;
  stop(): Promise<void>;
}

export async function startServer(options: Partial<DocumentServerOptions> = {}): Promise<RunningServer> {
  const documents = createDocumentServer({
    log: new MemoryLog(),
    ...options,
    limits: { presenceIntervalMs: 1, ...options.limits },
  });
  const http = createServer();
  documents.attach(http);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/sync`,
    documents,
    http,
    async stop() {
      await documents.close();
      http.close();
    },
  };
}

/** A client that says exactly what a test tells it to, and waits for answers. */
export class RawClient {
  readonly socket: WebSocket;
  readonly received: ServerMessage[] = [];
  closed: { code: number; reason: string } | undefined;
  #wake: (() => void)[] = [];

  constructor(url: string, options: ConstructorParameters<typeof WebSocket>[2] = {}) {
    this.socket = new WebSocket(url, options);
    this.socket.on("error", () => {});
    this.socket.on("message", (data) => {
      const decoded = decodeServerMessage((data as Buffer).toString());
      if (!decoded.ok) throw new Error(decoded.reason);
      this.received.push(decoded.message);
      this.#tell();
    });
    this.socket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#tell();
    });
  }

  static async connect(url: string, id = "ann"): Promise<RawClient> {
    const client = new RawClient(url);
    await once(client.socket, "open");
    client.say("hello", 1, [id, id, 1]);
    await client.next("welcome");
    return client;
  }

  /** Connects and opens a document on channel 1. */
  static async opened(url: string, id = "ann", document = "doc"): Promise<RawClient> {
    const client = await RawClient.connect(url, id);
    client.say("open", 1, document, `session-${id}`, 0, "", 0, false, 0);
    await client.next("opened");
    return client;
  }

  say(...message: unknown[]): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The next message of a type, now or when it comes; it and those before it are taken. */
  async next<Type extends ServerMessage["type"]>(
    type: Type,
  ): Promise<Extract<ServerMessage, { type: Type }>> {
    for (;;) {
      const index = this.received.findIndex((message) => message.type === type);
      if (index >= 0)
        return this.received.splice(0, index + 1).at(-1) as Extract<ServerMessage, { type: Type }>;
      if (this.closed !== undefined) throw new Error(`closed with ${this.closed.code} before ${type} came`);
      await this.#change();
    }
  }

  async end(): Promise<{ code: number; reason: string }> {
    while (this.closed === undefined) await this.#change();
    return this.closed;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #tell(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
