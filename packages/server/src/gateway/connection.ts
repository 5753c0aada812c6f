import {
  agree,
  type Agreement,
  type Announcement,
  type ClientMessage,
  type ClientMessageOf,
  CloseCode,
  type CloseReason,
  decodeClientMessage,
  type Decoded,
  type Disagreement,
  type ErrorCode,
  isNewer,
  PROTOCOL_VERSION,
  readAnnouncement,
  roleIn,
  SPEAKS_PARAMETER,
  SPOKEN,
  type User,
  versionText,
  writeAnnouncement,
} from "@interline/protocol";
import { CODES } from "@interline/protocol/codes";
import type { Visitor } from "../access/access.ts";
import { ChannelRights } from "../access/channel-rights.ts";
import { type Gatekeeper, isRefusal } from "../access/gatekeeper.ts";
import { userOf } from "../access/user-ids.ts";
import { type Clock, elapsed, MAX_TIMER_MS } from "../clock.ts";
import type { DocumentHost } from "../document-host.ts";
import { plantSeed } from "../documents/seed.ts";
import { ServerError } from "../errors.ts";
import { Frame } from "../frame.ts";
import { hasFewValues, jsonLimits } from "../json-bounds.ts";
import type { ServerLimits } from "../limits.ts";
import type { Channel, ChannelOwner } from "../live-document.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import type { Caller } from "./caller.ts";
import { Meter } from "./meter.ts";
import { Turns } from "./turns.ts";
import type { Users } from "./users.ts";

/** What carries frames to one client and back: a WebSocket, or a stand-in in a simulation. @public */
export interface Carrier {
  /** Bytes that were sent and are not with the client's machine yet. */
  readonly bufferedBytes: number;
  /** Never throws; what is sent to a closed carrier is lost. */
  send(frame: Frame): void;
  /** Ends politely, after what was sent. */
  close(reason: CloseReason): void;
  /** Ends now. */
  terminate(): void;
  /** True: others do not see who is behind it among the people. */
  readonly isHidden?: boolean;
  /** Stops and goes on reading from the client. A carrier that cannot is cut off where others are read slower. */
  pause?(): void;
  resume?(): void;
}

/** What all connections of a server share. */
export interface ConnectionOptions {
  readonly host: DocumentHost;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: ServerLimits;
  readonly users: Users;
  readonly gatekeeper: Gatekeeper;
  readonly metrics: Metrics;
  readonly heartbeatMs: number;
  /** True: a proxy of ours is in front, and says who asks. */
  readonly isProxied: boolean;
}

/**
 * - `silent`: nobody said `hello` yet; only that is taken;
 * - `identifying`: who said it is being found out; what comes meanwhile waits;
 * - `ready`: a person is known, documents may be opened; `userId` is whose connections it is counted among, and `expiry` runs out
 *   with the token;
 * - `closed`: nothing is sent or taken any more.
 */
type State =
  | { readonly name: "silent" | "identifying"; readonly timer: unknown }
  | {
      readonly name: "ready";
      user: User;
      readonly visitor: Visitor;
      readonly userId: string;
      readonly userMeter: Meter;
      expiry: unknown;
    }
  | { readonly name: "closed" };

/** One channel number: `channel` is undefined while it is being opened. */
interface OpenSlot {
  channel: Channel | undefined;
  readonly rights: ChannelRights;
  user: User;
  isGone: boolean;
}

/** Channels that the server ended, remembered for messages that the client sent before it heard of it. At most so many. */
const MAX_ENDED = 1000;

/**
 * A token's time is looked at this often, in ms: whoever sets the machine's clock forward ends it that soon.
 */
const EXPIRY_LOOK_MS = 60_000;

/** Bytes that may wait for a client in all. Above, it asks for answers that it does not read, and is cut off. */
const MAX_UNREAD_BYTES = 67_108_864;

/** The server's end of a carrier: the caller tells it what happens there. @public */
export type CarriedConnection = Pick<Connection, "receive" | "heard" | "beat" | "drained" | "handleClosed">;

