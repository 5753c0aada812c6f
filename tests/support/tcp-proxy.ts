import { once } from "node:events";
import { type Server, type Socket, connect, createServer } from "node:net";
import { freePort } from "./free-port.ts";

/** `up` is from the client to the server, `down` from the server to the client. */
export type Direction = "up" | "down";

/** A TCP proxy of 127.0.0.1 that does to connections, while they are open, what networks do. */
export class TcpProxy implements AsyncDisposable {
  /** The TCP port of 127.0.0.1 that clients connect to. */
  readonly port: number;
  readonly #server: Server;
  readonly #targetPort: number;
  readonly #links = new Set<Link>();
  readonly #conditions: Record<Direction, Conditions> = {
    up: { flow: "pass", latencyMs: 0 },
    down: { flow: "pass", latencyMs: 0 },
  };

  private constructor(server: Server, port: number, targetPort: number) {
    this.#server = server;
    this.port = port;
    this.#targetPort = targetPort;
    server.on("connection", (socket: Socket) => this.#link(socket));
  }

  /** Starts a proxy to a port of 127.0.0.1. Whatever listens there may come and go. */
  static async start(targetPort: number): Promise<TcpProxy> {
    const port = await freePort();
    const server = createServer({ allowHalfOpen: true, noDelay: true }).listen(port, "127.0.0.1");
    await once(server, "listening");
    return new TcpProxy(server, port, targetPort);
  }

  /** How many connections are open at one end at least. */
  get connections(): number {
    return this.#links.size;
  }

  /** Holds all bytes, both ways or one way; senders feel it as back-pressure. Nothing is lost. */
  stall(...directions: Direction[]): void {
    this.#setFlow("hold", directions);
  }

  /**
   * Swallows all bytes, and the ends of connections too: both sides believe in a connection that is dead (half-open).
   * What was swallowed never comes, so follow it with `reset` before you `resume`.
   */
  drop(...directions: Direction[]): void {
    this.#setFlow("drop", directions);
  }

  /** Lets bytes pass again, both ways: first those that were held, in order. */
  resume(): void {
    this.#setFlow("pass", []);
  }

  /** Delays all that comes from now on by this time in each direction, in milliseconds. Order is kept. */
  setLatency(latencyMs: number): void {
    this.#conditions.up.latencyMs = latencyMs;
    this.#conditions.down.latencyMs = latencyMs;
  }

  /** Breaks all open connections: both ends see a reset. New ones are accepted. */
  reset(): void {
    for (const link of this.#links) link.reset();
  }

  /** Refuses new connections, as a machine does on which nothing listens. Open ones stay. */
  refuse(): void {
    this.#server.close();
  }

  /** Accepts connections again after `refuse`. */
  async accept(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen(this.port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.reset();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, "close");
  }

  #link(client: Socket): void {
    const server = connect({ port: this.#targetPort, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const link = new Link(client, server, this.#conditions, () => this.#links.delete(link));
    this.#links.add(link);
  }

  #setFlow(flow: Flow, directions: Direction[]): void {
    for (const direction of directions.length === 0 ? (["up", "down"] as const) : directions) {
      this.#conditions[direction].flow = flow;
    }
    for (const link of this.#links) link.update();
  }
}

type Flow = "pass" | "hold" | "drop";

/** The state of the network in one direction; shared by all connections and changed by the proxy. */
interface Conditions {
  flow: Flow;
  latencyMs: number;
}

/** One client's connection and the proxy's own connection to the server. */
class Link {
  readonly #ends: readonly [client: Socket, server: Socket];
  readonly #lanes: readonly Lane[];

  constructor(
    client: Socket,
    server: Socket,
    conditions: Record<Direction, Conditions>,
    onClosed: () => void,
  ) {
    this.#ends = [client, server];
    this.#lanes = [new Lane(client, server, conditions.up), new Lane(server, client, conditions.down)];
    for (const end of this.#ends) end.once("close", () => client.closed && server.closed && onClosed());
  }

  update(): void {
    for (const lane of this.#lanes) lane.update();
  }

  reset(): void {
    for (const end of this.#ends) end.resetAndDestroy();
  }
}

/** One direction of a link: what comes from one end goes to the other when it is due, and in order. */
class Lane {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #conditions: Conditions;
  #waiting: { readonly due: number; readonly deliver: () => void }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, conditions: Conditions) {
    this.#from = from;
    this.#to = to;
    this.#conditions = conditions;
    from.on("data", (bytes) => this.#take(() => to.write(bytes)));
    from.once("end", () => this.#take(() => to.end()));
    from.on("error", () => {}); // "close" follows and says so
    from.once("close", (hadError) => hadError && this.#take(() => to.resetAndDestroy()));
    to.on("drain", () => this.update());
    to.once("close", () => clearTimeout(this.#timer));
    this.update();
  }

  /** Delivers what is due under the conditions of now; call it when they have changed. */
  update(): void {
    clearTimeout(this.#timer);
    if (this.#conditions.flow === "drop") this.#waiting = [];
    for (;;) {
      const next = this.#waiting[0];
      if (!next || this.#isBlocked()) break;
      const waitMs = next.due - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.update(), waitMs);
        break;
      }
      this.#waiting.shift();
      next.deliver();
    }
    if (this.#isBlocked()) this.#from.pause();
    else this.#from.resume();
  }

  #take(deliver: () => void): void {
    this.#waiting.push({ due: performance.now() + this.#conditions.latencyMs, deliver });
    this.update();
  }

  #isBlocked(): boolean {
    return this.#conditions.flow === "hold" || this.#to.writableNeedDrain;
  }
}
