import { Alarm } from "../alarm.ts";
import type { Connection } from "../connection.ts";
import { type ReplicaState, savedState } from "../replica.ts";
import { type AdoptedCopy, adopt, adoptLeft, type Beginning, beginFrom } from "./adoption.ts";
import { boundedStore } from "./bounded-store.ts";
import { bringHome, type IsFormerAccount } from "./bring-home.ts";
import { type CopyExtras, type OpenedCopy, shownIn } from "./copy.ts";
import type { CopyLock, DocumentKey, DocumentStore, TabLine, TabMessage } from "./document-store.ts";
import { Keeper } from "./keeper.ts";
import { Rescue } from "./rescue.ts";
import { forgetOldest } from "./retention.ts";

/** Who gave up a session has done so, or will in this time, in ms. */
const TAKE_MS = 200;
/** So soon after it was opened is looked whether a tab was killed and has left something, in ms; doubled up to the last. */
const FIRST_LOOK_MS = 1_000;
const LOOK_EVERY_MS = 16_000;

export interface DeviceCopyOptions {
  readonly store: DocumentStore;
  readonly key: DocumentKey;
  readonly isFormerAccount: IsFormerAccount | undefined;
  readonly connection: Connection;
  readonly newSession: () => string;
  readonly onRecovered: (texts: readonly string[]) => Promise<boolean>;
  /** The account was signed out, and nothing of it is kept any more. */
  readonly onSignedOut: () => void;
  /** Another tab says something that is not about sessions. */
  readonly onMessage: (message: TabMessage) => void;
  /** Session of another tab whose text is shown: it is not saved beside the document, but gone on with. */
  readonly followed: () => string | undefined;
  /** What is pending beside the document, or whether it is kept, changed. */
  readonly onChanged: () => void;
}

/** What the document goes on from. */
export interface Begun {
  /** Undefined: nothing is known of the document. */
  readonly state: ReplicaState | undefined;
  readonly extras: CopyExtras;
}

/**
 * A document's side of the store: what it begins with, the session that it has to itself, and the edits that closed tabs have left,
 * which it saves beside its own.
 */
export class DeviceCopy {
  readonly #options: DeviceCopyOptions;
  readonly #line: TabLine;
  readonly #lookAlarm: Alarm;
  readonly #stopHearing: (() => void) | undefined;
  readonly #locks = new Map<string, CopyLock>();
  readonly #rescues = new Set<Rescue>();
  /** Who waits to hear that a session is used. */
  readonly #asking = new Map<string, () => void>();
  /** Sessions of edits that are shown as recovered, and forgotten with that. */
  #doubtful: readonly string[] = [];
  #opened: OpenedCopy | undefined;
  #keeper: Keeper | undefined;
  #session: string | undefined;
  #isClosed = false;
  #isLooking = false;
  #isShared = false;
  /** True until it is known what closed tabs have left: the store could not be read. */
  #isUnread = false;
  #lookMs = FIRST_LOOK_MS;

  constructor(options: DeviceCopyOptions) {
    const store = boundedStore(options.store, options.connection.environment);
    this.#options = { ...options, store };
    this.#line = store.openLine(options.key, (message) => this.#heard(message));
    this.#lookAlarm = new Alarm(options.connection.environment);
    this.#stopHearing = store.onLost?.(() => this.#verify());
  }

  get keeper(): Keeper | undefined {
    return this.#keeper;
  }

