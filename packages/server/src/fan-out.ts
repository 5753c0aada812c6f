import { type Operation, replaceOperation } from "@interline/ot";
import type { ServerMessageOf, PeerSelection } from "@interline/protocol";
import type { Authority } from "./authority.ts";
import { Frame } from "./frame.ts";
import { type Gathering, MAX_PIECE_WEIGHT } from "./gathering.ts";
import type { Entry } from "./log/document-log.ts";
import { upToWeight } from "./log/weight.ts";
import type { Presence, PresenceNews } from "./presence.ts";
import { Group, MAX_PIECE_ENTRIES, Round, type Stretch } from "./round.ts";

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

/**
 * Brings every subscription from its mark to the head. It pulls: a listener that is busy costs its mark and nothing else, and gets
 * all it missed in few messages later. What several listeners need alike is composed and encoded once per round.
 */
export class FanOut {
  readonly #authority: Authority;
  readonly #presence: Presence;
  #round: Round | undefined;
  /** Everything up to a head, as long as memory is not wanted: a class that opens a text gets one frame. */
  #whole: WeakRef<Group> | undefined;

  constructor(authority: Authority, presence: Presence) {
    this.#authority = authority;
    this.#presence = presence;
  }

  /** Ends a round: what was kept for others in the same place is let go. */
  endRound(): void {
    this.#round = undefined;
  }

  /**
   * Sends what there is between the mark and the head, as far as the listener takes it, but no more than some
   * ms of work at a time (see `hasMore`). False if entries after the mark are not in memory: read them, and
   * `gather` them.
   */
  flush(subscription: Subscription): boolean {
    const { listener, session } = subscription;
    while (!subscription.isReading && subscription.mark < this.#authority.head.version && !listener.isBusy) {
      if (subscription.mark === 0 && subscription.ownVersion === 0) {
        this.#sendText(subscription);
        return true;
      }
      const stretch = this.#stretchAfter(subscription.mark);
      if (stretch === undefined) return false;
      for (const piece of stretch.piecesFor(session)) {
        if (piece.type === "ack") this.#sendAck(subscription, piece.entry);
        else this.#sendOps(subscription, piece);
      }
      if (stretch.isHeavy) return true;
    }
    return true;
  }

  /** True if there is more to send to a listener that takes it. */
  hasMore({ listener, isReading, mark }: Subscription): boolean {
    return !isReading && mark < this.#authority.head.version && !listener.isBusy;
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
    this.#sendOps(subscription, new Group(subscription.mark, to, entryId, () => operation));
  }

  /** True if something about others is new to a subscription that has all entries. */
  hasNews({ seen, peer }: Subscription): boolean {
    const news = this.#newsSince(seen);
    return news !== undefined && !news.without(peer).isEmpty;
  }

  /** Sends presence to a subscription that has all entries: only at the head do its positions mean something. */
  present(subscription: Subscription): void {
    const { listener, mark, seen } = subscription;
    if (listener.isBusy || mark !== this.#authority.head.version) return;
    const news = this.#newsSince(seen);
    if (news !== undefined) this.#sendNews(subscription, news, news.edits.length > 0);
  }

  /** From nothing, everything up to now is one insert of the text. */
  #sendText(subscription: Subscription): void {
    const { head, text } = this.#authority;
    const insert = (): Group =>
      new Group(0, head.version, head.entryId, () => insertOf(text.toString()), text);
    if (subscription.seen > 0) {
      // With carets in it, it is true for this round only.
      const round = this.#thisRound();
      round.text ??= insert();
      return this.#sendOps(subscription, round.text);
    }
    let whole = this.#whole?.deref();
    if (whole?.to !== head.version) {
      whole = insert();
      this.#whole = new WeakRef(whole);
    }
    this.#sendOps(subscription, whole);
  }

  #sendAck(subscription: Subscription, { version, entryId, seq }: Entry): void {
    const { channel } = subscription.listener;
    subscription.listener.send(Frame.of({ type: "ack", channel, seq, version, entryId }));
    subscription.mark = version;
  }

  /** The last message up to the head carries the carets of those who edited; whatever else is new about people follows. */
  #sendOps(subscription: Subscription, group: Group): void {
    const { listener, peer, seen } = subscription;
    const { channel } = listener;
    const { from, to, entryId } = group;
    const news = to === this.#authority.head.version && seen > 0 ? this.#newsSince(seen) : undefined;
    const self = news?.isAbout(peer) ? peer : 0;
    const hearer = { channel, seen: news === undefined ? 0 : seen, self };
    const frame = group.frames.for(hearer, () => {
      const selections: readonly PeerSelection[] = news?.without(self).edits ?? [];
      const messageOf = (operation: Operation): ServerMessageOf<"ops"> => ({
        type: "ops",
        channel,
        from,
        to,
        entryId,
        operation,
        selections,
      });
      if (group.text === undefined) return Frame.of(messageOf(group.operation));
      return Frame.withText(group.text, (text) => messageOf(insertOf(text)));
    });
    listener.send(frame);
    subscription.mark = to;
    if (news !== undefined) this.#sendNews(subscription, news, false);
  }

  /** Who came or went, and carets that moved; those of edits too, unless they were told with the operation. */
  #sendNews(subscription: Subscription, news: PresenceNews, withEdits: boolean): void {
    const { listener, peer, seen } = subscription;
    const { channel } = listener;
    const { version } = this.#authority.head;
    const self = news.isAbout(peer) ? peer : 0;
    const { joined, left, gone, edits, moves } = news.without(self);
    const selections = withEdits ? [...edits, ...moves] : moves;
    subscription.seen = this.#presence.moment;
    const hearer = { channel, seen, self };
    const { peers, carets, caretsOfAll } = this.#thisRound();
    if (joined.length + left.length + gone.length > 0) {
      listener.send(
        peers.for(hearer, () => Frame.of({ type: "peers", channel, version, joined, left, gone })),
      );
    }
    if (selections.length > 0) {
      listener.send(
        (withEdits ? caretsOfAll : carets).for(hearer, () =>
          Frame.of({ type: "selections", channel, version, selections }),
        ),
      );
    }
  }

  #stretchAfter(mark: number): Stretch | undefined {
    return this.#thisRound().stretchAfter(mark, () => {
      const { head, history } = this.#authority;
      const entries = history.entries(mark, Math.min(head.version, mark + MAX_PIECE_ENTRIES));
      return entries && upToWeight(entries, MAX_PIECE_WEIGHT / 2);
    });
  }

  #newsSince(moment: number): PresenceNews | undefined {
    if (moment === this.#presence.moment) return undefined;
    return this.#thisRound().newsSince(moment, () => this.#presence.newsSince(moment));
  }

  #thisRound(): Round {
    this.#round ??= new Round((entries) => this.#authority.history.compose(entries));
    return this.#round;
  }
}

/** Everything, from nothing. */
function insertOf(text: string): Operation {
  return replaceOperation(0, 0, text, 0);
}
