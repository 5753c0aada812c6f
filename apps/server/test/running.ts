import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createDocumentServer,
  type DocumentServer,
  LevelLog,
  type Role,
  type ServerLimits,
  ShareLinks,
  tokenAccess,
} from "@interline/server";
import { SignJWT } from "jose";
import pino from "pino";
import { WebSocket } from "ws";
import { type App, createHttpServer, type HttpOptions } from "../src/http/server.ts";
import { programMetrics, type ProgramMetrics } from "../src/metrics.ts";

const SECRET = "a secret of at least thirty-two bytes";

export interface Running {
  readonly url: string;
  readonly port: number;
  readonly documents: DocumentServer;
  readonly metrics: ProgramMetrics;
  readonly app: App;
  /** What was logged, line by line. */
  readonly logged: readonly string[];
  stop(): Promise<void>;
}

export interface RunningOptions extends Partial<Omit<HttpOptions, "documents" | "log">> {
  /** True: a token is needed. */
  readonly isClosed?: boolean;
  /** True: a token is known, and those without one have general access. */
  readonly hasGuests?: boolean;
  readonly limits?: Partial<ServerLimits>;
  readonly allowedHosts?: readonly string[];
  /** How often rights are asked for again, in ms. Default 100. */
  readonly recheckMs?: number;
}

/** The program's server on a free port, on a real database in a folder of its own. */
export async function run({
  isClosed = false,
  hasGuests = false,
  limits,
  allowedHosts,
  recheckMs = 100,
  ...options
}: RunningOptions = {}): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), "interline-http-"));
  const log = await LevelLog.open({ location: join(folder, "data") });
  const logged: string[] = [];
  const logger = pino({ level: "debug" }, { write: (line: string) => void logged.push(line) });
  const metrics = programMetrics(() => documents.stats());
  const { catalogue } = log;
  const links = new ShareLinks(catalogue);
  const access =
    isClosed || hasGuests ? tokenAccess({ secret: SECRET, hasGuests, catalogue, links }) : undefined;
  const allowedOrigins = options.allowedOrigins ?? ["https://friend.example"];
  const documents = createDocumentServer({
    log,
    logger,
    metrics,
    access,
    allowedOrigins,
    allowedHosts,
    limits,
    recheckMs,
  });
  const app = await createHttpServer({
    documents,
    backup: () => log.backup(),
    logger,
    metrics,
    webRoot: join(folder, "web"),
    isReady: () => true,
    ...options,
    allowedOrigins,
  });
  documents.attach(app.server, ["/sync", `${options.basePath ?? "/"}sync`]);
  await app.listen({ port: 0, host: "127.0.0.1" });
  const address = app.server.address();
  if (address === null || typeof address === "string") throw new Error("no address");
  const { port } = address;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    documents,
    metrics,
    app,
    logged,
    async stop() {
      await documents.close();
      const closed = app.close();
      app.server.closeAllConnections();
      await closed;
      await log.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A token of the login. */
export function tokenFor(user: string, roles: Readonly<Record<string, Role>>): Promise<string> {
  return new SignJWT({ documents: roles, name: user })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(user)
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(SECRET));
}

interface AskOptions {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** Asks the API. */
export function ask(
  { url }: Pick<Running, "url">,
  method: string,
  path: string,
  { token, body, headers = {}, signal }: AskOptions = {},
): Promise<Response> {
  const authorization: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  const isText = typeof body === "string";
  const content: Record<string, string> =
    body === undefined ? {} : { "content-type": isText ? "text/plain" : "application/json" };
  return fetch(`${url}/api/v1${path}`, {
    method,
    headers: { ...content, ...authorization, ...headers },
    ...(signal === undefined ? {} : { signal }),
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  });
}

/** A client over a WebSocket that says what a test tells it to. */
export class Socket {
  readonly socket: WebSocket;
  readonly received: unknown[][] = [];
  closeCode: number | undefined;
  #wake: (() => void)[] = [];

  private constructor(port: number) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/sync?speaks=1.2`);
    this.socket.on("message", (data) => {
      this.received.push(JSON.parse((data as Buffer).toString()) as unknown[]);
      this.#tell();
    });
    this.socket.on("close", (code) => {
      this.closeCode = code;
      this.#tell();
    });
  }

  /** Connects and says hello. */
  static async connect({ port }: Pick<Running, "port">, token?: string, id = "said"): Promise<Socket> {
    const client = new Socket(port);
    await once(client.socket, "open");
    client.say("hello", 1, [id, id, 1], ...(token === undefined ? [] : [token]));
    return client;
  }

  /** Connects and opens a document on channel 1. */
  static async open(running: Pick<Running, "port">, document: string, token?: string, id = "said") {
    const client = await Socket.connect(running, token, id);
    await client.next("welcome");
    client.say("open", 1, document, `session-${Math.random().toString(36).slice(2)}`, 0, "", 0, false, 0);
    return client;
  }

  say(...message: unknown[]): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The next message that has one of these names; it and those before it are taken. */
  async next(...names: string[]): Promise<unknown[]> {
    for (;;) {
      const index = this.received.findIndex(([name]) => names.includes(String(name)));
      if (index >= 0) return this.received.splice(0, index + 1).at(-1) ?? [];
      if (this.closeCode !== undefined)
        throw new Error(`closed with ${this.closeCode} before ${names.join()}`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  #tell(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
