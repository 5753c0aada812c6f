import {
  decodeClientMessage,
  DEFAULT_LIMITS,
  encodeServerMessage,
  type ServerMessage,
} from "@interline/protocol";
import type { Environment, WebSocketLike } from "../src/environment.ts";

/** A socket whose other end is the test. */
export class FakeSocket implements WebSocketLike {
  binaryType = "blob";
  readonly protocol: string;
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: string[] = [];
  isClosed = false;

  constructor(protocol = "") {
    this.protocol = protocol;
  }

  send(frame: string): void {
    this.sent.push(frame);
  }

  close(): void {
    this.isClosed = true;
  }

  /** What the client sent, by name. */
  get names(): string[] {
    return this.sent.map((frame) => (JSON.parse(frame) as [string])[0]);
  }

  /** The last message of this name that the client sent. */
  last(name: string) {
    const frame = this.sent.findLast((sent) => (JSON.parse(sent) as [string])[0] === name);
    const decoded = decodeClientMessage(frame ?? "", DEFAULT_LIMITS);
    return decoded.ok ? decoded.message : undefined;
  }

  receive(message: ServerMessage): void {
    this.onmessage?.({ data: encodeServerMessage(message) });
  }

  welcome(heartbeatMs = 15_000): void {
    this.onopen?.();
    const [speaks, self] = [undefined, undefined];
    this.receive({ type: "welcome", protocol: 1, heartbeatMs, limits: DEFAULT_LIMITS, speaks, self });
  }
}

/** A platform whose time, chance and sockets the test holds. */
export class FakeEnvironment implements Environment {
  readonly sockets: FakeSocket[] = [];
  /** Where they went. */
  readonly addresses: string[] = [];
  readonly #alarms = new Map<number, { at: number; ring: () => void }>();
  #now = 1000;
  /** How far the wall clock is ahead of the monotonic one. */
  #ahead = 0;
  #handles = 0;
  #wake: (() => void) | undefined;
  #look: ((isHidden: boolean) => void) | undefined;
  #isHidden = false;
  /** The subprotocol that the server chooses. */
  protocol = "";
  /** What `random` returns. */
  chance = 0.5;

  readonly now = (): number => this.#now + this.#ahead;
  readonly monotonicNow = (): number => this.#now;
  readonly setTimeout = (ring: () => void, ms: number): number => {
    this.#alarms.set(++this.#handles, { at: this.#now + ms, ring });
    return this.#handles;
  };
  readonly clearTimeout = (timer: unknown): void => {
    this.#alarms.delete(timer as number);
  };
  readonly random = (): number => this.chance;
  readonly randomBytes = (length: number): Uint8Array => new Uint8Array(length).fill(this.sockets.length);
  readonly openSocket = (url: string): WebSocketLike => {
    const socket = new FakeSocket(this.protocol);
    this.addresses.push(url);
    this.sockets.push(socket);
    return socket;
  };
  readonly onWake = (listener: () => void): (() => void) => {
    this.#wake = listener;
    return () => {
      this.#wake = undefined;
    };
  };

  readonly onVisibility = (listener: (isHidden: boolean) => void): (() => void) => {
    this.#look = listener;
    listener(this.#isHidden);
    return () => {
      this.#look = undefined;
    };
  };

  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  /** Lets so many ms pass, ringing what is due in order. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#alarms]
        .filter(([, { at }]) => at <= end)
        .toSorted(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#alarms.delete(due[0]);
      this.#now = Math.max(this.#now, due[1].at);
      due[1].ring();
    }
    this.#now = end;
  }

  /** Somebody sets the wall clock, forwards or back. */
  setClock(byMs: number): void {
    this.#ahead += byMs;
  }

  /** The device sleeps: timers and the monotonic clock stand still meanwhile. */
  sleep(ms: number): void {
    this.#ahead += ms;
  }

  /** The network or the page came back. */
  wake(): void {
    this.#wake?.();
  }

  /** The page is hidden, or seen again. */
  setHidden(isHidden: boolean): void {
    this.#isHidden = isHidden;
    this.#look?.(isHidden);
  }

  get hasAlarms(): boolean {
    return this.#alarms.size > 0;
  }
}
