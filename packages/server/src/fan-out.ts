import { composeAll, type Operation, replaceOperation } from "@interline/ot";
import type { OpsMessage, PeerSelection } from "@interline/protocol";
import type { Authority } from "./authority.ts";
import { Frame } from "./frame.ts";
import { type Gathering, MAX_PIECE_WEIGHT } from "./gathering.ts";
import { weightOf } from "./history-window.ts";
import type { Entry } from "./log/document-log.ts";
import { newsWithout, type Presence, type PresenceNews } from "./presence.ts";

/** Where the messages for one open channel go. @public */
export interface Listener {
  /** Number of the channel on its connection. */
  readonly channel: number;
  /** True if nothing more should be sent now; call `drained` of the channel when that is over. */
  readonly isBusy: boolean;
  send(frame: Frame): void;
}

/** How far one listener is. */
export interface Subscription {
  readonly listener: Listener;
  readonly session: string;
  /** Its number among the peers. */
  readonly peer: number;
  /** Everything up to this version was sent. */
  mark: number;
  /** Version of the newest entry of its own session; above the mark: an acknowledgement is due. */
  ownVersion: number;
  /** The moment of presence that was sent. */
  seen: number;
  /** True while older entries for it are being read from the log. */
  isReading: boolean;
}

/** One message about committed entries: somebody's own entry, or neighbouring entries of others. */
export type Piece =
  | { readonly type: "ack"; readonly entry: Entry }
  | { readonly type: "ops"; readonly entries: readonly [Entry, ...Entry[]] };

/** Entries that are composed at once, at most: some ms. */
export const MAX_PIECE_ENTRIES = 8192;

/**
 * Cuts entries into messages for a session (rule S2): each of its own entries is an acknowledgement at its place in the order,
 * the others between them are grouped. An own entry is never inside a group.
 */
export function piecesFor(session: string, entries: readonly Entry[]): Piece[] {
  const pieces: Piece[] = [];
  let group: [Entry, ...Entry[]] | undefined;
  let weight = 0;
  for (const entry of entries) {
    if (entry.session === session) {
      pieces.push({ type: "ack", entry });
      group = undefined;
      continue;
    }
    const added = weightOf(entry.operation);
    if (group === undefined || group.length === MAX_PIECE_ENTRIES || weight + added > MAX_PIECE_WEIGHT) {
      group = [entry];
      weight = added;
      pieces.push({ type: "ops", entries: group });
    } else {
      group.push(entry);
      weight += added;
    }
  }
  return pieces;
}

/**
 * Brings every subscription from its mark to the head. It pulls: a listener that is busy costs its mark and nothing else, and gets
 * all it missed in few messages later. What several listeners need alike is composed and encoded once per round.
 */
export class FanOut {
  readonly #authority: Authority;
  readonly #presence: Presence;
  readonly #frames = new Map<string, Frame>();
  readonly #operations = new Map<string, Operation>();
  readonly #news = new Map<number, PresenceNews | undefined>();

  constructor(authority: Authority, presence: Presence) {
    this.#authority = authority;
    this.#presence = presence;
  }

  /** Ends a round: what was kept for others in the same place is let go. */
  endRound(): void {
    this.#frames.clear();
    this.#operations.clear();
    this.#news.clear();
  }

