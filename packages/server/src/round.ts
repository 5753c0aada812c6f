import type { Operation, Text } from "@interline/ot";
import type { Frame } from "./frame.ts";
import { MAX_PIECE_WEIGHT } from "./gathering.ts";
import { weightOf } from "./log/weight.ts";
import type { Entry } from "./log/document-log.ts";
import type { PresenceNews } from "./presence.ts";

/** Entries that are composed at once, at most: some ms. */
export const MAX_PIECE_ENTRIES = 8192;

/** Neighbouring entries, at least one, as one operation. */
export type Compose = (entries: readonly Entry[]) => Operation;

/** One message about committed entries: somebody's own entry, or neighbouring entries of others. */
export type Piece = { readonly type: "ack"; readonly entry: Entry } | Group;

/** Neighbouring entries that are told as one operation. */
export class Group {
  readonly type = "ops";
  readonly from: number;
  readonly to: number;
  readonly entryId: string;
  readonly frames: SharedFrames = new SharedFrames();
  /** The whole text, where that is what it tells. */
  readonly text: Text | undefined;
  readonly #compose: () => Operation;
  #operation: Operation | undefined;

  constructor(from: number, to: number, entryId: string, compose: () => Operation, text?: Text) {
    this.from = from;
    this.to = to;
    this.entryId = entryId;
    this.#compose = compose;
    this.text = text;
  }

  /** Composed at the first use. */
  get operation(): Operation {
    this.#operation ??= this.#compose();
    return this.#operation;
  }
}

/**
 * Cuts entries into messages for a session (rule S2): each of its own entries is an acknowledgement at its place in the order,
 * the others between them are grouped. An own entry is never inside a group.
 */
export function piecesFor(session: string | undefined, entries: readonly Entry[], compose: Compose): Piece[] {
  const pieces: Piece[] = [];
  let group: Entry[] = [];
  let weight = 0;
  const endGroup = (): void => {
    if (group.length > 0) pieces.push(groupOf(group, compose));
    group = [];
    weight = 0;
  };
  for (const entry of entries) {
    if (entry.session === session) {
      endGroup();
      pieces.push({ type: "ack", entry });
      continue;
    }
    const added = weightOf(entry.operation);
    if (group.length === MAX_PIECE_ENTRIES || (group.length > 0 && weight + added > MAX_PIECE_WEIGHT)) {
      endGroup();
    }
    group.push(entry);
    weight += added;
  }
  endGroup();
  return pieces;
}

function groupOf(entries: readonly Entry[], compose: Compose): Group {
  const [first, last] = [entries[0] as Entry, entries.at(-1) as Entry];
  return new Group(first.version - 1, last.version, last.entryId, () => compose(entries));
}

/** The entries after one version, and what they are for everybody who wrote none of them. */
export class Stretch {
  /** True if telling it takes some ms. */
  readonly isHeavy: boolean;
  readonly #entries: readonly Entry[];
  readonly #sessions: ReadonlySet<string>;
  readonly #pieces: readonly Piece[];
  readonly #compose: Compose;

  constructor(entries: readonly Entry[], compose: Compose) {
    this.#entries = entries;
    this.#compose = compose;
    this.#sessions = new Set(entries.map(({ session }) => session));
    this.#pieces = piecesFor(undefined, entries, compose);
    const weight = entries.reduce((sum, { operation }) => sum + weightOf(operation), 0);
    this.isHeavy = weight >= MAX_PIECE_WEIGHT / 2;
  }

  /** The messages for a session: see `piecesFor`. O(1) for one that wrote nothing here. */
  piecesFor(session: string): readonly Piece[] {
    return this.#sessions.has(session) ? piecesFor(session, this.#entries, this.#compose) : this.#pieces;
  }
}

/** Who hears it, as far as that changes what is said. */
export interface Hearer {
  readonly channel: number;
  /** The moment of presence that it has heard of. */
  readonly seen: number;
  /** Its number among the peers if something is about itself, which is left out; otherwise 0. */
  readonly self: number;
}

/** Frames that say the same thing, one for each kind of hearer. Nearly all are of one kind. */
export class SharedFrames {
  #kind: Hearer | undefined;
  #frame: Frame | undefined;
  #others: Map<string, Frame> | undefined;

  for(hearer: Hearer, make: () => Frame): Frame {
    const { channel, seen, self } = hearer;
    if (this.#kind === undefined || this.#frame === undefined) {
      this.#kind = hearer;
      this.#frame = make();
      return this.#frame;
    }
    const { channel: ofChannel, seen: ofSeen, self: ofSelf } = this.#kind;
    if (channel === ofChannel && seen === ofSeen && self === ofSelf) return this.#frame;
    this.#others ??= new Map();
    const key = `${channel} ${seen} ${self}`;
    let frame = this.#others.get(key);
    if (frame === undefined) {
      frame = make();
      this.#others.set(key, frame);
    }
    return frame;
  }
}

/** What one round of telling has made already, for listeners that are in the same place as others before them. */
export class Round {
  readonly peers: SharedFrames = new SharedFrames();
  readonly carets: SharedFrames = new SharedFrames();
  readonly caretsOfAll: SharedFrames = new SharedFrames();
  /** Everything up to the head, for those who have nothing but know who is here. */
  text: Group | undefined;
  readonly #compose: Compose;
  readonly #stretches = new Map<number, Stretch>();
  readonly #news = new Map<number, PresenceNews | undefined>();

  constructor(compose: Compose) {
    this.#compose = compose;
  }

  stretchAfter(mark: number, read: () => readonly Entry[] | undefined): Stretch | undefined {
    const known = this.#stretches.get(mark);
    if (known !== undefined) return known;
    const entries = read();
    // None at all would be asked for again for ever.
    if (entries === undefined || entries.length === 0) return undefined;
    const stretch = new Stretch(entries, this.#compose);
    this.#stretches.set(mark, stretch);
    return stretch;
  }

  newsSince(moment: number, read: () => PresenceNews | undefined): PresenceNews | undefined {
    if (!this.#news.has(moment)) this.#news.set(moment, read());
    return this.#news.get(moment);
  }
}
