import { EventSocket, type WebSocketLike } from "@interline/client/carriers";
import { WebSocket } from "ws";
import { waitFor } from "../wait-for.ts";

export type { WebSocketLike };

export const CARRIERS = ["websocket", "stream", "poll"] as const;
export type Carrier = (typeof CARRIERS)[number];

export const sessionOf = (name: string): string => `session-of-${name}-0123456789`;

/** A client that says exactly what a test tells it to, whatever carries it. */
export class CarriedClient {
  readonly received: unknown[][] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  isOpen = false;
  readonly #socket: WebSocketLike;

  constructor(carrier: Carrier, url: string) {
    this.#socket = openSocket(carrier, url);
    this.#socket.onopen = () => {
      this.isOpen = true;
    };
    this.#socket.onmessage = ({ data }) => {
      this.received.push(JSON.parse(data as string) as unknown[]);
    };
    this.#socket.onclose = (closed) => {
      this.closed = closed;
    };
    this.#socket.onerror = () => {};
  }

  static async ready(carrier: Carrier, url: string, id = "ana"): Promise<CarriedClient> {
    const client = new CarriedClient(carrier, url);
    await waitFor("the carrier to open", () => client.isOpen);
    client.say("hello", 1, [id, "Ana", 1]);
    await client.heard("welcome");
    return client;
  }

  say(...message: unknown[]): void {
    this.sayRaw(JSON.stringify(message));
  }

  sayRaw(frame: string): void {
    this.#socket.send(frame);
  }

  /** The versions up to which others' operations came. */
  get versions(): number[] {
    return this.received.flatMap(([name, , first, second]) =>
      name === "op" ? [first as number] : name === "ops" ? [second as number] : [],
    );
  }

  close(): void {
    this.#socket.close();
  }

  /** The messages of a name, once there are so many. */
  async heard(name: string, count = 1): Promise<unknown[][]> {
    const all = (): unknown[][] => this.received.filter((message) => message[0] === name);
    await waitFor(`${count} × ${name}`, () => all().length >= count);
    return all();
  }

  async open(session: string, document = "doc"): Promise<void> {
    this.say("open", 1, document, session, 0, "", 0, false, 0);
    await this.heard("opened");
  }
}

/** Opens what a carrier carries frames with. */
export function openSocket(carrier: Carrier, url: string): WebSocketLike {
  if (carrier === "stream" || carrier === "poll") {
    return new EventSocket(url, carrier, fetch, {
      monotonicNow: () => performance.now(),
      setTimeout,
      clearTimeout: (timer) => clearTimeout(timer as number),
    });
  }
  return new WebSocket(url.replace("http", "ws")) as unknown as WebSocketLike;
}
