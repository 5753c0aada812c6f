import type { PresenceListener, PresenceShare, SharedNews, SharedPeer } from "@interline/server";
import { fieldsOf, placeOf, type PresenceMessage, sharedNewsOf } from "./presence-news.ts";
import { type PersonValue, Roster } from "./roster.ts";

/** A change of the hash that a line asks for. */
export interface ShareRequest {
  /** Sessions of this node with what is to be said about them. */
  readonly set: readonly (readonly [session: string, value: PersonValue | null])[];
  /** Fields, perhaps of other nodes. */
  readonly deleted: readonly string[];
  /** True: all of it is wanted back. */
  readonly isWhole: boolean;
}

/** As `SHARE` answers. */
export type ShareReply = [time: number, epoch: string, number: number, all: string[]];

/** What a line needs of its surroundings. */
export interface LineSurroundings {
  readonly node: string;
  readonly now: () => number;
  readonly isAlive: (node: string) => boolean;
  /** Finds out again who is alive, and shows that this node is. Rejects if that cannot be found out. */
  readonly judge: () => Promise<void>;
  /** Changes the hash. Rejects if the answer did not come: it may have been done. */
  readonly share: (request: ShareRequest) => Promise<ShareReply>;
  /** Publishes carets. Never rejects; they may be lost. */
  readonly publish: (news: SharedNews) => void;
}

type Change = Extract<PresenceMessage, readonly ["p", ...unknown[]]>;

/** Fields that are changed in one step, at most. */
const MAX_SHARED = 1_000;
/** Comparisons after a change at which carets are told again. */
const RECAPS = 2;
/** The hash is written once in so many ms, so that it does not run out. */
const RENEW_MS = 1_200_000;

/**
 * One document's people, between this server and the hash in Redis. What is here is written into the hash until it stands there; what is there
 * is followed change by change, and read as a whole where a change was missed. One step is under way at a time: what comes meanwhile is
 * written in the next.
 */
export class PresenceLine implements PresenceShare {
  readonly #around: LineSurroundings;
  readonly #listener: PresenceListener;
  readonly #roster = new Roster();
  /** What the hash shall say about this node. */
  readonly #own = new Map<string, PersonValue | null>();
  /** Sessions of which it may say something else. */
  readonly #unwritten = new Set<string>();
  /** Fields of dead nodes. */
  readonly #dead = new Set<string>();
  /** The last change that is known here; undefined: all is to be read. */
  #known: { readonly epoch: string; readonly number: number } | undefined;
  /** What came while all is being read. */
  #heard: PresenceMessage[] | undefined;
  #running: Promise<void> | undefined;
  /** A step failed: the next waits for a comparison. */
  #hasFailed = false;
  #renewedAt: number;
  /** Number of each node's last carets. */
  readonly #caretNumbers = new Map<string, number>();
  #moment = 0;
  #recaps = 0;
  #isClosed = false;

  constructor(listener: PresenceListener, surroundings: LineSurroundings) {
    this.#listener = listener;
    this.#around = surroundings;
    this.#renewedAt = surroundings.now();
  }

  /** Tells that the document is open here, and reads who else is there. Never rejects. */
  open(): Promise<void> {
    this.#own.set("", null);
    this.#unwritten.add("");
    return this.#run();
  }

  put({ session, user, isAway, quietMs }: SharedPeer): void {
    const { id, name, color } = user;
    const said = this.#own.get(session);
    const value = [id, name, color, isAway, quietMs] as const;
    if (said && String(said.slice(0, 4)) === String(value.slice(0, 4))) return;
    this.#own.set(session, value);
    this.#write(session);
  }

