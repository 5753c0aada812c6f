import { DEFLATE_SUBPROTOCOL, EARLY_SUBPROTOCOL } from "@interline/protocol";
import { Alarm } from "../alarm.ts";
import type { Environment, WebSocketLike } from "../environment.ts";
import { CarrierChoice, type CarrierName, CARRIERS } from "./carrier-choice.ts";
import { LaterSocket } from "./later-socket.ts";
import { RacingSocket } from "./racing-socket.ts";

/** Opens sockets to a server over what gets through, and looks now and then whether something better does. */
export class Carriers {
  readonly #environment: Environment;
  readonly #onBetter: () => void;
  readonly #choice: CarrierChoice;
  readonly #alarm: Alarm;
  #socket: RacingSocket | undefined;
  #probe: WebSocketLike | undefined;

  /** `onBetter`: what is opened next will be better than what is open now. */
  constructor(environment: Environment, onBetter: () => void) {
    this.#environment = environment;
    this.#choice = new CarrierChoice(environment.fetch === undefined ? ["websocket"] : CARRIERS);
    this.#onBetter = onBetter;
    this.#alarm = new Alarm(environment);
  }

  /** What carries the frames, or would if it could. */
  get current(): CarrierName {
    return this.#choice.current;
  }

  /** Opens a socket to a `ws:` or `wss:` address. */
  open(url: string): WebSocketLike {
    const open = (carrier: CarrierName): WebSocketLike => this.#open(url, carrier);
    this.#socket = new RacingSocket(this.#choice.candidates, open, this.#environment);
    return this.#socket;
  }

  /** The socket that was opened has got through. */
  worked(url: string): void {
    this.#choice.worked(this.#socket?.carrier ?? "websocket");
    this.#watch(url);
  }

  /** It has not. */
  failed(): void {
    this.#choice.failed();
  }

  /** The socket is not used any more. */
  stop(): void {
    this.#alarm.clear();
    const probe = this.#probe;
    this.#probe = undefined;
    probe?.close();
  }

  #open(url: string, carrier: CarrierName): WebSocketLike {
    const { inflate, fetch } = this.#environment;
    if (carrier !== "websocket" && fetch !== undefined) {
      const mode = carrier === "polling" ? "poll" : "stream";
      const address = url.replace(/^ws/, "http");
      // Few need it, and then once.
      return new LaterSocket(async () => {
        const { EventSocket } = await import("./event-socket.ts");
        return () => new EventSocket(address, mode, fetch, this.#environment);
      });
    }
    // An older server takes the second. Without either it is asked for neither: it would refuse one alone that it does not know.
    const subprotocols = inflate === undefined ? [] : [EARLY_SUBPROTOCOL, DEFLATE_SUBPROTOCOL];
    const socket = this.#environment.openSocket(url, subprotocols);
    socket.binaryType = "arraybuffer";
    return socket;
  }

  #watch(url: string): void {
    const { upgradeAfterMs } = this.#choice;
    if (upgradeAfterMs !== undefined) this.#alarm.set(upgradeAfterMs, () => this.#tryBest(url));
  }

  #tryBest(url: string): void {
    const probe = this.#environment.openSocket(url, []);
    this.#probe = probe;
    const end = (hasWorked: boolean): void => {
      if (this.#probe !== probe) return;
      this.stop();
      this.#choice.probed(hasWorked);
      if (hasWorked) this.#onBetter();
      else this.#watch(url);
    };
    probe.onopen = () => end(true);
    probe.onclose = () => end(false);
    probe.onerror = () => {};
  }
}
