import { type Operation, type Selection, transformSelection } from "@interline/ot";
import { type Gone, GONE_MS, MAX_GONE, type Peer, type PeerSelection, type User } from "@interline/protocol";
import { type Clock, elapsed } from "./clock.ts";

interface Present {
  readonly peer: number;
  user: User;
  /** True: nobody can see its page. */
  isAway: boolean;
  selection: Selection | undefined;
  /** When the peer came. */
  readonly came: number;
  /** When it came, or its user or whether it is away changed. */
  announced: number;
  /** When its selection was last set by its author; moving with an operation is no change. */
  selected: number;
  /** When it last changed the text. */
  edited: number;
  /** When it last came, moved, wrote, or was last seen to be away or back, in ms of the clock. */
  activeAt: number;
}

/** Somebody whose last peer left. */
interface Departed {
  readonly user: User;
  readonly moment: number;
  /** In ms of the clock. */
  readonly at: number;
}

interface Departure {
  readonly peer: number;
  /** When the peer came: who has not heard of that need not know that it went. */
  readonly came: number;
  readonly at: number;
}

/** What somebody who last heard of presence at some moment does not know yet. */
export class PresenceNews {
  readonly joined: readonly Peer[];
  readonly left: readonly number[];
  /** People of whom no peer is left, in the order they went. */
  readonly gone: readonly Gone[];
  /** Of peers that were known before and changed the text. */
  readonly edits: readonly PeerSelection[];
  /** Of peers that were known before and only moved. */
  readonly moves: readonly PeerSelection[];
  readonly #peers: ReadonlySet<number>;

  constructor({
    joined,
    left,
    gone,
    edits,
    moves,
  }: Pick<PresenceNews, "joined" | "left" | "gone" | "edits" | "moves">) {
    this.joined = joined;
    this.left = left;
    this.gone = gone;
    this.edits = edits;
    this.moves = moves;
    this.#peers = new Set([joined, edits, moves].flatMap((told) => told.map(({ peer }) => peer)));
  }

  get isEmpty(): boolean {
    return this.left.length === 0 && this.gone.length === 0 && this.#peers.size === 0;
  }

  /** True if it says where one peer is, or that it came. O(1). */
  isAbout(peer: number): boolean {
    return this.#peers.has(peer);
  }

  /** The news without what is about one peer itself. */
  without(self: number): PresenceNews {
    if (!this.isAbout(self)) return this;
    const ofOthers = ({ peer }: { readonly peer: number }): boolean => peer !== self;
    return new PresenceNews({
      joined: this.joined.filter(ofOthers),
      left: this.left,
      gone: this.gone,
      edits: this.edits.filter(ofOthers),
      moves: this.moves.filter(ofOthers),
    });
  }
}

/**
 * Who has one document open, and where their carets are at its head. Moments are counted, not timed: each change is the next
 * `moment`, and a receiver is described by the moment it has seen. Only how long somebody has been quiet or gone is told in ms.
 * One person may be several peers, and is gone with the last of them.
 */
export class Presence {
  readonly #clock: Pick<Clock, "now" | "elapsed">;
  readonly #present = new Map<number, Present>();
  #departures: Departure[] = [];
  /** By the user's id, who went first before others; made when somebody goes. */
  #gone: Map<string, Departed> | undefined;
  #moment = 0;

  constructor(clock: Pick<Clock, "now" | "elapsed">) {
    this.#clock = clock;
  }

  /** The moment of the last change. 0: nobody ever came. */
  get moment(): number {
    return this.#moment;
  }

  /** Everybody who is here. */
  get everybody(): readonly Peer[] {
    return this.newsSince(0)?.joined ?? [];
  }

  /** Somebody who was here lately and has no peer any more: who went first before others. */
  get gone(): readonly Gone[] {
    return this.#goneSince(0, elapsed(this.#clock));
  }

  /** True if somebody is not here who was. O(1). */
  get hasGone(): boolean {
    return this.#gone !== undefined && this.#gone.size > 0;
  }

