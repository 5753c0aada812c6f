import {
  type Agreement,
  agree,
  CloseCode,
  decodeServerMessage,
  EARLY_SUBPROTOCOL,
  encodeClientMessage,
  type ServerMessageOf,
  isNewer,
  isRetryable,
  type Limits,
  type OutgoingClientMessage,
  PROTOCOL_VERSION,
  readAnnouncement,
  type ServerMessage,
  SPEAKS_PARAMETER,
  SPOKEN,
  UNANNOUNCED,
  type User,
  writeAnnouncement,
} from "@interline/protocol";
import { Alarm } from "./alarm.ts";
import type { CarrierName } from "./carriers/carrier-choice.ts";
import { Carriers } from "./carriers/carriers.ts";
import { type BackoffOptions, backoffMs, DEFAULT_BACKOFF } from "./backoff.ts";
import type { ClientLogger, ConnectionCounters } from "./diagnostics.ts";
import { type Environment, platformEnvironment, type Timer, type WebSocketLike } from "./environment.ts";
import { DeviceClock } from "./device-clock.ts";
import { Inbox } from "./inbox.ts";

/** A connection that is not up after this is given up, in ms. */
const CONNECT_TIMEOUT_MS = 10_000;
/** What is asked for by a ping must come within this, in ms. */
const PONG_TIMEOUT_MS = 5_000;
/** How often an open connection is looked after, in ms. */
const LOOK_EVERY_MS = 5_000;

/** Messages about one channel. */
export type ChannelMessage =
  | Extract<ServerMessage, { readonly channel: number }>
  | (ServerMessageOf<"error"> & { readonly channel: number });

/** One document's end of a connection. */
export interface ChannelHandler {
  /** The connection is up: open the channel. It may be before `welcome`, with the limits of last time. */
  connected(): void;
  /** The connection is gone, and with it every channel. */
  disconnected(): void;
  /** A message for the channel that this handler has open. */
  received(message: ChannelMessage): void;
  /** Something about `state` changed. */
  changed(): void;
}

/**
 * What a connection is doing.
 *
 * - `waiting`: no socket; the next try is at `retryAt` (ms of `clock`); `code` says why the last one ended,
 *   if the server said so;
 * - `connecting`: a socket is being opened, or `welcome` is awaited;
 * - `open`: both sides have said hello, or need not wait for it;
 * - `ended`: the server does not want this client back; `code` says why. Only `reconnect()` leaves it;
 * - `closed`: by the application, for good.
 */
export type ConnectionState =
  | {
      readonly name: "waiting";
      readonly retryAt: number;
      readonly timer: Timer;
      readonly code: string | undefined;
    }
  | { readonly name: "connecting"; readonly socket: WebSocketLike; readonly timer: Timer }
  | {
      readonly name: "open";
      readonly socket: WebSocketLike;
      readonly heartbeatMs: number;
      readonly limits: Limits;
      /** False until `welcome` has come: it was come back to a server that takes `open` before. */
      readonly isWelcome: boolean;
      readonly timer: Timer;
    }
  | { readonly name: "ended"; readonly code: string }
  | { readonly name: "closed" };

/** Gives the token of the person, fresh for each connection; undefined: none. @public */
export type TokenSource = () => string | undefined | Promise<string | undefined>;

/** @public */
export interface ConnectionOptions {
  /** Address of the server, `ws://…/sync` or `wss://…/sync`. */
  readonly url: string;
  /** Who writes here. */
  readonly user: User;
  /** Gives the token for a server that asks for one, for every new connection. Default: none. */
  readonly token?: TokenSource | undefined;
  /** The platform; default `platformEnvironment()`. */
  readonly environment?: Environment;
  /** How long to wait between tries. Default: 0.5 s doubled up to 30 s, with full jitter. */
  readonly backoff?: BackoffOptions;
  /** Hears of every message in and out. Default: nobody. */
  readonly logger?: ClientLogger;
}

/**
 * Opens one connection for many documents, see `openDocumentOver`. It stays open, with documents or without, until it is closed.
 * @public
 */