/** One client's connection: the order of its messages, its channels, and whether it is alive. Knows no socket. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #carrier: Carrier;
  readonly #caller: Partial<Caller>;
  /** What is spoken; undefined: what the client announced makes no sense. */
  readonly #agreement: Agreement | Disagreement | undefined;
  readonly #meter: Meter;
  readonly #slots = new Map<number, OpenSlot>();
  /** Opens under way, those that nobody waits for any more among them. */
  readonly #loads: Turns;
  readonly #ended = new Set<number>();
  /** What came behind `hello` while it was found out who said it: frames as they came, and their bytes. */
  readonly #early: { readonly frame: string; readonly bytes: number }[] = [];
  #earlyBytes = 0;
  /** What came last to begin a document with, until the `open` that it is for. */
  #seed: ClientMessageOf<"seed"> | undefined;
  /** Nobody can see the client's page. */
  #isAway = false;
  #state: State;
  readonly #whenGone: (() => void)[] = [];
  #hasSpoken = false;
  #isBlocked = false;
  /** Runs while the client is not read, because it sends too much. */
  #throttleTimer: unknown;
  /** Runs from the close on. */
  #lingerTimer: unknown;
  /** Beats since the client was last heard, and since it last took something that waits for it. */
  #silentBeats = 0;
  #stalledBeats = 0;
  #emptyBeats = 0;
  #lastBuffered = 0;

  /** `caller`: without an address it is in this process. */
  constructor(carrier: Carrier, options: ConnectionOptions, caller: Partial<Caller> = {}) {
    this.#carrier = carrier;
    this.#options = options;
    this.#caller = caller;
    const announced = caller.speaks === undefined ? only(PROTOCOL_VERSION) : readAnnouncement(caller.speaks);
    this.#agreement = announced && agree(SPOKEN, announced);
    const { clock, limits } = options;
    const { connectionMessages, connectionBytes, helloTimeoutMs } = limits;
    this.#meter = new Meter({ messages: connectionMessages, bytes: connectionBytes }, elapsed(clock));
    this.#loads = new Turns(limits.maxLoadsPerConnection);
    const timer = clock.setTimeout(() => {
      this.refuse("ERR_TIMEOUT", "no hello in time");
    }, helloTimeoutMs);
    this.#state = { name: "silent", timer };
  }

  /** Takes one frame of so many bytes from the client. Never throws: what is wrong with it is answered. */
  receive(frame: string, bytes: number = Buffer.byteLength(frame)): void {
    this.heard();
    if (this.#state.name === "closed" || !this.#isWithinBounds(bytes)) return;
    if (this.#state.name === "identifying") this.#keepForLater(frame, bytes);
    else this.#take(frame);
  }

  /** Nothing is made of what somebody sends before it is known who they are. */
  #keepForLater(frame: string, bytes: number): void {
    this.#carrier.pause?.();
    this.#early.push({ frame, bytes });
    this.#earlyBytes += bytes;
  }

  #takeEarly(): void {
    if (this.#early.length === 0) return;
    this.#earlyBytes = 0;
    for (const { frame, bytes } of this.#early.splice(0)) {
      if (this.#isWithinRate(bytes)) this.#take(frame);
    }
    // In its order: what is read from here on came later.
    if (this.#throttleTimer === undefined) this.#carrier.resume?.();
  }

  #take(frame: string): void {
    if (this.#state.name === "closed") return;
    const decoded = this.#decode(frame);
    if (!decoded.ok) return this.#handleFault(decoded);
    if (decoded.hasMore) this.#passOver(decoded.message.type);
    try {
      this.#handle(decoded.message);
    } catch (error) {
      this.#options.logger.error({ event: "connection-failed", error }, "a message could not be handled");
      this.close(CloseCode.Internal);
    }
  }

  /** A message that is not known, or wrong. */
  #handleFault({ code, reason, channel, name }: Extract<Decoded<ClientMessage>, { ok: false }>): void {
    if (code === "ERR_MESSAGE_UNKNOWN" && name !== undefined && this.#isNewer) {
      return this.#passOver(name);
    }
    if (channel !== undefined && this.#state.name === "ready") this.#endChannel(channel, code, reason);
    else this.refuse(code, reason);
  }

  /** Something that a newer client says and this server does not know. */
  #passOver(name: string): void {
    const { metrics } = this.#options;
    if (typeof this.#agreement === "object") metrics.passedOver(name, versionText(this.#agreement.peer));
  }

  /** True if the client may say what is not known here. */
  get #isNewer(): boolean {
    return typeof this.#agreement === "object" && isNewer(this.#agreement);
  }

  #decode(frame: string): Decoded<ClientMessage> {
    const { limits } = this.#options;
    const { maxValues } = jsonLimits(limits);
    const options = { maxComponents: limits.maxComponents, isTolerant: this.#isNewer };
    if (hasFewValues(frame, maxValues)) return decodeClientMessage(frame, options);
    return { ok: false, code: "ERR_MESSAGE_SHAPE", reason: `more than ${maxValues} values` };
  }

  /** Tells the client what is wrong, and ends the connection. */
  refuse(
    code: ErrorCode,
    message: string = CODES[code].message,
    reason: CloseReason = CloseCode[CODES[code].close ?? "BadMessage"],
  ): void {
    if (this.#state.name === "closed") return;
    this.#options.metrics.refused(code);
    this.#options.logger.info({ event: "connection-refused", code }, message);
    this.#send(Frame.of({ type: "error", code, message, channel: undefined }));
    this.close(reason);
  }

  /** Bytes that were sent and are not with the client yet. */
  get bufferedBytes(): number {
    return this.#carrier.bufferedBytes;
  }

  /** True once nothing is taken from the client any more. */
  get isClosed(): boolean {
    return this.#state.name === "closed";
  }

  /** The client gave a sign of life. */
  heard(): void {
    this.#silentBeats = 0;
  }

  /** The carrier has sent something off. */
  drained(): void {
    if (!this.#isBlocked || this.#isBusy) return;
    this.#isBlocked = false;
    for (const { channel } of this.#slots.values()) channel?.drained();
  }

  /**
   * To be called every `heartbeatMs`: ends a connection that is dead or stuck, and says something on a quiet one. Beats are counted,
   * not time: what a client said while this process was kept from running is read before the next beat.
   */
  beat(): void {
    if (this.#state.name === "closed") return;
    const { heartbeatMs } = this.#options;
    const { stallTimeoutMs, emptyTimeoutMs } = this.#options.limits;
    const { bufferedBytes } = this.#carrier;
    const isStalled = bufferedBytes > 0 && bufferedBytes >= this.#lastBuffered;
    this.#stalledBeats = isStalled ? this.#stalledBeats + 1 : 0;
    this.#lastBuffered = bufferedBytes;
    // Who is not read cannot be heard.
    this.#silentBeats = this.#throttleTimer === undefined ? this.#silentBeats + 1 : 0;
    this.#emptyBeats = this.#slots.size === 0 ? this.#emptyBeats + 1 : 0;
    if (this.#silentBeats > 2) {
      this.#leave();
      this.#carrier.terminate();
    } else if (this.#stalledBeats * heartbeatMs > stallTimeoutMs) {
      // A polite end would wait behind what the client does not read.
      this.close(CloseCode.Timeout);
      this.#carrier.terminate();
    } else if (this.#emptyBeats * heartbeatMs > emptyTimeoutMs) {
      this.refuse("ERR_TIMEOUT", "no document open for too long");
    } else if (!this.#hasSpoken && this.#state.name === "ready") this.#send(PONG);
    this.#hasSpoken = false;
  }

  /** Ends politely. Whoever does not go within `lingerMs` is cut off: it is asked to, not trusted to. */
  close(reason: CloseReason): void {
    if (this.#state.name === "closed") return;
    const { clock, limits } = this.#options;
    this.#leave();
    this.#lingerTimer = clock.setTimeout(
      () => this.#carrier.terminate(),
      Math.min(limits.lingerMs, MAX_TIMER_MS),
    );
    this.#carrier.close(reason);
  }

  /** The carrier has ended. */
  handleClosed(): void {
    this.#leave();
    this.#options.clock.clearTimeout(this.#lingerTimer);
  }

  /** Resolves when the connection has ended. */
  async gone(): Promise<void> {
    if (this.#state.name === "closed") return;
    await new Promise<void>((resolve) => {
      this.#whenGone.push(resolve);
    });
  }

  get #isBusy(): boolean {
    return this.#carrier.bufferedBytes > this.#options.limits.maxBufferedBytes;
  }

  /**
   * Counts a frame. False if it is too much, and the connection has ended for it. Who is over a rate is not read until what it owes
   * is paid off: a slow client loses nothing.
   */
  #isWithinBounds(bytes: number): boolean {
    const { limits } = this.#options;
    if (this.#state.name === "silent" && bytes > limits.maxHelloBytes) {
      this.refuse("ERR_MESSAGE_TOO_LARGE", "hello is short");
      return false;
    }
    if (this.#earlyBytes + bytes > limits.maxMessageBytes) {
      this.refuse("ERR_MESSAGE_TOO_LARGE", "too much before welcome");
      return false;
    }
    return this.#isWithinRate(bytes);
  }

  /** What waits for `welcome` is counted once more: it is the person's now. */
  #isWithinRate(bytes: number): boolean {
    const { clock, limits } = this.#options;
    const now = elapsed(clock);
    let waitMs = this.#meter.count(bytes, now);
    if (this.#state.name === "ready") waitMs = Math.max(waitMs, this.#state.userMeter.count(bytes, now));
    if (waitMs > limits.maxThrottleMs) {
      this.refuse("ERR_RATE_LIMITED");
      return false;
    }
    if (waitMs > 0) this.#throttle(waitMs);
    return true;
  }

  #throttle(waitMs: number): void {
    const { clock } = this.#options;
    if (this.#throttleTimer === undefined) this.#carrier.pause?.();
    else clock.clearTimeout(this.#throttleTimer);
    this.#throttleTimer = clock.setTimeout(() => this.#endThrottle(), waitMs);
  }

  #endThrottle(): void {
    if (this.#throttleTimer === undefined) return;
    this.#options.clock.clearTimeout(this.#throttleTimer);
    this.#throttleTimer = undefined;
    this.#carrier.resume?.();
  }

  #handle(message: ClientMessage): void {
    const state = this.#state;
    if (message.type === "hello") {
      if (state.name !== "silent") return this.refuse("ERR_MESSAGE_ORDER", "hello comes once");
      if (!this.#isSpoken(message.protocol)) return;
      if (this.#options.gatekeeper.isOpen) return this.#welcome({ id: message.user.id }, message.user);
      this.#state = { name: "identifying", timer: state.timer };
      void this.#identify(message);
      return;
    }
    if (state.name !== "ready") return this.refuse("ERR_MESSAGE_ORDER", "welcome comes first");
    switch (message.type) {
      case "open":
        this.#open(message, state.user, state.visitor);
        return;
      case "seed":
        this.#seed = message;
        return;
      case "submit":
        this.#submit(message);
        return;
      case "settled":
        this.#channel(message.channel)?.settle(message.settled);
        return;
      case "check":
        this.#channel(message.channel)?.check(message);
        return;
      case "select":
        this.#channel(message.channel)?.select(message);
        return;
      case "user":
        this.#rename(state, message.user);
        return;
      case "away":
        this.#isAway = message.isAway;
        for (const { channel } of this.#slots.values()) channel?.setAway(message.isAway);
        return;
      case "close":
        this.#closeChannel(message.channel);
        return;
      case "ping":
        this.#send(PONG);
    }
  }

  /** False if nothing is spoken by both sides, and the connection has ended. */
  #isSpoken(protocol: number): boolean {
    const { speaks } = this.#caller;
    const agreement = speaks === undefined ? agree(SPOKEN, only(protocol)) : this.#agreement;
    if (typeof agreement === "object") return true;
    if (agreement === undefined) {
      this.refuse("ERR_MESSAGE_SHAPE", `${SPEAKS_PARAMETER} must be versions and features`);
      return false;
    }
    const reason = `${writeAnnouncement(SPOKEN)} is spoken here`;
    // Who announces nothing knows one code for both.
    if (agreement === "peer-too-new" && speaks !== undefined) {
      this.refuse("ERR_SERVER_TOO_OLD", reason);
    } else this.refuse("ERR_PROTOCOL_VERSION", reason);
    return false;
  }

  async #identify({
    user,
    token = this.#caller.credentials?.token,
  }: ClientMessageOf<"hello">): Promise<void> {
    const visitor = await this.#options.gatekeeper.admit({ token }, this.#caller.address);
    if (this.#state.name !== "identifying") return;
    if (!isRefusal(visitor)) return this.#welcome(visitor, userOf(visitor, user));
    this.refuse(visitor.code, visitor.message);
  }

  #welcome(visitor: Visitor, user: User): void {
    const { clock, heartbeatMs, limits, users } = this.#options;
    const userMeter = users.join(user.id);
    if (userMeter === undefined) {
      const reason = `at most ${limits.maxConnectionsPerUser} connections of one person`;
      return this.refuse("ERR_TOO_MANY_CONNECTIONS", reason);
    }
    if ("timer" in this.#state) clock.clearTimeout(this.#state.timer);
    this.#state = { name: "ready", user, visitor, userId: user.id, userMeter, expiry: undefined };
    const speaks = this.#caller.speaks === undefined ? undefined : writeAnnouncement(SPOKEN);
    const protocol = typeof this.#agreement === "object" ? this.#agreement.major : PROTOCOL_VERSION;
    const self = this.#minor < 2 ? undefined : user.id;
    this.#send(Frame.of({ type: "welcome", protocol, heartbeatMs, limits, speaks, self }));
    this.#expire();
    this.#takeEarly();
  }

  /** Ends the connection when its token's time is over: now, or by and by. */
  #expire(): void {
    if (this.#state.name !== "ready" || this.#state.visitor.expiresAt === undefined) return;
    const { clock } = this.#options;
    const leftMs = this.#state.visitor.expiresAt - clock.now();
    if (leftMs <= 0) {
      // It was good until now: the client comes back with a new one.
      return this.refuse("ERR_TOKEN_EXPIRED", CODES.ERR_TOKEN_EXPIRED.message, CloseCode.TokenExpired);
    }
    this.#state.expiry = clock.setTimeout(() => this.#expire(), Math.min(leftMs, EXPIRY_LOOK_MS));
  }

  /** A new name or colour. Where it is known who somebody is, they stay who they are. */
  #rename(state: Extract<State, { name: "ready" }>, said: User): void {
    const { gatekeeper } = this.#options;
    const user = gatekeeper.isOpen ? said : { ...userOf(state.visitor, said), id: state.user.id };
    state.user = user;
    for (const slot of this.#slots.values()) {
      slot.user = user;
      slot.channel?.rename(user);
    }
  }

  #submit(message: ClientMessageOf<"submit">): void {
    const { channel, seq } = message;
    const open = this.#channel(channel);
    if (open === undefined) return;
    if (this.#slots.get(channel)?.rights.mayWrite !== true) {
      const code = "ERR_READ_ONLY";
      this.#options.metrics.refused(code);
      return this.#send(Frame.of({ type: "refused", channel, seq, code }));
    }
    if (!open.submit(message)) {
      this.refuse("ERR_MESSAGE_ORDER", "one operation in flight at a time");
    }
  }

  /** Asks again what this client may do with each document that it has open, and tells it what is new. Never rejects. */
  async recheck(): Promise<void> {
    for (const [channel, slot] of this.#slots) {
      const news = await slot.rights.askAgain();
      if (slot.isGone || news === "same") continue;
      if (news === "changed") this.#tellRights(channel, slot);
      else this.#endChannel(channel, news.code, news.message);
    }
  }

  /** Once the channel is open. */
  #tellRights(channel: number, { channel: open, rights }: OpenSlot): void {
    const { told } = rights;
    if (open === undefined || told === undefined) return;
    // Clients before 1.2 were told nothing where they came without a token and could write.
    if (this.#minor < 2 && rights.isUnlimited) return;
    const role = roleIn(this.#minor, told);
    if (role !== "none") this.#send(Frame.of({ type: "access", channel, role }));
  }

  /** The minor version that is spoken. */
  get #minor(): number {
    return typeof this.#agreement === "object" ? this.#agreement.minor : 0;
  }

  /**
   * The server stops soon: the client is told to leave after so long, and to connect again, at `url` or where
   * it was.
   */
  move(afterMs: number, url: string | undefined): void {
    if (this.#state.name === "ready") this.#send(Frame.of({ type: "move", afterMs, url }));
  }

  #open(message: ClientMessageOf<"open">, user: User, visitor: Visitor): void {
    const { channel, document, pending, lastSeq, inFlight } = message;
    const seed = this.#seed?.channel === channel ? this.#seed.text : "";
    this.#seed = undefined;
    if (pending !== undefined && (inFlight ? pending.seq !== lastSeq : pending.seq <= lastSeq)) {
      return this.refuse("ERR_MESSAGE_SHAPE", "open: what is pending has another number");
    }
    const { maxDocumentsPerConnection } = this.#options.limits;
    // Opened again while open: the client has lost its place and starts over.
    this.#closeChannel(channel);
    this.#ended.delete(channel);
    if (this.#slots.size >= maxDocumentsPerConnection) {
      const reason = `at most ${maxDocumentsPerConnection} documents on one connection`;
      return this.#endChannel(channel, "ERR_TOO_MANY_DOCUMENTS", reason);
    }
    const rights = new ChannelRights(this.#options.gatekeeper, visitor, document, user.id);
    const slot: OpenSlot = { channel: undefined, rights, user, isGone: false };
    this.#slots.set(channel, slot);
    this.#loads.add(slot, () => this.#openIn(slot, message, seed));
  }

  async #openIn(slot: OpenSlot, message: ClientMessageOf<"open">, seed: string): Promise<void> {
    const { host, logger, gatekeeper } = this.#options;
    const { channel, document } = message;
    const refusal = gatekeeper.isOpen ? undefined : await slot.rights.ask();
    if (slot.isGone) return;
    if (refusal !== undefined) return this.#endChannel(channel, refusal.code, refusal.message);
    try {
      if (seed !== "" && slot.rights.mayWrite) await plantSeed(host, document, seed, slot.user);
      if (slot.isGone) return;
      await host.open(message, this.#ownerOf(channel, slot));
      if (!slot.isGone) this.#tellRights(channel, slot);
    } catch (error) {
      if (error instanceof ServerError && error.code === "ERR_DOCUMENT_DELETED") {
        if (!slot.isGone) this.#endChannel(channel, "ERR_DOCUMENT_DELETED");
        return;
      }
      logger.error({ event: "open-failed", document, error }, "a document could not be opened");
      if (slot.isGone) return;
      this.#endChannel(channel, "ERR_STORE_UNAVAILABLE");
    }
  }

  #ownerOf(channel: number, slot: OpenSlot): ChannelOwner {
    const isBusy = (): boolean => {
      if (this.#isBusy) this.#isBlocked = true;
      return this.#isBlocked;
    };
    const isAway = (): boolean => this.#isAway;
    return {
      channel,
      connection: this,
      isHidden: this.#carrier.isHidden === true,
      get mayWrite() {
        return slot.rights.mayWrite;
      },
      get user() {
        return slot.user;
      },
      get isAway() {
        return isAway();
      },
      get isBusy() {
        return isBusy();
      },
      get isGone() {
        return slot.isGone;
      },
      send: (frame) => {
        if (!slot.isGone) this.#send(frame);
      },
      opened: (opened) => {
        slot.channel = opened;
      },
      ended: () => {
        if (slot.isGone) return;
        slot.isGone = true;
        this.#slots.delete(channel);
        this.#rememberEnded(channel);
      },
    };
  }

  /**
   * An open channel; undefined, silently, if the server has ended it and the client may not know yet. Any other is a fault
   * that ends the connection.
   */
  #channel(channel: number): Channel | undefined {
    const open = this.#slots.get(channel)?.channel;
    if (open === undefined && !this.#ended.has(channel)) {
      this.refuse("ERR_MESSAGE_ORDER", `channel ${channel} is not open`);
    }
    return open;
  }

  #closeChannel(channel: number): void {
    const slot = this.#slots.get(channel);
    if (slot === undefined) return;
    slot.isGone = true;
    this.#slots.delete(channel);
    this.#loads.drop(slot);
    slot.channel?.close();
  }

  #endChannel(channel: number, code: ErrorCode, message: string = CODES[code].message): void {
    this.#options.metrics.refused(code);
    this.#closeChannel(channel);
    this.#rememberEnded(channel);
    this.#send(Frame.of({ type: "error", code: this.#known(code), message, channel }));
  }

  /** A code for a client that speaks a version from before there was this one. */
  #known(code: ErrorCode): ErrorCode {
    const isNew = code === "ERR_REMOVED" || code === "ERR_BLOCKED";
    return isNew && this.#minor < 2 ? "ERR_FORBIDDEN" : code;
  }

  #rememberEnded(channel: number): void {
    this.#ended.delete(channel);
    this.#ended.add(channel);
    for (const oldest of this.#ended) {
      if (this.#ended.size <= MAX_ENDED) return;
      this.#ended.delete(oldest);
    }
  }

  #send(frame: Frame): void {
    if (this.#state.name === "closed") return;
    if (this.#carrier.bufferedBytes > MAX_UNREAD_BYTES) {
      this.#leave();
      return this.#carrier.terminate();
    }
    this.#hasSpoken = true;
    this.#carrier.send(frame);
  }

  #leave(): void {
    if (this.#state.name === "closed") return;
    const { clock, users } = this.#options;
    if (this.#state.name === "ready") {
      clock.clearTimeout(this.#state.expiry);
      users.leave(this.#state.userId);
    } else clock.clearTimeout(this.#state.timer);
    this.#endThrottle();
    this.#state = { name: "closed" };
    for (const tell of this.#whenGone.splice(0)) tell();
    for (const channel of this.#slots.keys()) this.#closeChannel(channel);
  }
}

const PONG = Frame.of({ type: "pong" });

/** What a client speaks that announces nothing but a number in `hello`. */
const only = (major: number): Announcement => ({ versions: [{ major, minor: 0 }], features: [] });
