import {
  CloseCode,
  type CloseReason,
  type ClientMessage,
  decodeClientMessage,
  type OpenMessage,
  PROTOCOL_VERSION,
  ProtocolErrorCode,
  type User,
} from "@interline/protocol";
import type { Clock } from "../clock.ts";
import type { DocumentHost } from "../document-host.ts";
import { Frame } from "../frame.ts";
import type { ServerLimits } from "../limits.ts";
import type { Channel, ChannelOwner } from "../live-document.ts";
import type { Logger } from "../logger.ts";
import { Meter } from "./meter.ts";
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
  readonly heartbeatMs: number;
}

/**
 * - `silent`: nobody said `hello` yet; only that is taken;
 * - `ready`: a person is known, documents may be opened; `userId` is whose connections it is counted among;
 * - `closed`: nothing is sent or taken any more.
 */
type State =
  | { readonly name: "silent"; readonly timer: unknown }
  | { readonly name: "ready"; user: User; readonly userId: string; readonly userMeter: Meter }
  | { readonly name: "closed" };

/** One channel number: `channel` is undefined while it is being opened. */
interface OpenSlot {
  channel: Channel | undefined;
  user: User;
  isGone: boolean;
}

/** Channels that the server ended, remembered for messages that the client sent before it heard of it. At most so many. */
const MAX_ENDED = 1000;

/** Bytes that may wait for a client in all. Above, it asks for answers that it does not read, and is cut off. */
const MAX_UNREAD_BYTES = 67_108_864;

