import { Composer, type Operation } from "@interline/ot";
import { Alarm } from "../alarm.ts";
import type { Environment } from "../environment.ts";
import type { ReplicaState } from "../replica.ts";
import { type CopyExtras, copyOf, type OpenedCopy } from "./copy.ts";
import { type DocumentKey, type DocumentStore, StoreErrorCode } from "./document-store.ts";

/** What nobody waits for, such as others' edits, is written so much later, in ms. */
const LATER_MS = 1_000;
/** After a write that failed the next is tried so much later, in ms; doubled up to the last. */
const RETRY_MS = [500, 1_000, 2_000, 5_000, 15_000, 60_000] as const;
/**
 * The text is written again when what changed since is heavier than this and a 32nd of it, in UTF-16 code
 * units.
 */
const MIN_CHANGE = 32_768;
const COMPONENT_WEIGHT = 8;

export interface KeeperOptions {
  readonly store: DocumentStore;
  readonly key: DocumentKey;
  readonly environment: Environment;
  /** What is in the store already. */
  readonly opened: OpenedCopy | undefined;
  /**
   * True: the store did not show what is in it, so it is not believed to work before it has taken something.
   */
  readonly isDoubted: boolean;
  /** What is to be kept, as of now. */
  readonly state: () => ReplicaState;
  readonly extras: () => CopyExtras;
  /** The store holds this now. */
  readonly onKept: (state: ReplicaState) => void;
  /** The store cannot hold it now, and why; it is tried again. */
  readonly onFailed: (fault: unknown) => void;
}

/**
 * Keeps a replica's state in a store, one write after another. What happens during a write goes into the next one, so a slow disk
 * makes writes larger, not more. Nobody ever waits for it but what is to leave for the server.
 *
 * The text itself is written seldom: a copy is a text, and what changed in it since.
 */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #later: Alarm;
  readonly #since = new Composer();
  /** Weight of `#since`; undefined: the text is to be written. */
  #weight: number | undefined;
  #session: string | undefined;
  /** Whether something is to be written, and whether somebody's words are among it. */
  #need: "nothing" | "later" | "now" = "nothing";
  /** How often words came, and how many of these times are on the disk. */
  #words = 0;
  #keptWords = 0;
  #isClosed = false;
  #failures = 0;
  #isDoubted: boolean;
  #writing: Promise<void> | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#later = new Alarm(options.environment);
    const { opened, isDoubted } = options;
    this.#isDoubted = isDoubted;
    if (opened === undefined) return;
    this.#session = opened.state.session;
    this.#since.add(opened.since);
    this.#weight = weightOf(opened.since);
  }

  /** Session of the copy in the store; undefined: none yet. */
  get session(): string | undefined {
    return this.#session;
  }

  /** False while the store does not take what it is given. */
  get isWorking(): boolean {
    return this.#failures === 0 && !this.#isDoubted;
  }

  /** True if all words that came are in the store. */
  get isKept(): boolean {
    return this.#session !== undefined && this.#keptWords === this.#words;
  }

  /** True while a copy in the store lacks what came since: it may still hold words that were deleted again. */
  get isBehind(): boolean {
    return this.isWorking && this.#session !== undefined && this.#keptWords !== this.#words;
  }

  /** The base took an operation. */
  advanced(operation: Operation): void {
    if (this.#weight === undefined) return;
    this.#since.add(operation);
    this.#weight += weightOf(operation);
  }

  /** The base is another text. */
  replaced(): void {
    this.#weight = undefined;
  }

  /** Something changed. `isUrgent`: somebody's words, or what is to be sent. */
  changed(isUrgent: boolean): void {
    if (isUrgent) this.#words++;
    if (isUrgent || this.#need === "nothing") this.#need = isUrgent ? "now" : "later";
    if (this.#isClosed || this.#writing !== undefined || this.#failures > 0) return;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#need === "now") this.#begin();
    else if (this.#need === "later" && !this.#later.isSet) this.#later.set(LATER_MS, () => this.#begin());
  }

  /**
   * Looks whether the store still has what it took; what is gone is written again, and counts as not kept
   * until it is.
   */
  async verify(): Promise<void> {
    await this.#writing;
    const { store, key, onFailed } = this.#options;
    const session = this.#session;
    if (session === undefined) return;
    const copies = await store.list(key).catch(() => []);
    if (copies.some((copy) => copy.session === session)) return;
    // What happened meanwhile tells more.
    if (this.#session !== session || this.#writing !== undefined || this.#isClosed) return;
    this.#session = undefined;
    this.#retryLater();
    onFailed(undefined);
  }

  /** Everything that is known now, on the disk; or not, if that fails. Never rejects. */
  async flush(): Promise<void> {
    // What is being written may be older than what there is now.
    await this.#writing;
    if (this.#need !== "nothing") this.#begin();
    await this.#writing;
  }

  /** Ends it; what is being written is written. Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#later.clear();
    await this.#writing;
  }

  #begin(): void {
    if (this.#writing !== undefined || this.#isClosed) return;
    this.#later.clear();
    // All edits of one turn go into one write.
    this.#writing = Promise.resolve().then(() => this.#write());
  }

  async #write(): Promise<void> {
    const { store, key, environment, state: read, extras, onKept, onFailed } = this.#options;
    this.#need = "nothing";
    const state = read();
    const words = this.#words;
    const replaces = this.#session === state.session ? undefined : this.#session;
    const isHeavy = this.#weight === undefined || this.#weight > MIN_CHANGE + state.base.units / 32;
    const isWhole = isHeavy || this.#session !== state.session;
    if (isWhole) {
      this.#since.clear();
      this.#weight = 0;
    }
    try {
      await store.save(key, {
        copy: copyOf(state, this.#since.value, extras(), environment.now()),
        ...(isWhole ? { text: state.base.toString() } : {}),
        ...(replaces === undefined ? {} : { replaces }),
      });
    } catch (fault) {
      this.#writing = undefined;
      this.#retryLater();
      if ((fault as { code?: unknown }).code !== StoreErrorCode.Missing) onFailed(fault);
      return;
    }
    this.#session = state.session;
    this.#keptWords = words;
    this.#failures = 0;
    this.#isDoubted = false;
    this.#writing = undefined;
    onKept(state);
    if (!this.#isClosed) this.#schedule();
  }

  /** Tries again later, with the text: what the store holds is not known. */
  #retryLater(): void {
    this.#weight = undefined;
    this.#need = "now";
    const delay = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? 0;
    this.#failures++;
    if (!this.#isClosed) this.#later.set(delay, () => this.#begin());
  }
}

function weightOf(operation: Operation): number {
  return operation.toJSON().reduce<number>((weight, component) => {
    return weight + COMPONENT_WEIGHT + (typeof component === "string" ? component.length : 0);
  }, 0);
}
