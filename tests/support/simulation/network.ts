import type { WebSocketLike } from "@interline/client";
import { EARLY_SUBPROTOCOL, SPOKEN, writeAnnouncement } from "@interline/protocol";
import type { CarriedConnection, DocumentServer, Frame } from "@interline/server";
import type { SeededRandom } from "../seeded-random.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** Close code of a connection that broke. */
const BROKEN = 1006;

/**
 * Connections between clients and servers that may be away, to any of those that are there. Each direction keeps its order, with delays of its own.
 * A break loses what is on the way, in both directions; a stalled connection delivers nothing and says nothing.
 */
export class Network {
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #links = new Set<Link>();
  readonly servers = new Set<DocumentServer>();
  /** Longest delay of a frame, in ms. */
  maxDelayMs = 80;
  #opened = 0;
  /** How often a server took what was pending with the opening of a channel. */
  takenEarly = 0;

  constructor(clock: VirtualClock, random: SeededRandom) {
    this.#clock = clock;
    this.#random = random;
  }

  /** For a client's environment. */
  readonly openSocket = (): WebSocketLike => {
    // Every third goes through something that takes no subprotocols.
    const protocol = this.#opened++ % 3 === 0 ? "" : EARLY_SUBPROTOCOL;
    const link = new Link(
      protocol,
      this.#clock,
      () => this.#random.int(this.maxDelayMs),
      () => this.#links.delete(link),
      (frame) => {
        if (/^\["opened",.*,true\]$/.test(frame)) this.takenEarly++;
      },
    );
    this.#links.add(link);
    const choose = (): DocumentServer | undefined =>
      this.servers.size > 1 ? this.#random.pick([...this.servers]) : [...this.servers][0];
    this.#clock.setTimeout(() => link.connect(choose()), this.#random.int(this.maxDelayMs));
    return link.socket;
  };

  /** Breaks one connection, if there is one. */
  breakOne(): void {
    if (this.#links.size > 0) this.#random.pick([...this.#links]).break();
  }

  /** Stalls one connection, if there is one: half open, until somebody notices. */
  stallOne(): void {
    if (this.#links.size > 0) this.#random.pick([...this.#links]).isStalled = true;
  }

  /** A server is gone, and with it all connections to it. */
  remove(server: DocumentServer): void {
    this.servers.delete(server);
    for (const link of new Set(this.#links)) if (link.server === server) link.break();
  }
}

class Link {
  readonly socket: WebSocketLike;
  isStalled = false;
  server: DocumentServer | undefined;
  readonly #clock: VirtualClock;
  readonly #delay: () => number;
  readonly #ended: () => void;
  readonly #told: (frame: string) => void;
  #server: CarriedConnection | undefined;
  #isOpen = true;
  #toServerAt = 0;
  #toClientAt = 0;

  constructor(
    protocol: string,
    clock: VirtualClock,
    delay: () => number,
    ended: () => void,
    told: (frame: string) => void,
  ) {
    this.#told = told;
    this.#clock = clock;
    this.#delay = delay;
    this.#ended = ended;
    this.socket = {
      protocol,
      onopen: null,
      binaryType: "arraybuffer",
      onmessage: null,
      onclose: null,
      onerror: null,
      send: (frame) => {
        this.#toServerAt = Math.max(this.#toServerAt, clock.now() + delay());
        this.#later(this.#toServerAt, () => this.#server?.receive(frame));
      },
      close: () => this.#close(1000, { tellsClient: false }),
    };
  }

  connect(server: DocumentServer | undefined): void {
    if (!this.#isOpen) return;
    if (server === undefined) {
      this.#close(BROKEN, { tellsClient: true });
      return;
    }
    this.server = server;
    const carrier = {
      bufferedBytes: 0,
      send: (frame: Frame) => {
        this.#told(frame.text);
        this.#toClientAt = Math.max(this.#toClientAt, this.#clock.now() + this.#delay());
        this.#later(this.#toClientAt, () => this.socket.onmessage?.({ data: frame.text }));
      },
      close: ({ code }: { code: number }) => this.#close(code, { tellsClient: true }),
      terminate: () => this.#close(BROKEN, { tellsClient: true }),
    };
    this.#server = server.connect(carrier, undefined, writeAnnouncement(SPOKEN));
    (this.socket.onopen as (() => void) | null)?.();
  }

  break(): void {
    this.#close(BROKEN, { tellsClient: true });
  }

  #later(at: number, deliver: () => void): void {
    this.#clock.setTimeout(() => {
      if (this.#isOpen && !this.isStalled) deliver();
    }, at - this.#clock.now());
  }

  #close(code: number, { tellsClient }: { tellsClient: boolean }): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#ended();
    const server = this.#server;
    // Each side hears of it in its own time; the server perhaps after the client is back.
    this.#clock.setTimeout(() => server?.handleClosed(), this.#delay() * 4);
    if (tellsClient) this.#clock.setTimeout(() => this.socket.onclose?.({ code, reason: "" }), this.#delay());
  }
}