/** One client's connection: the order of its messages, its channels, and whether it is alive. Knows no socket. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #carrier: Carrier;
  readonly #meter: Meter;
  readonly #slots = new Map<number, OpenSlot>();
  readonly #ended = new Set<number>();
  #state: State;
  #hasSpoken = false;
  #isBlocked = false;
  /** Runs while the client is not read, because it sends too much. */
  #throttleTimer: unknown;
  /** Beats since the client was last heard, and since it last took something that waits for it. */
  #silentBeats = 0;
  #stalledBeats = 0;
  #emptyBeats = 0;
  #lastBuffered = 0;

  constructor(carrier: Carrier, options: ConnectionOptions) {
    this.#carrier = carrier;
    this.#options = options;
    const { clock, limits } = options;
    const { connectionMessages, connectionBytes, helloTimeoutMs } = limits;
    this.#meter = new Meter({ messages: connectionMessages, bytes: connectionBytes }, clock.now());
    const timer = clock.setTimeout(() => {
      this.#fail(ProtocolErrorCode.Timeout, "no hello in time", CloseCode.Timeout);
    }, helloTimeoutMs);
    this.#state = { name: "silent", timer };
  }

  /** Takes one frame of so many bytes from the client. Never throws: what is wrong with it is answered. */
  receive(frame: string, bytes: number = Buffer.byteLength(frame)): void {
    this.heard();
    if (this.#state.name === "closed" || !this.#isWithinBounds(bytes)) return;
    const decoded = decodeClientMessage(frame, this.#options.limits);
    if (decoded.ok) {
      try {
        this.#handle(decoded.message);
      } catch (error) {
        this.#options.logger.error({ event: "connection-failed", error }, "a message could not be handled");
        this.close(CloseCode.Internal);
      }
    } else if (decoded.channel !== undefined && this.#state.name === "ready") {
      this.#endChannel(decoded.channel, decoded.code, decoded.reason);
    } else this.refuse(decoded.code, decoded.reason);
  }

  /** The client broke a rule: tells it which, and ends the connection. */
  refuse(code: ProtocolErrorCode, reason: string): void {
    this.#fail(code, reason, CloseCode.BadMessage);
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
      this.#fail(ProtocolErrorCode.Timeout, "no document open for too long", CloseCode.Timeout);
    } else if (!this.#hasSpoken && this.#state.name === "ready") this.#send(PONG);
    this.#hasSpoken = false;
  }

  close(reason: CloseReason): void {
    if (this.#state.name === "closed") return;
    this.#leave();
    this.#carrier.close(reason);
  }

  /** The carrier has ended. */
  handleClosed(): void {
    this.#leave();
  }

  get #isBusy(): boolean {
    return this.#carrier.bufferedBytes > this.#options.limits.maxBufferedBytes;
  }

  /**
   * Counts a frame. False if it is too much, and the connection has ended for it. Who is over a rate is not read until what it owes
   * is paid off: a slow client loses nothing.
   */
  #isWithinBounds(bytes: number): boolean {
    const { clock, limits } = this.#options;
    if (this.#state.name === "silent" && bytes > limits.maxHelloBytes) {
      this.#fail(ProtocolErrorCode.MessageTooLarge, "hello is short", CloseCode.TooLarge);
      return false;
    }
    const now = clock.now();
    let waitMs = this.#meter.count(bytes, now);
    if (this.#state.name === "ready") waitMs = Math.max(waitMs, this.#state.userMeter.count(bytes, now));
    if (waitMs > limits.maxThrottleMs) {
      this.#fail(ProtocolErrorCode.RateLimited, "too much at once", CloseCode.TooMany);
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
      if (state.name !== "silent") return this.refuse(ProtocolErrorCode.MessageOrder, "hello comes once");
      this.#options.clock.clearTimeout(state.timer);
      if (message.protocol !== PROTOCOL_VERSION) {
        const reason = `protocol version ${PROTOCOL_VERSION} is spoken here`;
        return this.#fail(ProtocolErrorCode.ProtocolVersion, reason, CloseCode.ProtocolVersion);
      }
      const { heartbeatMs, limits, users } = this.#options;
      const { user } = message;
      const userMeter = users.join(user.id);
      if (userMeter === undefined) {
        const reason = `at most ${limits.maxConnectionsPerUser} connections of one person`;
        return this.#fail(ProtocolErrorCode.TooManyConnections, reason, CloseCode.TooMany);
      }
      this.#state = { name: "ready", user, userId: user.id, userMeter };
      this.#send(Frame.of({ type: "welcome", protocol: PROTOCOL_VERSION, heartbeatMs, limits }));
      return;
    }
    if (state.name !== "ready") return this.refuse(ProtocolErrorCode.MessageOrder, "hello comes first");
    switch (message.type) {
      case "open":
        this.#open(message, state.user);
        return;
      case "submit": {
        const isInTurn = this.#channel(message.channel)?.submit(message) ?? true;
        if (!isInTurn) this.refuse(ProtocolErrorCode.MessageOrder, "one operation in flight at a time");
        return;
      }
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
        state.user = message.user;
        for (const slot of this.#slots.values()) {
          slot.user = message.user;
          slot.channel?.rename(message.user);
        }
        return;
      case "close":
        this.#closeChannel(message.channel);
        return;
      case "ping":
        this.#send(PONG);
    }
  }

  #open(message: OpenMessage, user: User): void {
    const { channel } = message;
    const { maxDocumentsPerConnection } = this.#options.limits;
    // Opened again while open: the client has lost its place and starts over.
    this.#closeChannel(channel);
    this.#ended.delete(channel);
    if (this.#slots.size >= maxDocumentsPerConnection) {
      const reason = `at most ${maxDocumentsPerConnection} documents on one connection`;
      return this.#endChannel(channel, ProtocolErrorCode.TooManyDocuments, reason);
    }
    const slot: OpenSlot = { channel: undefined, user, isGone: false };
    this.#slots.set(channel, slot);
    void this.#openIn(slot, message);
  }

  async #openIn(slot: OpenSlot, message: OpenMessage): Promise<void> {
    const { host, logger } = this.#options;
    const { channel, document } = message;
    try {
      await host.open(message, this.#ownerOf(channel, slot));
    } catch (error) {
      logger.error({ event: "open-failed", document, error }, "a document could not be opened");
      if (slot.isGone) return;
      this.#endChannel(channel, ProtocolErrorCode.StoreUnavailable, "the document cannot be read now");
    }
  }

  #ownerOf(channel: number, slot: OpenSlot): ChannelOwner {
    const isBusy = (): boolean => {
      if (this.#isBusy) this.#isBlocked = true;
      return this.#isBlocked;
    };
    return {
      channel,
      get user() {
        return slot.user;
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
      this.refuse(ProtocolErrorCode.MessageOrder, `channel ${channel} is not open`);
    }
    return open;
  }

  #closeChannel(channel: number): void {
    const slot = this.#slots.get(channel);
    if (slot === undefined) return;
    slot.isGone = true;
    this.#slots.delete(channel);
    slot.channel?.close();
  }

  #endChannel(channel: number, code: ProtocolErrorCode, message: string): void {
    this.#closeChannel(channel);
    this.#rememberEnded(channel);
    this.#send(Frame.of({ type: "error", code, message, channel }));
  }

  #rememberEnded(channel: number): void {
    this.#ended.delete(channel);
    this.#ended.add(channel);
    for (const oldest of this.#ended) {
      if (this.#ended.size <= MAX_ENDED) return;
      this.#ended.delete(oldest);
    }
  }

  #fail(code: ProtocolErrorCode, message: string, reason: CloseReason): void {
    if (this.#state.name === "closed") return;
    this.#options.logger.info({ event: "connection-refused", code }, message);
    this.#send(Frame.of({ type: "error", code, message, channel: undefined }));
    this.close(reason);
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
    if (this.#state.name === "silent") this.#options.clock.clearTimeout(this.#state.timer);
    else this.#options.users.leave(this.#state.userId);
    this.#endThrottle();
    this.#state = { name: "closed" };
    for (const channel of this.#slots.keys()) this.#closeChannel(channel);
  }
}

const PONG = Frame.of({ type: "pong" });