  remove(session: string): void {
    if (this.#own.delete(session)) this.#write(session);
  }

  tell(news: SharedNews): void {
    if (!this.#isClosed && this.#hasOthers) this.#around.publish(news);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const session of this.#own.keys()) this.#unwritten.add(session);
    this.#own.clear();
    this.#hasFailed = false;
    await this.#run();
  }

  /** True once closed and told. */
  get isDone(): boolean {
    return this.#isClosed && this.#unwritten.size === 0;
  }

  /** Tries again what could not be told. */
  retry(): void {
    this.#hasFailed = false;
    void this.#run();
  }

  /** Takes what was published, also by this node. */
  hear(message: PresenceMessage): void {
    if (this.#isClosed) return;
    if (this.#heard !== undefined) this.#heard.push(message);
    else this.#take(message);
    this.#tellChanges();
  }

  /**
   * Compares with the last change in Redis, as it was found now and then: what was missed is read, what could not be written is written again,
   * and carets that moved lately are told again.
   */
  compare(epoch: string, number: number): void {
    if (this.#isClosed) return;
    const isSame = this.#known?.epoch === epoch && this.#known.number === number;
    if (!isSame && this.#heard === undefined) this.#known = undefined;
    this.retry();
    const { moment } = this.#listener;
    if (moment !== this.#moment) this.#recaps = RECAPS;
    this.#moment = moment;
    if (this.#recaps === 0) return;
    this.#recaps--;
    this.tell(this.#listener.recap());
  }

  /** Servers came or went. */
  rejudge(): void {
    if (this.#isClosed) return;
    this.#roster.rejudge();
    this.#tellChanges();
    this.#bury();
  }

  get #hasOthers(): boolean {
    for (const node of this.#roster.nodes) if (this.#around.isAlive(node)) return true;
    return false;
  }

  #write(session: string): void {
    this.#unwritten.add(session);
    void this.#run();
  }

  #take(message: PresenceMessage): void {
    if (message[0] === "p") return this.#follow(message);
    const [, node, number] = message;
    if (node === this.#around.node || number <= (this.#caretNumbers.get(node) ?? 0)) return;
    this.#caretNumbers.set(node, number);
    // Whose carets they are is known before.
    this.#tellChanges();
    this.#listener.hear(sharedNewsOf(message));
  }

  /** Follows one change; where one before it was missed, all is read. */
  #follow([, node, epoch, number, time, set, deleted]: Change): void {
    if (this.#known === undefined) return;
    if (epoch !== this.#known.epoch || number > this.#known.number + 1) {
      this.#known = undefined;
      void this.#run();
      return;
    }
    if (number <= this.#known.number) return;
    this.#known = { epoch, number };
    const { node: self, now, isAlive } = this.#around;
    if (node !== self) {
      for (const [session, value] of set) this.#roster.set({ node, session, time, at: now(), value });
      if (set.some(([session]) => session === "")) this.#welcome();
      if (!isAlive(node)) void this.#judge();
    }
    for (const field of deleted) {
      const place = placeOf(field);
      if (place.node !== self) this.#roster.delete(place.node, place.session);
      else if (node !== self && this.#own.has(place.session)) this.#reappear(place.session);
    }
  }

  /** A server has opened the document, or has missed something: it is told where carets are. */
  #welcome(): void {
    this.#recaps = RECAPS;
    this.#around.publish(this.#listener.recap());
  }

  /** Another node took this one for dead. */
  #reappear(session: string): void {
    this.#unwritten.add(session);
    void this.#judge();
  }

  /** Finds out who of those in the hash is alive, and goes on with what follows from it. Never rejects. */
  async #judge(): Promise<void> {
    try {
      await this.#around.judge();
    } catch {
      // The next comparison comes.
      return;
    }
    this.rejudge();
    void this.#run();
  }

  /** What dead servers left is taken out of the hash. */
  #bury(): void {
    for (const node of this.#roster.nodes) {
      if (this.#around.isAlive(node)) continue;
      for (const session of this.#roster.sessionsOf(node)) this.#dead.add(`${node}/${session}`);
    }
    if (this.#dead.size > 0) void this.#run();
  }

  #tellChanges(): void {
    const { put, removed } = this.#roster.take(this.#around.isAlive, this.#around.now());
    for (const peer of put) this.#listener.put(peer);
    for (const session of removed) this.#listener.remove(session);
  }

  get #isDue(): boolean {
    if (this.#hasFailed) return false;
    const isOld = this.#around.now() - this.#renewedAt >= RENEW_MS;
    const mustRead = this.#known === undefined && !this.#isClosed;
    return this.#unwritten.size > 0 || this.#dead.size > 0 || mustRead || isOld;
  }

  /** Steps until nothing is due. Never rejects. */
  #run(): Promise<void> {
    this.#running ??= this.#steps();
    return this.#running;
  }

  async #steps(): Promise<void> {
    try {
      // What is said in one turn goes together.
      await Promise.resolve();
      while (this.#isDue) await this.#step();
    } finally {
      // In the turn of the last look: what comes later starts again.
      this.#running = undefined;
    }
  }

  async #step(): Promise<void> {
    const { node, share, now } = this.#around;
    const sessions = [...this.#unwritten].slice(0, MAX_SHARED);
    const dead = [...this.#dead].slice(0, MAX_SHARED);
    const isWhole = this.#known === undefined && !this.#isClosed;
    const set: [string, PersonValue | null][] = [];
    const deleted = [...dead];
    for (const session of sessions) {
      this.#unwritten.delete(session);
      const value = this.#own.get(session);
      if (value === undefined) deleted.push(`${node}/${session}`);
      else set.push([session, value]);
    }
    for (const field of dead) this.#dead.delete(field);
    if (isWhole) {
      this.#heard = [];
      // Said again, so that others tell where their carets are.
      if (!sessions.includes("")) set.push(["", null]);
    }
    let reply: ShareReply;
    try {
      reply = await share({ set, deleted, isWhole });
    } catch {
      this.#hasFailed = true;
      for (const session of sessions) this.#unwritten.add(session);
      this.#heard = undefined;
      return;
    }
    this.#renewedAt = now();
    if (isWhole) this.#takeAll(reply);
  }

  #takeAll([time, epoch, number, all]: ShareReply): void {
    const { node: self, now, isAlive } = this.#around;
    const fields = fieldsOf(all, time, now());
    const written = new Map<string, PersonValue | null>();
    for (const { node, session, value } of fields) if (node === self) written.set(session, value);
    for (const [session, value] of this.#own) {
      if (String(written.get(session)) !== String(value)) this.#unwritten.add(session);
    }
    for (const session of written.keys()) if (!this.#own.has(session)) this.#unwritten.add(session);

    this.#roster.replace(fields.filter(({ node }) => node !== self));
    this.#known = { epoch, number };
    const heard = this.#heard ?? [];
    this.#heard = undefined;
    for (const message of heard) this.#take(message);
    this.#tellChanges();
    for (const node of this.#roster.nodes) if (!isAlive(node)) return void this.#judge();
  }
}