  /**
   * Sends what there is between the mark and the head, as far as the listener takes it. False if entries after the mark are not
   * in memory: read them, and `gather` them.
   */
  flush(subscription: Subscription): boolean {
    const { listener } = subscription;
    while (!listener.isBusy && !subscription.isReading) {
      const { head, history, text } = this.#authority;
      if (subscription.mark >= head.version) return true;
      if (subscription.mark === 0 && subscription.ownVersion === 0) {
        // From nothing, everything up to now is one insert of the text.
        this.#sendOps(subscription, head.version, head.entryId, () =>
          replaceOperation(0, 0, text.toString(), 0),
        );
        return true;
      }
      const to = Math.min(head.version, subscription.mark + MAX_PIECE_ENTRIES);
      const entries = history.entries(subscription.mark, to);
      if (entries === undefined) return false;
      this.#deliver(subscription, entries);
    }
    return true;
  }

  /**
   * Takes entries that were read for a subscription and follow what is gathered for it. What is large enough is sent, whether or not
   * the listener is busy, and so are acknowledgements; give away the rest with `release`.
   */
  gather(subscription: Subscription, gathering: Gathering, entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.session === subscription.session) {
        this.release(subscription, gathering);
        this.#sendAck(subscription, entry);
        gathering.skip(entry);
      } else {
        gathering.add(entry);
        if (gathering.isFull) this.release(subscription, gathering);
      }
    }
  }

  /** Sends what is gathered. */
  release(subscription: Subscription, gathering: Gathering): void {
    const gathered = gathering.take();
    if (gathered === undefined) return;
    const { to, entryId, operation } = gathered;
    this.#sendOps(subscription, to, entryId, () => operation);
  }

  #deliver(subscription: Subscription, entries: readonly Entry[]): void {
    for (const piece of piecesFor(subscription.session, entries)) {
      if (piece.type === "ack") {
        this.#sendAck(subscription, piece.entry);
        continue;
      }
      const { version, entryId } = piece.entries.at(-1) ?? piece.entries[0];
      this.#sendOps(subscription, version, entryId, () =>
        composeAll(piece.entries.map(({ operation }) => operation)),
      );
    }
  }

  /** True if something about others is new to a subscription that has all entries. */
  hasNews(subscription: Subscription): boolean {
    const news = this.#newsSince(subscription.seen);
    if (news === undefined) return false;
    const { joined, left, edits, moves } = newsWithout(news, subscription.peer);
    return joined.length + left.length + edits.length + moves.length > 0;
  }

  /** Sends presence to a subscription that has all entries: only at the head do its positions mean something. */
  present(subscription: Subscription): void {
    const { listener, mark } = subscription;
    if (listener.isBusy || mark !== this.#authority.head.version) return;
    const all = this.#newsSince(subscription.seen);
    if (all !== undefined) this.#sendNews(subscription, all, all.edits);
  }

  #sendAck(subscription: Subscription, { version, entryId, seq }: Entry): void {
    const { channel } = subscription.listener;
    subscription.listener.send(Frame.of({ type: "ack", channel, seq, version, entryId }));
    subscription.mark = version;
  }

  /** The last message up to the head carries the carets of those who edited; whatever else is new about people follows. */
  #sendOps(subscription: Subscription, to: number, entryId: string, compose: () => Operation): void {
    const { listener, mark: from, peer, seen } = subscription;
    const { channel } = listener;
    const all = to === this.#authority.head.version && seen > 0 ? this.#newsSince(seen) : undefined;
    const self = all !== undefined && isAbout(all, peer) ? peer : 0;
    const frame = this.#frame(`ops ${channel} ${from} ${to} ${all === undefined ? 0 : seen} ${self}`, () => {
      const operation = this.#operation(`${from} ${to}`, compose);
      const selections: readonly PeerSelection[] = all === undefined ? [] : newsWithout(all, self).edits;
      return Frame.of({
        type: "ops",
        channel,
        from,
        to,
        entryId,
        operation,
        selections,
      } satisfies OpsMessage);
    });
    listener.send(frame);
    subscription.mark = to;
    if (all !== undefined) this.#sendNews(subscription, all, []);
  }

  /** Who came or went, and carets that moved; `edits` are carets of edits that were not told with the operation. */
  #sendNews(subscription: Subscription, all: PresenceNews, edits: readonly PeerSelection[]): void {
    const { listener, peer, seen } = subscription;
    const { channel } = listener;
    const { version } = this.#authority.head;
    const self = isAbout(all, peer) ? peer : 0;
    const { joined, left, moves } = self === 0 ? all : newsWithout(all, self);
    const selections = [...edits.filter((selected) => selected.peer !== self), ...moves];
    const key = `${channel} ${seen} ${self} ${edits.length}`;
    subscription.seen = this.#presence.moment;
    if (joined.length + left.length > 0) {
      listener.send(
        this.#frame(`peers ${key}`, () => Frame.of({ type: "peers", channel, version, joined, left })),
      );
    }
    if (selections.length > 0) {
      listener.send(
        this.#frame(`selections ${key}`, () =>
          Frame.of({ type: "selections", channel, version, selections }),
        ),
      );
    }
  }

  #frame(key: string, make: () => Frame): Frame {
    let frame = this.#frames.get(key);
    if (frame === undefined) {
      frame = make();
      this.#frames.set(key, frame);
    }
    return frame;
  }

  #operation(key: string, compose: () => Operation): Operation {
    let operation = this.#operations.get(key);
    if (operation === undefined) {
      operation = compose();
      this.#operations.set(key, operation);
    }
    return operation;
  }

  #newsSince(moment: number): PresenceNews | undefined {
    if (!this.#news.has(moment)) this.#news.set(moment, this.#presence.newsSince(moment));
    return this.#news.get(moment);
  }
}

function isAbout({ joined, edits, moves }: PresenceNews, self: number): boolean {
  return [joined, edits, moves].some((told) => told.some(({ peer }) => peer === self));
}