export function openConnection(options: ConnectionOptions): Connection {
  return new Connection(options);
}

/**
 * One logical connection to a server, over one socket after another: it comes back by itself and never gives up, unless the server says that
 * trying again is of no use. A socket that says nothing is asked, and left if it does not answer.
 * @public
 */
export class Connection {
  /** As it was given; the server may have named another since. */
  readonly url: string;
  /** @internal */
  readonly environment: Environment;
  /** @internal */
  readonly clock: DeviceClock;
  /** @internal */
  readonly backoff: BackoffOptions;
  readonly #token: TokenSource | undefined;
  readonly #logger: ClientLogger | undefined;
  /** Where the next socket goes. */
  #target: string;
  readonly #handlers = new Set<ChannelHandler>();
  readonly #channels = new Map<number, ChannelHandler>();
  readonly #stopWaking: () => void;
  readonly #stopWatching: (() => void) | undefined;
  /** Rings when an answer is overdue. */
  readonly #overdue: Alarm;
  readonly #carriers: Carriers;
  #user: User;
  /** Nobody can see the page. */
  #isAway = false;
  #state: ConnectionState;
  readonly #counters = {
    connects: 0,
    sentMessages: 0,
    sentCharacters: 0,
    receivedMessages: 0,
    receivedCharacters: 0,
    passedOver: 0,
  };
  #attempt = 0;
  /** The id by which others know the user, as the server last said; undefined: by the user's own. */
  self: string | undefined;
  #limits: Limits | undefined;
  #lastChannel = 0;
  /** When something was heard last, in ms of `clock`. */
  #heardAt = 0;
  /** Whether anything was heard since the other side was last asked. */
  #isHeard = false;
  #sleptMs = 0;
  /** False from a sleep of the device until something is heard: what was open before may be gone without a word. */
  #isProven = true;
  /** What is spoken with the server; undefined before its `welcome`. */
  #agreement: Agreement | undefined;
  /** Code of the last `error` that was about the whole connection. */
  #faultCode: string | undefined;

  /** Prefer `openConnection`. `document`: the one that it is for, so that a load balancer can bring all who write it to one server. */
  constructor(
    {
      url,
      user,
      token,
      environment = platformEnvironment(),
      backoff = DEFAULT_BACKOFF,
      logger,
    }: ConnectionOptions,
    document?: string,
  ) {
    this.#logger = logger;
    this.url = url;
    // Ids of documents stand in a URL as they are.
    this.#target =
      document === undefined ? url : `${url}${url.includes("?") ? "&" : "?"}document=${document}`;
    this.#token = token;
    this.#user = user;
    this.environment = environment;
    this.clock = new DeviceClock(environment);
    this.backoff = backoff;
    this.#overdue = new Alarm(environment);
    this.#carriers = new Carriers(environment, () => this.reconnect());
    this.#stopWaking = environment.onWake(() => this.#wake());
    this.#state = this.#connect();
    this.#stopWatching = environment.onVisibility?.((isHidden) => this.#setAway(isHidden));
  }

  /** @internal */
  get state(): ConnectionState {
    return this.#state;
  }

  /** False while an open connection may have died in a sleep of the device, and has not shown since that it lives. */
  get isProven(): boolean {
    return this.#isProven;
  }

  get user(): User {
    return this.#user;
  }

  get counters(): ConnectionCounters {
    return { ...this.#counters };
  }

  /** What carries the messages: a WebSocket, or what gets through where none does. */
  get carrier(): CarrierName {
    return this.#carriers.current;
  }

  /** True if `open` may say what is pending. */
  get takesPending(): boolean {
    return this.#state.name === "open" && this.#state.socket.protocol === EARLY_SUBPROTOCOL;
  }

  /** True if `seed` may be said: a server that does not know it passes over it. */
  get takesSeed(): boolean {
    return this.takesPending || (this.#agreement?.minor ?? 0) >= 2;
  }

  /** The server's limits, as it last said; undefined: it has not said any yet. */
  get limits(): Limits | undefined {
    return this.#limits;
  }

  /** How many tries have failed since the last welcome. */
  get attempt(): number {
    return this.#attempt;
  }

  /** Adds a document. Its `connected` comes now if the connection is open, and at each welcome; never from within this call. */
  add(handler: ChannelHandler): void {
    this.#handlers.add(handler);
    const { state } = this;
    if (state.name !== "open") return;
    const { socket } = state;
    this.environment.setTimeout(() => {
      const isSame = this.#state.name === "open" && this.#state.socket === socket;
      if (isSame && this.#handlers.has(handler)) handler.connected();
    }, 0);
  }

  /** Removes a document. */
  remove(handler: ChannelHandler): void {
    this.#handlers.delete(handler);
  }

  /** A new channel of this connection. Numbers are not used twice, so what still comes for an older one goes nowhere. */
  openChannel(handler: ChannelHandler): number {
    this.#lastChannel++;
    this.#channels.set(this.#lastChannel, handler);
    return this.#lastChannel;
  }

  closeChannel(channel: number): void {
    this.#channels.delete(channel);
  }

  /** Sends if the connection is open. A message that is lost with the socket is not sent again: its sender asks after reconnecting. */
  send(message: OutgoingClientMessage): void {
    if (this.#state.name !== "open") return;
    this.#write(this.#state.socket, message);
    this.#checkSleep();
  }

  setUser(user: User): void {
    this.#user = user;
    this.send({ type: "user", user });
  }

  /** Try now: leaves a wait, or a connection that is in doubt. */
  reconnect(): void {
    if (this.#state.name === "closed" || this.#state.name === "connecting") return;
    this.#attempt = 0;
    this.#drop();
    this.#enter(this.#connect());
  }

  /** For good. Safe to call twice. */
  close(): void {
    if (this.#state.name === "closed") return;
    this.#stopWaking();
    this.#stopWatching?.();
    this.#drop();
    this.#handlers.clear();
    this.#state = { name: "closed" };
  }

  #connect(): ConnectionState {
    const environment = this.environment;
    const { inflate } = environment;
    const socket = this.#carriers.open(withAnnouncement(this.#target));
    const isCurrent = () => "socket" in this.#state && this.#state.socket === socket;
    const inbox = new Inbox(inflate ?? (() => Promise.resolve("")), (frame) => {
      if (isCurrent()) this.#receive(frame);
    });
    socket.onopen = () => {
      if (!isCurrent()) return;
      if (this.#token === undefined) this.#sayHello(socket, undefined);
      else void this.#identify(socket, this.#token, isCurrent);
    };
    socket.onmessage = ({ data }) => {
      if (isCurrent()) this.#heard();
      inbox.take(data);
    };
    socket.onclose = ({ code }) => {
      // A late close of an older socket never ends the newer one.
      if (isCurrent()) this.#lost(code);
    };
    socket.onerror = () => {};
    this.#counters.connects++;
    this.#faultCode = undefined;
    this.#agreement = undefined;
    const timer = environment.setTimeout(() => {
      if (isCurrent()) this.#lost(CloseCode.Timeout.code);
    }, CONNECT_TIMEOUT_MS);
    return { name: "connecting", socket, timer };
  }

  #write(socket: WebSocketLike, message: OutgoingClientMessage): void {
    const frame = encodeClientMessage(message);
    this.#counters.sentMessages++;
    this.#counters.sentCharacters += frame.length;
    this.#log("sent", message, frame);
    socket.send(frame);
  }

  #log(event: "sent" | "received", message: { readonly type: string }, frame: string): void {
    if (this.#logger === undefined) return;
    const { seq, version, from, to, code } = message as Readonly<Record<string, unknown>>;
    const about = { seq, version, from, to, code };
    this.#logger.debug(
      { event, type: message.type, characters: frame.length, ...about },
      `${event} ${message.type}`,
    );
  }

  #sayHello(socket: WebSocketLike, token: string | undefined): void {
    this.#write(socket, { type: "hello", protocol: PROTOCOL_VERSION, user: this.#user, token });
    const state = this.#state;
    const limits = this.#limits;
    if (state.name !== "connecting" || socket.protocol !== EARLY_SUBPROTOCOL || limits === undefined) return;
    this.#enter({ ...state, name: "open", heartbeatMs: 0, limits, isWelcome: false });
    this.#begin();
  }

  #begin(): void {
    if (this.#isAway) this.send({ type: "away", isAway: true });
    for (const handler of this.#handlers) handler.connected();
  }

  /** A token is asked for again each time: an older one may have run out. */
  async #identify(socket: WebSocketLike, giveToken: TokenSource, isCurrent: () => boolean): Promise<void> {
    try {
      const token = await giveToken();
      if (isCurrent()) this.#sayHello(socket, token);
    } catch {
      // Whoever gives the tokens cannot be reached now: as if the server could not.
      if (isCurrent()) this.#lost(CloseCode.Internal.code);
    }
  }

  #receive(frame: string): void {
    this.#counters.receivedMessages++;
    this.#counters.receivedCharacters += frame.length;
    const isNewerServer = this.#agreement !== undefined && isNewer(this.#agreement);
    // What the server speaks stands in `welcome` itself.
    const isTolerant = isNewerServer || this.#agreement === undefined;
    const decoded = decodeServerMessage(frame, { isTolerant });
    if (!decoded.ok) {
      if (decoded.code === "ERR_MESSAGE_UNKNOWN" && isNewerServer) return this.#passOver();
      return this.#fail(decoded.code);
    }
    if (decoded.message.type === "welcome") this.#agreement = agreementOf(decoded.message);
    if (decoded.hasMore) {
      if (!isNewer(this.#agreement ?? UNANNOUNCED)) return this.#fail("ERR_MESSAGE_SHAPE");
      this.#passOver();
    }
    const { message } = decoded;
    this.#log("received", message, frame);
    switch (message.type) {
      case "welcome":
        this.self = message.self;
        this.#welcome(message.heartbeatMs, message.limits);
        return;
      case "pong":
        return;
      case "move":
        this.#leaveIn(message.afterMs, message.url);
        return;
      case "error":
        if (message.channel === undefined) this.#faultCode = message.code;
        else this.#channels.get(message.channel)?.received({ ...message, channel: message.channel });
        return;
      case "access":
      case "opened":
      case "snapshot":
      case "ops":
      case "ack":
      case "refused":
      case "reopen":
      case "peers":
      case "selections":
        this.#channels.get(message.channel)?.received(message);
    }
  }

  /** The server broke the protocol. */
  #fail(code: string): void {
    this.#faultCode = code;
    this.#lost(CloseCode.BadMessage.code);
  }

  /** Something that a newer server says and this client does not know. */
  #passOver(): void {
    this.#counters.passedOver++;
  }

  #welcome(heartbeatMs: number, limits: Limits): void {
    const { state } = this;
    const isEarly = state.name === "open" && !state.isWelcome;
    if (state.name !== "connecting" && !isEarly) return;
    const { socket } = state;
    this.environment.clearTimeout(state.timer);
    this.#attempt = 0;
    this.#limits = limits;
    this.#carriers.worked(this.#target);
    const timer = this.#listen(socket, heartbeatMs);
    this.#enter({ name: "open", socket, heartbeatMs, limits, isWelcome: true, timer });
    if (!isEarly) this.#begin();
  }

  #setAway(isAway: boolean): void {
    if (isAway === this.#isAway) return;
    this.#isAway = isAway;
    this.send({ type: "away", isAway });
  }

  /** The server stops soon, and wants its clients to go one by one. Until then everything goes on. */
  #leaveIn(afterMs: number, url: string | undefined): void {
    if (this.#state.name !== "open") return;
    const { socket } = this.#state;
    this.environment.setTimeout(() => {
      if (this.#state.name !== "open" || this.#state.socket !== socket) return;
      this.#target = url ?? this.#target;
      this.reconnect();
    }, afterMs);
  }

  /** Something came, which may have waited here while the device slept: that alone proves nothing about now. */
  #heard(): void {
    this.#heardAt = this.clock.now();
    this.#isHeard = true;
    if (this.#checkSleep() || this.#isProven) return;
    this.#isProven = true;
    this.#changed();
  }

  /** Whether the device slept since this was last asked. Then an open connection must show that it lives. */
  #checkSleep(): boolean {
    const { sleptMs } = this.clock;
    if (sleptMs === this.#sleptMs) return false;
    this.#sleptMs = sleptMs;
    if (this.#state.name !== "open") return false;
    this.#isProven = false;
    this.#overdue.clear();
    this.verify();
    this.#changed();
    return true;
  }

  /** Looks after the open socket: when it has been silent for a heartbeat and a half it is asked, and after a sleep soon. */
  #listen(socket: WebSocketLike, heartbeatMs: number): Timer {
    return this.environment.setTimeout(() => {
      if (this.#state.name !== "open" || this.#state.socket !== socket) return;
      this.#checkSleep();
      if (this.clock.now() - this.#heardAt >= heartbeatMs * 1.5) this.verify();
      this.#state = { ...this.#state, timer: this.#listen(socket, heartbeatMs) };
      // The clock may have been set, and with it the moments that people see.
      this.#changed();
    }, LOOK_EVERY_MS);
  }

  /** The page or the network came back: try at once, and ask a connection that may have died in its sleep. */
  #wake(): void {
    if (this.#state.name === "waiting") this.reconnect();
    else if (this.#state.name === "open") this.verify();
  }

  /** Asks whether the other side is still there; if nothing is heard in time the socket is left. */
  verify(): void {
    if (this.#state.name !== "open" || this.#overdue.isSet) return;
    this.#isHeard = false;
    this.#overdue.set(PONG_TIMEOUT_MS, () => {
      if (!this.#isHeard) this.#lost(CloseCode.Timeout.code);
    });
    this.send({ type: "ping" });
  }

  #lost(closeCode: number): void {
    const code = this.#faultCode;
    if (this.#agreement === undefined) this.#carriers.failed();
    this.#drop();
    if (!isRetryable(closeCode)) {
      this.#enter({ name: "ended", code: code ?? `ERR_CLOSED_${closeCode}` });
      return;
    }
    const { setTimeout, random } = this.environment;
    const delay = backoffMs(this.#attempt, random(), this.backoff);
    this.#attempt++;
    const timer = setTimeout(() => {
      if (this.#state.name === "waiting" && this.#state.timer === timer) this.#enter(this.#connect());
    }, delay);
    this.#enter({ name: "waiting", retryAt: this.clock.now() + delay, timer, code });
  }

  /** Leaves the present socket, if any, and tells every document. */
  #drop(): void {
    const state = this.#state;
    this.#overdue.clear();
    this.#carriers.stop();
    if ("timer" in state) this.environment.clearTimeout(state.timer);
    if (!("socket" in state)) return;
    this.#channels.clear();
    this.#state = { name: "closed" };
    this.#isProven = true;
    state.socket.onmessage = null;
    state.socket.close(1000);
    if (state.name === "open") for (const handler of this.#handlers) handler.disconnected();
  }

  #enter(state: ConnectionState): void {
    this.#state = state;
    this.#changed();
  }

  #changed(): void {
    for (const handler of this.#handlers) handler.changed();
  }
}

/** An address with what this client speaks: a server that does not know of it looks past it. */
function withAnnouncement(url: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}${SPEAKS_PARAMETER}=${writeAnnouncement(SPOKEN)}`;
}

function agreementOf({ speaks }: ServerMessageOf<"welcome">): Agreement {
  const announced = speaks === undefined ? undefined : readAnnouncement(speaks);
  const agreement = announced === undefined ? UNANNOUNCED : agree(SPOKEN, announced);
  return typeof agreement === "object" ? agreement : UNANNOUNCED;
}
