import { composeAll, type Operation, type Text, transformSelection } from "@interline/ot";
import { type ClientMessageOf, type Peer, type ReopenCode, type User } from "@interline/protocol";
import { Audience } from "./audience.ts";
import {
  type Authority,
  clampSelection,
  type Committed,
  type Dropped,
  type Submission,
  type SubmitTerms,
} from "./authority.ts";
import { Checkpoints } from "./checkpoints.ts";
import type { Clock } from "./clock.ts";
import { ServerError } from "./errors.ts";
import { Committer, READ_ENTRIES, READ_WEIGHT } from "./committer.ts";
import { FanOut, type Listener, type Subscription } from "./fan-out.ts";
import { Frame } from "./frame.ts";
import { Gathering } from "./gathering.ts";
import type { HistoryBounds } from "./history-window.ts";
import type { ServerLimits } from "./limits.ts";
import type { DocumentLog, Entry, Head, LogNews, SessionRow } from "./log/document-log.ts";
import { LogFollower } from "./log-follower.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import { type Opening, openingFor } from "./opening.ts";
import { Presence } from "./presence.ts";
import { type ReadDocument, readAuthority } from "./read-authority.ts";
import { RemotePeers } from "./remote-peers.ts";
import { MAX_PIECE_ENTRIES } from "./round.ts";
import type { SharedPresence } from "./shared-presence.ts";
import { breathe } from "./slices.ts";
import { TextCheck } from "./text-check.ts";

/** Characters of an entry's id, 6 bits each. It goes out with every message, and must only differ from others at its version. */
const ENTRY_ID_LENGTH = 11;

/** What a live document needs of its surroundings. */
export interface LiveDocumentOptions {
  readonly document: string;
  readonly log: DocumentLog;
  /** Undefined: no other server has the document open. */
  readonly presence: SharedPresence | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A new random token. */
  readonly newToken: () => string;
  /** From 0 to 1, 1 never. */
  readonly random: () => number;
  readonly limits: ServerLimits;
  readonly history: HistoryBounds | undefined;
  readonly checkpointWeight: number;
  readonly metrics: Metrics;
  /** Called with the first entry that the document ever got. */
  readonly onFirstEntry: (entry: Entry) => void;
  /** Called when the document's record was changed by another server. */
  readonly onRecord: () => void;
  /** Called when nobody has the document open and nothing is under way. It may be opened again at any time. */
  readonly onIdle: () => void;
  /** Called once when the document ended by itself: its state is not that of the log any more. */
  readonly onEnded: () => void;
}

/** Who has a channel: how to reach it, and how to tell it that it has ended. */
export interface ChannelOwner extends Listener {
  readonly user: User;
  /** True: nobody can see its page. */
  readonly isAway?: boolean;
  /** True: others do not see it among the people. */
  readonly isHidden?: boolean;
  /** What it comes by: several channels of one connection take one place. Default: the owner itself. */
  readonly connection?: object;
  /** False: it may only read. */
  readonly mayWrite?: boolean;
  /** True once the owner has gone: nothing more is to be done for it. */
  readonly isGone: boolean;
  /** The channel is open. Comes before the first message to it, so that an answer finds it. */
  opened(channel: Channel): void;
  /** The document ended the channel; what it had to say was sent. */
  ended(): void;
}

/** One client's open document. */
export interface Channel {
  /** False: the message came while an earlier one is not acknowledged, which no client may do. */
  submit(message: ClientMessageOf<"submit">, terms?: SubmitTerms): boolean;
  select(message: ClientMessageOf<"select">): void;
  settle(settled: number): void;
  check(message: ClientMessageOf<"check">): void;
  rename(user: User): void;
  setAway(isAway: boolean): void;
  /** The owner's connection can take more. */
  drained(): void;
  /** Safe to call twice. */
  close(): void;
}

interface OpenChannel extends Subscription {
  readonly listener: ChannelOwner;
  readonly fence: string;
  /** The newest selection of the author that was not looked at yet: one per tick is, however many come. */
  asked: ClientMessageOf<"select"> | undefined;
  isOpen: boolean;
  /** Gives its place back. */
  readonly free: () => void;
}

/**
 * One document that somebody has open: it joins the authority, the log and the open channels. Everything that waits stands here;
 * everything that decides stands in the authority, the fan-out and the log.
 */