  /** One peer as it is now. O(1). */
  peer(peer: number): Peer | undefined {
    const present = this.#present.get(peer);
    return present && peerOf(present, elapsed(this.#clock));
  }

  join(peer: number, user: User, isAway = false, quietMs = 0): void {
    this.#gone?.delete(user.id);
    const came = ++this.#moment;
    const activeAt = elapsed(this.#clock) - quietMs;
    this.#present.set(peer, {
      peer,
      user,
      isAway,
      selection: undefined,
      came,
      announced: came,
      selected: 0,
      edited: 0,
      activeAt,
    });
  }

  leave(peer: number): void {
    const present = this.#present.get(peer);
    if (present === undefined) return;
    this.#present.delete(peer);
    this.#departures.push({ peer, came: present.came, at: ++this.#moment });
    this.#noteGone(present.user);
  }

  rename(peer: number, user: User): void {
    const present = this.#present.get(peer);
    if (present === undefined) return;
    const before = present.user;
    present.user = user;
    present.announced = ++this.#moment;
    this.#gone?.delete(user.id);
    this.#noteGone(before);
  }

  /** Nobody can see the peer's page, or somebody can again. */
  setAway(peer: number, isAway: boolean): void {
    const present = this.#present.get(peer);
    if (present === undefined || present.isAway === isAway) return;
    present.isAway = isAway;
    present.announced = ++this.#moment;
    present.activeAt = elapsed(this.#clock);
  }

  /** What another server says about a peer. As it is already, it is no news. */
  update(peer: number, user: User, isAway: boolean, quietMs: number): void {
    const present = this.#present.get(peer);
    if (present === undefined) return;
    const { id, name, color } = present.user;
    if (id !== user.id || name !== user.name || color !== user.color) this.rename(peer, user);
    const activeAt = Math.max(present.activeAt, elapsed(this.#clock) - quietMs);
    this.setAway(peer, isAway);
    present.activeAt = activeAt;
  }

  /**
   * A selection in code points at the head, or none, that its author set without changing the text, so many ms ago. False if it was
   * there already.
   */
  select(peer: number, selection: Selection | undefined, quietMs = 0): boolean {
    const present = this.#present.get(peer);
    if (present === undefined) return false;
    const { anchor, head } = present.selection ?? {};
    if (anchor === selection?.anchor && head === selection?.head) return false;
    present.selection = selection;
    present.selected = ++this.#moment;
    present.activeAt = Math.max(present.activeAt, elapsed(this.#clock) - quietMs);
    return true;
  }

  /** The author changed the text, and has its selection there now. */
  edit(peer: number, selection: Selection | undefined): void {
    const present = this.#present.get(peer);
    if (present === undefined) return;
    present.activeAt = elapsed(this.#clock);
    // A program that writes has no caret, and there is nothing to tell.
    if (present.selection === undefined && selection === undefined) return;
    present.selection = selection;
    present.edited = ++this.#moment;
  }

  /**
   * Moves everybody's selection over an operation that was committed. Receivers do the same by themselves. That of the peer who made it
   * comes to stand after what it typed there, which is where it is unless its author says otherwise.
   */
  move(operation: Operation, author?: number): void {
    for (const present of this.#present.values()) {
      if (present.selection === undefined) continue;
      const side = present.peer === author ? "right" : "left";
      present.selection = transformSelection(present.selection, operation, side);
    }
  }

  /** Takes those who went before this server had the document, or while it did not hear of it. Who is here is not gone. */
  learnGone(gone: readonly Gone[]): void {
    const now = elapsed(this.#clock);
    const here =
      gone.length === 0 ? undefined : new Set(Array.from(this.#present.values(), ({ user }) => user.id));
    const fresh = gone.filter(
      ({ user, goneMs }) =>
        goneMs < GONE_MS && here?.has(user.id) !== true && this.#gone?.has(user.id) !== true,
    );
    if (fresh.length === 0) return;
    const known = [...(this.#gone?.values() ?? [])];
    const moment = this.#moment + 1;
    const all = [...known, ...fresh.map(({ user, goneMs }) => ({ user, moment, at: now - goneMs }))];
    const kept = all.toSorted((one, other) => one.at - other.at).slice(-MAX_GONE);
    if (kept.some((departed) => departed.moment === moment)) this.#moment = moment;
    this.#gone = new Map(kept.map((departed) => [departed.user.id, departed]));
  }

  /** Remembers somebody of whom no peer is left, up to `MAX_GONE` people for `GONE_MS`. O(peers). */
  #noteGone(user: User): void {
    for (const present of this.#present.values()) if (present.user.id === user.id) return;
    const at = elapsed(this.#clock);
    this.#gone ??= new Map();
    this.#gone.set(user.id, { user, moment: this.#moment, at });
    for (const [id, departed] of this.#gone) {
      if (this.#gone.size <= MAX_GONE && at - departed.at < GONE_MS) break;
      this.#gone.delete(id);
    }
  }

  #goneSince(moment: number, now: number): Gone[] {
    const gone: Gone[] = [];
    for (const { user, moment: wentAt, at } of this.#gone?.values() ?? []) {
      const goneMs = Math.max(0, Math.round(now - at));
      if (wentAt > moment && goneMs < GONE_MS) gone.push({ user, goneMs });
    }
    return gone;
  }

  /** What happened after a moment; undefined if nothing. O(peers). */
  newsSince(moment: number): PresenceNews | undefined {
    if (moment === this.#moment) return undefined;
    const joined: Peer[] = [];
    const edits: PeerSelection[] = [];
    const moves: PeerSelection[] = [];
    const now = elapsed(this.#clock);
    for (const present of this.#present.values()) {
      const { peer, selection, announced, selected, edited } = present;
      if (announced > moment) joined.push(peerOf(present, now));
      else if (edited > moment) edits.push({ peer, selection });
      else if (selected > moment) moves.push({ peer, selection });
    }
    const left = this.#departures
      .filter(({ came, at }) => at > moment && came <= moment)
      .map(({ peer }) => peer);
    return new PresenceNews({ joined, left, gone: this.#goneSince(moment, now), edits, moves });
  }

  /** Forgets departures that every receiver has seen: none is behind `moment`. */
  prune(moment: number): void {
    if (this.#departures.length === 0) return;
    this.#departures = this.#departures.filter(({ at }) => at > moment);
  }
}

function peerOf({ peer, user, isAway, selection, activeAt }: Present, now: number): Peer {
  return { peer, user, quietMs: Math.max(0, Math.round(now - activeAt)), isAway, selection };
}