  /** Edits of closed tabs that are not saved yet. */
  get pendingEdits(): number {
    let count = 0;
    for (const rescue of this.#rescues) count += rescue.pendingEdits;
    return count;
  }

  /** True if a living tab has unsaved edits that were asked for. */
  get isShared(): boolean {
    return this.#isShared;
  }

  get canLock(): boolean {
    return this.#options.store.canLock;
  }

  /** What there is. Undefined: the store cannot be read now. */
  async find(): Promise<Beginning | undefined> {
    const { store, key, isFormerAccount } = this.#options;
    await bringHome(store, key, isFormerAccount).catch(() => undefined);
    const found = await beginFrom(store, key, (session) => this.#untilUsed(session)).catch(() => undefined);
    this.#asking.clear();
    this.#isUnread = found === undefined;
    return found;
  }

  /** The document begins without what there is: it has not been found, or not in time. */
  beginsWithout(): void {
    this.#isUnread = true;
    this.#lookLater();
  }

  /** What was found too late is saved beside the document, or shown. */
  foundLate({ adopted, others, doubtful }: Beginning): void {
    for (const copy of adopted ? [adopted, ...others] : others) this.#rescue(copy);
    if (!this.#isClosed) this.#offer(doubtful);
  }

  /** What to go on from. */
  async begin({ adopted, known, others, doubtful }: Beginning): Promise<Begun> {
    const { store, key, newSession } = this.#options;
    for (const other of others) this.#rescue(other);
    this.#doubtful = doubtful.map(({ state }) => state.session);
    this.#opened = adopted?.opened;
    if (adopted) this.#locks.set(adopted.opened.state.session, adopted.lock);
    const state = adopted?.opened.state ?? (known && { ...savedState(known.state), session: newSession() });
    if (state && !adopted) await this.#hold(state.session);
    this.#session = state?.session;
    // Another that is opened at the same moment may wait for it.
    if (adopted) this.post({ type: "here", session: this.#session });
    const recovered = doubtful.map((opened) => shownIn(opened.state).toString());
    const kept = adopted?.opened.extras;
    const extras = {
      pendingSince: kept?.pendingSince,
      recovered: [...(kept?.recovered ?? []), ...recovered],
    };
    this.#lookLater();
    if (this.#isClosed) this.#release();
    else if (store.canLock) void forgetOldest(store, key).catch(() => undefined);
    return { state, extras };
  }

  /** Shows unsaved edits of which nobody can tell whether a living tab has them. */
  #offer(doubtful: readonly OpenedCopy[]): void {
    if (doubtful.length === 0) return;
    this.#doubtful = [...this.#doubtful, ...doubtful.map(({ state }) => state.session)];
    void this.#options.onRecovered(doubtful.map(({ state }) => shownIn(state).toString()));
  }

  /** Keeps a replica from now on. */
  keep(replica: {
    readonly state: () => ReplicaState;
    readonly extras: () => CopyExtras;
    readonly onKept: (state: ReplicaState) => void;
    readonly onFailed: () => void;
  }): Keeper {
    const { store, key, connection, onChanged } = this.#options;
    this.#session = replica.state().session;
    if (!this.#locks.has(this.#session)) void this.#hold(this.#session);
    this.#keeper = new Keeper({
      ...replica,
      state: () => {
        const state = replica.state();
        // [C8] The replica has begun a new session.
        if (state.session !== this.#session) void this.#hold(state.session);
        this.#session = state.session;
        return state;
      },
      store,
      key,
      environment: connection.environment,
      opened: this.#opened,
      isDoubted: this.#isUnread,
      onKept: (state) => {
        replica.onKept(state);
        onChanged();
      },
      onFailed: () => {
        replica.onFailed();
        onChanged();
      },
    });
    this.#opened = undefined;
    return this.#keeper;
  }

  post(message: TabMessage): void {
    if (!this.#isClosed) this.#line.post(message);
  }

  /** Lets go of the session, with everything that is kept in it. Another may use it when this resolves. */
  async giveUp(): Promise<void> {
    const keeper = this.#keeper;
    const session = this.#session;
    this.#keeper = undefined;
    this.#session = undefined;
    if (keeper === undefined || session === undefined) return;
    await keeper.flush();
    await keeper.close();
    this.#locks.get(session)?.release();
    this.#locks.delete(session);
  }

  /** Goes on with a session that nobody uses. Of the own one nothing may be pending; `forgetsOwn`: its copy is of no use any more. */
  async take(session: string, forgetsOwn: boolean): Promise<OpenedCopy | undefined> {
    const { store, key } = this.#options;
    const adopted = await adopt(store, key, session, TAKE_MS).catch(() => undefined);
    if (adopted === undefined) return undefined;
    const own = this.#session;
    await this.giveUp();
    if (own !== undefined && forgetsOwn) await store.remove(key, own).catch(() => undefined);
    this.#locks.set(session, adopted.lock);
    this.#opened = adopted.opened;
    this.#session = session;
    if (this.#isClosed) this.#release();
    return adopted.opened;
  }

  /** Something is nowhere but in the store. */
  persist(): void {
    this.#options.store.persist?.();
  }

  /** Looks whether a closed tab has left something, and saves it. */
  look(): void {
    void this.#look();
  }

  /** What was shown as recovered is not wanted any more. */
  forgetDoubtful(): void {
    const { store, key } = this.#options;
    for (const session of this.#doubtful) void store.remove(key, session).catch(() => undefined);
    this.#doubtful = [];
  }

  /** Ends it, once everything is written. Safe to call twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#lookAlarm.clear();
    const ended = [...this.#rescues].map((rescue) => rescue.close());
    this.#rescues.clear();
    const keeper = this.#keeper;
    if (keeper) ended.push(keeper.flush().then(() => keeper.close()));
    void Promise.all(ended).then(() => this.#release());
  }

  /** Ends it without another word to the store. */
  #abandon(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#lookAlarm.clear();
    void this.#keeper?.close();
    for (const rescue of this.#rescues) rescue.abandon();
    this.#release();
  }

  /** Looks whether what was kept is still there. */
  #verify(): void {
    void this.#keeper?.verify();
    for (const rescue of this.#rescues) rescue.verify();
  }

  #release(): void {
    this.#stopHearing?.();
    for (const lock of this.#locks.values()) lock.release();
    this.#locks.clear();
    this.#line.post({ type: "left" });
    this.#line.close();
  }

  async #hold(session: string): Promise<void> {
    const { store, key } = this.#options;
    const lock = await store.lock(key, session, 0).catch(() => undefined);
    if (lock === undefined) return;
    if (this.#isClosed) lock.release();
    else this.#locks.set(session, lock);
  }

  #untilUsed(session: string): Promise<void> {
    return new Promise((resolve) => {
      this.#asking.set(session, resolve);
      this.#line.post({ type: "who" });
    });
  }

  #heard(message: TabMessage): void {
    const { type, session } = message;
    if (type === "who" && this.#session !== undefined && !this.#isClosed) {
      this.#line.post({ type: "here", session: this.#session });
    } else if (type === "here" && typeof session === "string") {
      const used = this.#asking.get(session);
      if (used !== undefined) this.#isShared = true;
      used?.();
    } else if (type === "signed-out") {
      this.#abandon();
      this.#options.onSignedOut();
    } else {
      if (type === "left") this.look();
      this.#options.onMessage(message);
    }
  }

  async #look(): Promise<void> {
    const { store, key, connection, followed, isFormerAccount } = this.#options;
    this.#verify();
    // Without a connection nothing could be done for it, and another tab may want to go on with it.
    if (connection.state.name !== "open") return this.#lookLater();
    if (this.#isLooking || this.#isClosed || this.#session === undefined) return;
    // Without locks we cannot tell which tab a copy belongs to, so each copy is shown once.
    if (!store.canLock && !this.#isUnread) return;
    this.#isLooking = true;
    try {
      await bringHome(store, key, isFormerAccount).catch(() => undefined);
      const left = await adoptLeft(store, key, [this.#session, followed(), ...this.#doubtful]);
      this.#isUnread = false;
      if (!this.#isClosed) this.#offer(left.doubtful);
      for (const adopted of left.adopted) {
        // Taken meanwhile, by this very tab.
        const isOwn = adopted.opened.state.session === this.#session;
        if (this.#isClosed || isOwn) adopted.lock.release();
        else this.#rescue(adopted);
      }
    } catch {
      // The store does not work now; it is looked again.
    } finally {
      this.#isLooking = false;
      this.#lookLater();
    }
  }

  #lookLater(): void {
    if (this.#isClosed) return;
    this.#lookAlarm.set(this.#lookMs, () => void this.#look());
    this.#lookMs = Math.min(2 * this.#lookMs, LOOK_EVERY_MS);
  }

  #rescue(adopted: AdoptedCopy): void {
    if (this.#isClosed) return adopted.lock.release();
    const rescue = new Rescue({
      ...this.#options,
      adopted,
      onDone: () => {
        this.#rescues.delete(rescue);
        this.#options.onChanged();
      },
    });
    this.#rescues.add(rescue);
    this.#options.onChanged();
  }
}