export class LiveDocument {
  readonly #options: LiveDocumentOptions;
  readonly #authority: Authority;
  readonly #presence: Presence;
  readonly #remotes: RemotePeers | undefined;
  readonly #fanOut: FanOut;
  readonly #committer: Committer;
  readonly #follower: LogFollower;
  readonly #textCheck: TextCheck;
  readonly #checkpoints: Checkpoints;
  readonly #audience: Audience;
  /** By session: fencing leaves one at most. */
  readonly #channels = new Map<string, OpenChannel>();
  /** The last open of each session that is under way: opens of one session go one after another. */
  readonly #opening = new Map<string, Promise<unknown>>();
  #nextPeer = 1;
  #presenceTimer: unknown;
  #isEnded = false;
  /** True: more is told in the next turn of the event loop. */
  #isTelling = false;

  private constructor(options: LiveDocumentOptions, { authority, checkpointed }: ReadDocument) {
    this.#options = options;
    this.#authority = authority;
    this.#presence = new Presence(options.clock);
    this.#audience = new Audience(options.limits.maxChannelsPerDocument);
    this.#fanOut = new FanOut(authority, this.#presence);
    this.#textCheck = new TextCheck(authority, options.clock);
    const { document, log, clock, random, logger, limits, checkpointWeight } = options;
    if (options.presence !== undefined) {
      this.#remotes = new RemotePeers({
        document,
        clock,
        authority,
        presence: this.#presence,
        channels: this.#channels,
        isOpening: (session) => this.#opening.has(session),
        newPeer: () => this.#nextPeer++,
        onNews: () => this.#schedulePresence(),
      });
    }
    this.#checkpoints = new Checkpoints(
      {
        document,
        authority,
        log,
        clock,
        logger,
        limits,
        interval: checkpointWeight,
        openSessions: () => new Set([...this.#channels.keys(), ...this.#opening.keys()]),
      },
      checkpointed,
    );
    this.#committer = new Committer({
      document,
      authority,
      log,
      clock,
      random,
      logger,
      metrics: options.metrics,
      onCommitted: (committed) => this.#publish(committed),
      onDropped: (dropped) => this.#dropAll(dropped),
      onLost: (code) => {
        if (code === "ERR_DIVERGED") void this.#follower.recover();
        else this.endAll(code);
      },
      onRest: () => this.#checkIdle(),
    });
    this.#follower = new LogFollower({
      document,
      authority,
      committer: this.#committer,
      log,
      clock,
      logger,
      newEntryId: () => newEntryId(options),
      onCommitted: (committed) => this.#publish(committed),
      onRecord: options.onRecord,
      onReplaced: (code) => this.endAll(code),
    });
  }

  /**
   * Reads a document from the log: its checkpoint and the entries since. Hears of what others append from then on (rule S7), and of who is
   * there.
   */
  static async load(options: LiveDocumentOptions): Promise<LiveDocument> {
    const { document, log, limits, history } = options;
    const early: LogNews[] = [];
    let hear = (news: LogNews): unknown => early.push(news);
    await log.watch?.(document, (news) => hear(news));
    const read = await readAuthority(log, document, {
      maxDocumentLength: limits.maxDocumentLength,
      history,
      newEntryId: () => newEntryId(options),
    });
    const live = new LiveDocument(options, read);
    hear = (news) => live.#follower.hear(news);
    for (const news of early) live.#follower.hear(news);
    if (options.presence !== undefined) await live.#remotes?.join(options.presence);
    if (!live.#isEnded) return live;
    await live.#remotes?.close();
    throw new ServerError("ERR_STORE_FAILED", `the log of ${document} was lost while it was read`);
  }

  get name(): string {
    return this.#options.document;
  }

  /** Length of the text at a version, in code points; undefined if the version is not in memory. */
  lengthAt(version: number): number | undefined {
    return this.#authority.history.lengthAt(version);
  }

  /**
   * What the entries after a version did, up to another, as one operation. Rejects if they are not kept any
   * more.
   */
  async composed(after: number, to: number): Promise<Operation> {
    const { log, document } = this.#options;
    const entries =
      this.#authority.history.entries(after, to) ?? (await log.readEntries(document, after, to));
    if (entries === undefined || entries.length === 0) {
      throw new ServerError("ERR_BASE_TRIMMED", `version ${after} is too old to build on`);
    }
    return composeAll(entries.map(({ operation }) => operation));
  }

  /** The last state that is known to be in the log. */
  get head(): Head {
    return this.#authority.head;
  }

  /** The text at the head. */
  get text(): Text {
    return this.#authority.text;
  }

  /** How many operations wait to be committed. */
  get queued(): number {
    return this.#authority.queued;
  }

  /** Everybody who has it open and is not hidden. */
  get people(): readonly Peer[] {
    return this.#presence.everybody;
  }

  /** True once nothing can be done with it any more. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** True if nobody has it open and nothing is under way. */
  get isIdle(): boolean {
    return (
      this.#channels.size === 0 &&
      this.#opening.size === 0 &&
      !this.#committer.isRunning &&
      !this.#follower.isRecovering &&
      this.#authority.isQuiet
    );
  }

  /**
   * Opens a channel (rule S1): fences the session, says what became of what it had sent, and brings it up to now. The owner is told
   * all of it. Rejects if the log cannot be read.
   */
  async open(message: ClientMessageOf<"open">, owner: ChannelOwner): Promise<void> {
    const { session } = message;
    const before = this.#opening.get(session);
    const opened = (before ?? Promise.resolve()).then(() => this.#open(message, owner));
    const settled = opened.catch(() => undefined);
    this.#opening.set(session, settled);
    try {
      await opened;
    } finally {
      if (this.#opening.get(session) === settled) {
        this.#opening.delete(session);
        this.#remotes?.settle(session);
      }
      this.#checkIdle();
    }
  }

  async #open(message: ClientMessageOf<"open">, owner: ChannelOwner): Promise<void> {
    const { session } = message;
    const { limits } = this.#options;
    if (owner.isGone) return;
    // What became of an operation is only known when what the log lost is back in it.
    if (this.#follower.isRecovering) return this.#sendReopen(owner, "ERR_STORE_UNAVAILABLE");
    const older = this.#channels.get(session);
    const { connection = owner, mayWrite = true } = owner;
    const free = this.#audience.enter({ connection, mayWrite }, { isReturning: older !== undefined });
    if (free === undefined) {
      const { channel } = owner;
      const message = mayWrite
        ? `at most ${limits.maxChannelsPerDocument} have a document open`
        : "the last places are kept for people who may write";
      owner.send(Frame.of({ type: "error", code: "ERR_DOCUMENT_FULL", message, channel }));
      return owner.ended();
    }
    // S3: from here on nothing that came through an older connection of the session is committed, or we know that it was.
    if (older !== undefined) {
      // Its author stays among the people until the new channel takes its place: who only comes back is not
      // gone meanwhile.
      this.#close(older);
      this.#sendReopen(older.listener, "ERR_FENCED");
    }
    try {
      await this.#openFenced(message, owner, older?.peer, free);
    } finally {
      if (older !== undefined) this.#leave(older.peer);
      if (this.#channels.get(session)?.free !== free) free();
    }
  }

  /** The rest of `#open`, once no other channel of the session is open. `replaced`: the peer that left for this one. */
  async #openFenced(
    message: ClientMessageOf<"open">,
    owner: ChannelOwner,
    replaced: number | undefined,
    free: () => void,
  ): Promise<void> {
    const { session } = message;
    const { log, document, clock, newToken } = this.#options;
    this.#authority.purge(session);
    if (this.#authority.isCommitting(session)) await this.#committer.settleAttempt();

    const { version, lastSeq, inFlight, settled } = message;
    const request = { session, version, lastSeq, inFlight, settled, fence: newToken(), time: clock.now() };
    const answer = await log.openSession(document, request);
    await this.#committer.readTo(answer.head.version);
    const opening = await openingFor(message, answer, this.#authority, log);
    if (owner.isGone) return;
    if (this.#isEnded || this.#follower.isRecovering) return this.#sendReopen(owner, "ERR_STORE_UNAVAILABLE");

    const { head } = this.#authority;
    const open: OpenChannel = {
      listener: owner,
      session,
      fence: answer.row.fence,
      peer: this.#nextPeer++,
      mark: opening.mode === "log" ? version : head.version,
      ownVersion: answer.row.lastVersion,
      seen: 0,
      isReading: false,
      asked: undefined,
      isOpen: answer.isFateKnown,
      free,
    };
    if (open.isOpen) {
      this.#channels.set(session, open);
      owner.opened(this.#channelOf(open));
    }
    const pending = this.#pendingOf(message, opening, answer.row, owner);
    this.#sendOpening(open, opening, answer.row, pending !== undefined);
    if (!open.isOpen) {
      // The client sets its edits aside and opens again with a new session; this one is at its end.
      return owner.ended();
    }
    if (owner.isHidden !== true) this.#presence.join(open.peer, owner.user, owner.isAway);
    this.#remotes?.settle(session);
    if (replaced !== undefined) this.#leave(replaced);
    this.#flush(open);
    this.#fanOut.endRound();
    if (pending !== undefined) this.#submit(open, pending);
    this.#schedulePresence();
  }

  /**
   * What came with an open, as a submission; undefined if there is nothing, or it is in the log, or the client has to make it fit first: then
   * it hears that it is not taken, and submits it by itself.
   */
  #pendingOf(
    { channel, version, settled, pending }: ClientMessageOf<"open">,
    { mode }: Opening,
    { lastSeq }: SessionRow,
    { mayWrite = true }: ChannelOwner,
  ): ClientMessageOf<"submit"> | undefined {
    if (pending === undefined || pending.seq <= lastSeq || mode !== "log" || !mayWrite) return undefined;
    if (!this.#authority.canTake(version)) return undefined;
    return { type: "submit", channel, version, settled, ...pending };
  }

  #sendOpening({ listener, peer }: OpenChannel, opening: Opening, row: SessionRow, takes: boolean): void {
    const { head, text } = this.#authority;
    const { channel } = listener;
    const known = { channel, peer, lastSeq: row.lastSeq, lastVersion: row.lastVersion };
    if (opening.mode === "log") {
      const takesPending = takes || undefined;
      listener.send(Frame.of({ type: "opened", ...known, headVersion: head.version, takesPending }));
      return;
    }
    const { reason } = opening;
    const { version, entryId } = head;
    listener.send(
      Frame.withText(text, (whole) => ({
        type: "snapshot",
        ...known,
        reason,
        version,
        entryId,
        text: whole,
      })),
    );
  }

  #channelOf(open: OpenChannel): Channel {
    return {
      submit: (message, terms) => this.#submit(open, message, terms),
      select: (message) => {
        if (!open.isOpen) return;
        open.asked = message;
        this.#schedulePresence();
      },
      settle: (settled) => void this.#settle(open, settled),
      check: (message) => this.#check(open, message),
      rename: (user) => {
        if (!open.isOpen) return;
        this.#presence.rename(open.peer, user);
        this.#remotes?.settle(open.session);
        this.#schedulePresence();
      },
      setAway: (isAway) => {
        if (!open.isOpen) return;
        this.#presence.setAway(open.peer, isAway);
        this.#remotes?.settle(open.session);
        this.#schedulePresence();
      },
      drained: () => {
        if (!open.isOpen) return;
        this.#flush(open);
        this.#fanOut.endRound();
      },
      close: () => this.#remove(open),
    };
  }

  #submit(open: OpenChannel, message: ClientMessageOf<"submit">, terms: SubmitTerms = {}): boolean {
    if (!open.isOpen) return true;
    if (this.#authority.hasQueued(open.session)) return false;
    // The caret comes with the operation: an older one must not come after it.
    open.asked = undefined;
    const { session, fence, listener } = open;
    const { seq, version, length, operation, settled, selection } = message;
    const author = listener.user.id;
    this.#queue(open, {
      session,
      fence,
      seq,
      version,
      length,
      operation,
      settled,
      author,
      selection,
      ...terms,
    });
    return true;
  }

  #queue(open: OpenChannel, submission: Submission, isFresh = false): void {
    const answer = this.#authority.submit(submission, { isFresh });
    switch (answer.type) {
      case "queued":
        this.#committer.start();
        return;
      case "refused":
      case "reopen":
        this.#drop(open, { submission, answer });
        return;
      case "refresh":
        void this.#queueFresh(open, submission);
    }
  }

  /** Reads the head of the log, then decides again. */
  async #queueFresh(open: OpenChannel, submission: Submission): Promise<void> {
    try {
      await this.#committer.refresh();
    } catch (error) {
      this.#warn(error, "the head could not be read");
      return this.#end(open, "ERR_STORE_UNAVAILABLE");
    }
    // It was not in the queue meanwhile: a fence could only close its channel.
    if (open.isOpen) this.#queue(open, submission, true);
  }

  /** Brings the selection that an author asked for to the head. From before the history in memory, it is dropped. */
  #select(open: OpenChannel): void {
    if (open.asked === undefined) return;
    const { version, selection } = open.asked;
    open.asked = undefined;
    const { history, head } = this.#authority;
    const length = history.lengthAt(version);
    const missed = history.entries(version);
    if (length === undefined || missed === undefined) return;
    let moved = clampSelection(selection, length);
    if (moved !== undefined) {
      for (const { operation } of missed) moved = transformSelection(moved, operation, "left");
    }
    const hasMoved = this.#presence.select(open.peer, clampSelection(moved, head.length));
    if (hasMoved) this.#remotes?.moved(open.session);
  }

  async #settle(open: OpenChannel, settled: number): Promise<void> {
    if (!open.isOpen) return;
    const { log, document } = this.#options;
    try {
      await log.settle(document, open.session, settled);
    } catch (error) {
      this.#warn(error, "what a client has settled could not be noted");
    }
  }

  /** Ends the channel of a client whose text at the head is another. */
  #check(open: OpenChannel, { version, hash }: ClientMessageOf<"check">): void {
    if (!open.isOpen || !this.#textCheck.isOther(version, hash)) return;
    const { document, logger } = this.#options;
    logger.error({ event: "text-differs", document, version }, "a client has another text than the document");
    this.#end(open, "ERR_TEXT_DIFFERS");
  }

  // Telling

  /** Moves carets over committed entries, and tells everybody. */
  #publish(committed: readonly Committed[]): void {
    if (committed.length === 0) return;
    const authors = new Set<OpenChannel>();
    for (const { entry, submission, selection } of committed) {
      if (entry.version === 1 && submission !== undefined) this.#options.onFirstEntry(entry);
      if (submission !== undefined) this.#options.metrics.transformed(entry.version - 1 - submission.version);
      this.#presence.move(entry.operation, this.#remotes?.peerOf(entry.session));
      const author = this.#channels.get(entry.session);
      if (author !== undefined) {
        author.ownVersion = entry.version;
        authors.add(author);
      }
      if (author !== undefined && submission?.fence === author.fence) {
        this.#presence.edit(author.peer, selection);
        this.#remotes?.edited();
      } else this.#remotes?.wrote(entry, selection);
    }
    this.#remotes?.caughtUp();
    // Who wrote hears first: an acknowledgement does not wait for what others are told.
    for (const author of authors) this.#flush(author);
    for (const channel of this.#channels.values()) if (!authors.has(channel)) this.#flush(channel);
    this.#fanOut.endRound();
    if (this.#presence.hasGone) this.#authority.history.prepare();
    this.#checkpoints.count(committed);
  }

  #dropAll(dropped: readonly Dropped[]): void {
    for (const drop of dropped) {
      const open = this.#channels.get(drop.submission.session);
      if (open?.fence === drop.submission.fence) this.#drop(open, drop);
    }
  }

  #drop(open: OpenChannel, { submission, answer }: Dropped): void {
    if (answer.type === "reopen") return this.#end(open, answer.code);
    const { channel } = open.listener;
    this.#options.metrics.refused(answer.code);
    open.listener.send(Frame.of({ type: "refused", channel, seq: submission.seq, code: answer.code }));
  }

  #flush(open: OpenChannel): void {
    if (!this.#fanOut.flush(open)) void this.#catchUp(open);
    else if (this.#fanOut.hasMore(open)) void this.#flushSoon();
    if (open.mark !== this.#authority.head.version || open.seen === this.#presence.moment) return;
    if (open.seen === 0) this.#fanOut.present(open);
    else if (this.#fanOut.hasNews(open)) this.#schedulePresence();
  }

  /**
   * Goes on telling everybody, in the next turn of the event loop: what was committed is too much for one.
   */
  async #flushSoon(): Promise<void> {
    if (this.#isTelling) return;
    this.#isTelling = true;
    await breathe();
    this.#isTelling = false;
    for (const channel of this.#channels.values()) this.#flush(channel);
    this.#fanOut.endRound();
  }

  /** Reads older entries for a listener that is far behind, composes them, and goes on. */
  async #catchUp(open: OpenChannel): Promise<void> {
    const gathering = new Gathering(open.mark);
    open.isReading = true;
    try {
      while (gathering.version < this.#authority.head.version) {
        const entries = await this.#entriesAfter(gathering.version);
        if (!open.isOpen) return;
        if (entries === undefined || entries.length === 0) {
          return this.#end(open, "ERR_BASE_TRIMMED");
        }
        this.#fanOut.gather(open, gathering, entries);
        if (open.listener.isBusy) break;
      }
    } catch (error) {
      this.#warn(error, "entries could not be read");
      return this.#end(open, "ERR_STORE_UNAVAILABLE");
    } finally {
      open.isReading = false;
    }
    this.#fanOut.release(open, gathering);
    this.#flush(open);
    this.#fanOut.endRound();
  }

  /** Some of the entries after a version, from memory or else from the log; undefined if they are trimmed. */
  #entriesAfter(version: number): readonly Entry[] | Promise<readonly Entry[] | undefined> {
    const { log, document } = this.#options;
    const { history, head } = this.#authority;
    // Never beyond the head: the log may have entries that the authority does not know yet.
    const kept = history.entries(version, Math.min(head.version, version + MAX_PIECE_ENTRIES));
    const to = Math.min(head.version, version + READ_ENTRIES);
    return kept ?? log.readEntries(document, version, to, READ_WEIGHT);
  }

  #schedulePresence(): void {
    if (this.#isEnded) return;
    const { clock, limits } = this.#options;
    this.#presenceTimer ??= clock.setTimeout(() => {
      this.#presenceTimer = undefined;
      for (const channel of this.#channels.values()) this.#select(channel);
      this.#remotes?.tellMoved();
      let seen = this.#presence.moment;
      for (const channel of this.#channels.values()) {
        this.#fanOut.present(channel);
        seen = Math.min(seen, channel.seen);
      }
      this.#fanOut.endRound();
      this.#presence.prune(seen);
    }, limits.presenceIntervalMs);
  }

  // Ending

  #end(open: OpenChannel, code: ReopenCode): void {
    if (!open.isOpen) return;
    this.#remove(open);
    this.#sendReopen(open.listener, code);
  }

  #sendReopen(owner: ChannelOwner, code: ReopenCode): void {
    this.#options.metrics.refused(code);
    owner.send(Frame.of({ type: "reopen", channel: owner.channel, code }));
    owner.ended();
  }

  #remove(open: OpenChannel): void {
    if (!open.isOpen) return;
    this.#close(open);
    // Who goes on at another server is seen there before it is gone here.
    this.#remotes?.settle(open.session);
    this.#leave(open.peer);
    this.#checkIdle();
  }

  /** Nothing more is done for the channel. */
  #close(open: OpenChannel): void {
    open.isOpen = false;
    open.free();
    this.#channels.delete(open.session);
  }

  /** The peer is not among the people any more. Safe to call twice. */
  #leave(peer: number): void {
    this.#presence.leave(peer);
    this.#schedulePresence();
  }

  /** What is here is not what the log has, or it cannot be reached: everybody opens again. */
  endAll(code: ReopenCode): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#committer.stop();
    this.#follower.stop();
    for (const channel of this.#channels.values()) this.#end(channel, code);
    void this.#remotes?.close();
    this.#stopTimers();
    this.#options.onEnded();
  }

  #checkIdle(): void {
    if (!this.#isEnded && this.isIdle) this.#options.onIdle();
  }

  #stopTimers(): void {
    this.#options.clock.clearTimeout(this.#presenceTimer);
    this.#presenceTimer = undefined;
  }

  /** Resolves when everything that was submitted until now is committed and told. */
  async drain(): Promise<void> {
    await this.#committer.drain();
  }

  /**
   * Resolves when the log surely has what is known here; what it has lost is put back (`LogFollower.confirm`). Never rejects, and does not
   * resolve while the log cannot be reached.
   */
  confirm(): Promise<void> {
    return this.#follower.confirm();
  }

  /** Saves where it is and ends. Nobody may have it open. */
  async unload(): Promise<void> {
    this.#isEnded = true;
    this.#committer.stop();
    this.#follower.stop();
    this.#stopTimers();
    await Promise.all([this.#follower.isRecovering || this.#checkpoints.save(), this.#remotes?.close()]);
  }

  #warn(error: unknown, message: string): void {
    this.#options.logger.warn({ event: "document-fault", document: this.#options.document, error }, message);
  }
}

function newEntryId({ newToken }: LiveDocumentOptions): string {
  return newToken().slice(0, ENTRY_ID_LENGTH);
}
