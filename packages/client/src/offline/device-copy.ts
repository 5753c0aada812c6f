import { Alarm } from "../alarm.ts";
import type { BackoffOptions } from "../backoff.ts";
import type { Connection } from "../connection.ts";
import type { Environment } from "../environment.ts";
import type { ReplicaState } from "../replica.ts";
import { type AdoptedCopy, adoptLeft, beginFrom, newStateFrom } from "./adoption.ts";
import { type CopyExtras, type OpenedCopy, shownIn } from "./copy.ts";
import type { CopyLock, DocumentKey, DocumentStore, TabLine, TabMessage } from "./document-store.ts";
import { Keeper } from "./keeper.ts";
import { Rescue } from "./rescue.ts";

/** How often is looked whether a tab was killed and has left something, in ms. */
const LOOK_EVERY_MS = 15_000;

export interface DeviceCopyOptions {
  readonly store: DocumentStore;
  readonly key: DocumentKey;
  readonly connection: Connection;
  readonly environment: Environment;
  readonly backoff: BackoffOptions;
  readonly newSession: () => string;
  readonly onRecovered: (texts: readonly string[]) => Promise<boolean>;
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

  constructor(options: DeviceCopyOptions) {
    this.#options = options;
    this.#line = options.store.openLine(options.key, (message) => this.#heard(message));
    this.#lookAlarm = new Alarm(options.environment);
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

  /** What to go on from. Rejects if the store does not work. */
  async begin(): Promise<Begun> {
    const { store, key, newSession } = this.#options;
    const { adopted, known, others, doubtful } = await beginFrom(store, key, (session) =>
      this.#untilUsed(session),
    );
    this.#asking.clear();
    for (const other of others) this.#rescue(other);
    this.#doubtful = doubtful.map(({ state }) => state.session);
    this.#opened = adopted?.opened;
    if (adopted) this.#locks.set(adopted.opened.state.session, adopted.lock);
    const state = adopted?.opened.state ?? (known && newStateFrom(known, newSession()));
    if (state && !adopted) await this.#hold(state.session);
    this.#session = state?.session;
    const recovered = doubtful.map((opened) => shownIn(opened.state).toString());
    const extras = adopted?.opened.extras ?? { pendingSince: undefined, recovered };
    this.#lookLater();
    if (this.#isClosed) this.#release();
    return { state, extras };
  }

  /** Keeps a replica from now on. */
  keep(replica: {
    readonly state: () => ReplicaState;
    readonly extras: () => CopyExtras;
    readonly onKept: (state: ReplicaState) => void;
    readonly onFailed: () => void;
  }): Keeper {
    const { store, key, environment, onChanged } = this.#options;
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
      environment,
      opened: this.#opened,
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

  #release(): void {
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

  #heard({ type, session }: TabMessage): void {
    if (type === "who" && this.#session !== undefined && !this.#isClosed) {
      this.#line.post({ type: "here", session: this.#session });
    } else if (type === "here" && typeof session === "string") this.#asking.get(session)?.();
    else if (type === "left") this.look();
  }

  async #look(): Promise<void> {
    const { store, key } = this.#options;
    if (this.#isLooking || this.#isClosed || this.#session === undefined || !store.canLock) return;
    this.#isLooking = true;
    try {
      for (const adopted of await adoptLeft(store, key, this.#session)) {
        if (this.#isClosed) adopted.lock.release();
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
    if (!this.#isClosed) this.#lookAlarm.set(LOOK_EVERY_MS, () => void this.#look());
  }

  #rescue(adopted: AdoptedCopy): void {
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
