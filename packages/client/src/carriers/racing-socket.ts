import { Alarm } from "../alarm.ts";
import type { Environment, WebSocketLike } from "../environment.ts";
import type { CarrierName } from "./carrier-choice.ts";

/** A carrier has so much time alone before the next one starts beside it, in ms. */
const HEAD_START_MS = 2_000;

/**
 * One socket over one of several carriers: each starts when the one before has closed or has said nothing for a while, and the first
 * of which anything is heard is the socket from then on. So nobody waits long for what something on the way swallows.
 * After RFC 8305 ("Happy Eyeballs"), but that a carrier opens is not enough: what is sent on it may be kept back.
 */
export class RacingSocket implements WebSocketLike {
  binaryType = "arraybuffer";
  onopen: WebSocketLike["onopen"] = null;
  onmessage: WebSocketLike["onmessage"] = null;
  onclose: WebSocketLike["onclose"] = null;
  onerror: WebSocketLike["onerror"] = null;
  readonly #openSocket: (carrier: CarrierName) => WebSocketLike;
  readonly #alarm: Alarm;
  /** Those that have not started. */
  #waiting: readonly CarrierName[];
  /** Those that have, and whether they are open. */
  readonly #running = new Map<WebSocketLike, boolean>();
  /** What was sent so far, for those that open later. */
  readonly #sent: string[] = [];
  #isOpen = false;
  #carrier: CarrierName | undefined;

  constructor(
    carriers: readonly CarrierName[],
    openSocket: (carrier: CarrierName) => WebSocketLike,
    environment: Pick<Environment, "setTimeout" | "clearTimeout">,
  ) {
    this.#waiting = carriers;
    this.#openSocket = openSocket;
    this.#alarm = new Alarm(environment);
    this.#start();
  }

  /** The carrier that came first; undefined: none yet. */
  get carrier(): CarrierName | undefined {
    return this.#carrier;
  }

  /** The subprotocol of the one carrier that there is and will be. */
  get protocol(): string | undefined {
    const [socket] = this.#running.keys();
    return this.#waiting.length === 0 && this.#running.size === 1 ? socket?.protocol : undefined;
  }

  send(frame: string): void {
    if (this.#carrier === undefined) this.#sent.push(frame);
    for (const [socket, isOpen] of this.#running) if (isOpen) socket.send(frame);
  }

  close(code?: number, reason?: string): void {
    this.#stopStarting();
    for (const socket of this.#running.keys()) socket.close(code, reason);
  }

  #start(): void {
    this.#alarm.clear();
    const [carrier, ...waiting] = this.#waiting;
    if (carrier === undefined) return;
    this.#waiting = waiting;
    const socket = this.#openSocket(carrier);
    this.#running.set(socket, false);
    socket.onopen = () => {
      this.#running.set(socket, true);
      for (const frame of this.#sent) socket.send(frame);
      if (!this.#isOpen) this.onopen?.(undefined as never);
      this.#isOpen = true;
    };
    socket.onmessage = (event) => {
      if (this.#carrier === undefined) this.#settle(carrier, socket);
      if (this.#running.has(socket)) this.onmessage?.(event);
    };
    socket.onclose = (event) => {
      if (!this.#running.delete(socket)) return;
      this.#start();
      if (this.#running.size === 0) this.onclose?.(event);
    };
    socket.onerror = () => {};
    if (waiting.length > 0) this.#alarm.set(HEAD_START_MS, () => this.#start());
  }

  #settle(carrier: CarrierName, winner: WebSocketLike): void {
    this.#carrier = carrier;
    this.#stopStarting();
    for (const socket of this.#running.keys()) {
      if (socket === winner) continue;
      this.#running.delete(socket);
      socket.close();
    }
  }

  #stopStarting(): void {
    this.#waiting = [];
    this.#alarm.clear();
  }
}
