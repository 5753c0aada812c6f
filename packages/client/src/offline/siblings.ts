import {
  apply,
  compose,
  composeAll,
  decodeOperation,
  diff,
  isNoop,
  Operation,
  type Text,
  transformPair,
} from "@interline/ot";
import { Alarm } from "../alarm.ts";
import type { Environment } from "../environment.ts";
import type { CopyExtras } from "./copy.ts";
import type { TabMessage } from "./document-store.ts";

/** A tab that does not answer in this time may be gone, in ms: it is tried to take its session. */
const ANSWER_MS = 500;
/** A tab that is online is asked again after so long, in ms. */
const SAVED_MS = 5_000;
/** After so many tries a tab that neither answers nor is gone stands still: the page shows its own text again. */
const MAX_TRIES = 10;

/** What is pending, as the status tells it. */
export interface Pending {
  readonly edits: number;
  readonly since: number | undefined;
}

/** The document as its siblings see it. */
export interface SiblingsOwner {
  /** The replica's state and text, whatever the page shows. */
  replica(): {
    readonly session: string;
    readonly text: Text;
    readonly version: number;
    readonly isLive: boolean;
    readonly pending: Pending;
    /** Everything pending as one operation on the text at `version`. */
    readonly pendingOperation: () => Operation;
  };
  post(message: TabMessage): void;
  /** Resolves to whether everything pending is kept. */
  isKept(): Promise<boolean>;
  /** Lets go of the session with everything pending in it, and begins a new one at the same base. Resolves when another tab can take it. */
  giveUp(): Promise<void>;
  /** Goes on with a session that another tab has let go of. Resolves to what was kept beside it; undefined if it cannot be had. */
  take(session: string): Promise<Pick<CopyExtras, "told"> | undefined>;
  /** An edit that the page shows already. */
  edit(operation: Operation): void;
  /** The page must show this. */
  show(operation: Operation): void;
  /** Another tab has reached the server. */
  reconnect(): void;
  /** What `isFollowing`, `text` or `pending` say changed. */
  changed(): void;
}

/** What is shown of the tab that has the edits. */
interface Following {
  readonly session: string;
  readonly revision: number;
  /** Its text, the version that this is made from, and what of it is pending. */
  readonly text: Text;
  readonly version: number;
  readonly pending: Pending;
  /** What was typed here, which waits for the session. */
  readonly held: Operation;
  readonly heldEdits: number;
}

/** A version that the own replica has been at meanwhile, and the operation that led to it from the one before. */
interface Step {
  readonly version: number;
  readonly text: Text;
  readonly operation: Operation;
}

/**
 * Lets the tabs of one device agree on a text while the server cannot be reached.
 *
 * One tab leads: it has the edits that are not saved, in its own session, as always. The others, which have none, follow: they show
 * its text, change by change. Who types in one of those asks for the session; the tab that had it lets go, and follows in its turn. So every
 * edit is in one session at any time, and reaches the server once. Back online, who follows goes on until the own replica is where the leader is.
 *
 * Tabs that both had unsaved edits when the network went, or that stood at different versions, show each their own text until it is back.
 */
export class Siblings {
  readonly #owner: SiblingsOwner;
  readonly #alarm: Alarm;
  readonly #random: () => number;
  #following: Following | undefined;
  #shown: { readonly of: Following; readonly text: Text } | undefined;
  /** Where the own replica, which has nothing pending, has been since it follows; the first is where it began. */
  #path: Step[] = [];
  /** True while others may follow this tab. */
  #leads = false;
  /** One more with each change that others are told, from a random fraction on: who begins to lead never counts as anybody did before. */
  #revision: number;
  #toldVersion = 0;
  #wasLive = true;
  #isTaking = false;
  #tries = 0;
  #isClosed = false;

  constructor(owner: SiblingsOwner, environment: Environment) {
    this.#owner = owner;
    this.#alarm = new Alarm(environment);
    this.#random = environment.random;
    this.#revision = this.#newRevision();
  }

  get isFollowing(): boolean {
    return this.#following !== undefined;
  }

  /** Session of the tab that is followed. */
  get followed(): string | undefined {
    return this.#following?.session;
  }

  /** What the page shows instead of the replica's text; undefined: nothing else. */
  get text(): Text | undefined {
    const following = this.#following;
    if (following === undefined) return undefined;
    // One value as long as nothing changes.
    if (this.#shown?.of !== following) {
      const { text, held } = following;
      this.#shown = { of: following, text: isNoop(held) ? text : apply(text, held) };
    }
    return this.#shown.text;
  }

  /** What is pending in the tab that is followed, and here. */
  get pending(): Pending | undefined {
    if (this.#following === undefined) return undefined;
    const { pending, heldEdits } = this.#following;
    return { edits: pending.edits + heldEdits, since: pending.since };
  }

  /** True while something typed here is in no session yet. */
  get isHolding(): boolean {
    return this.#following !== undefined && this.#following.heldEdits > 0;
  }

  /** The last change that others were told, as it is kept with the session. */
  get told(): number {
    return this.#revision;
  }

  get #own(): ReturnType<SiblingsOwner["replica"]> {
    return this.#owner.replica();
  }

  /** True while the session is asked for. */
  get #isClaiming(): boolean {
    return this.isFollowing && this.#alarm.isSet;
  }

  /** A local edit while another tab is followed, in code points of `text`. */
  hold(operation: Operation): void {
    const following = this.#following;
    if (following === undefined) return;
    const held = compose(following.held, operation);
    this.#following = { ...following, held, heldEdits: isNoop(held) ? 0 : following.heldEdits + 1 };
    this.#claim();
  }

  /** The replica's text has changed, by an edit made here or by others. */
  textChanged(operation: Operation): void {
    if (this.isFollowing || this.#isTaking) return;
    if (this.#leads) this.#tellChange(operation);
    else if (!this.#own.isLive && this.#own.pending.edits > 0) this.#lead();
  }

  /** The replica has taken an operation of the server's, and stands at `version` now. */
  advanced(operation: Operation, version: number): void {
    if (this.isFollowing) this.#path.push({ version, text: this.#own.text, operation });
  }

  /** The replica has another text. */
  replaced(): void {
    this.#path = [];
  }

  /** The connection, the version or what is pending may have changed. */
  checkLink(): void {
    const { isLive, pending, version } = this.#own;
    if (isLive !== this.#wasLive) {
      this.#wasLive = isLive;
      if (!isLive) this.#wentOffline();
      // Who is online first saves the edits of all.
      else if (this.isFollowing) this.#claim();
    }
    if (this.#leads && version !== this.#toldVersion && pending.edits === 0) {
      this.#tellChange(Operation.noop(this.#own.text.points));
    }
    this.#meet();
  }

  /** Another tab says something. */
  heard(message: TabMessage): void {
    const { session } = message;
    const own = this.#own.session;
    switch (message["type"]) {
      case "ask":
        if (this.#leads || (!this.#own.isLive && !this.isFollowing && this.#own.pending.edits > 0))
          this.#lead();
        break;
      case "lead":
        this.#heardLead(message);
        break;
      case "change":
        this.#heardChange(message);
        break;
      case "claim":
        if (session === own && !this.isFollowing) void this.#give();
        break;
      case "given":
        if (session === this.#following?.session && this.#isClaiming) void this.#take();
        break;
      case "left":
        // It may have been the one that is followed: then its session is free.
        if (this.isFollowing) void this.#take();
        break;
      case "online":
        // Then what it has comes through the server.
        if (this.#isClaiming) this.#alarm.set(SAVED_MS, () => this.#claim());
        if (!this.#own.isLive) this.#owner.reconnect();
        break;
      default:
    }
  }

  /** Ends it. What is held goes into the own session. Safe to call twice. */
  close(): void {
    this.#isClosed = true;
    const following = this.#following;
    if (following !== undefined && this.isHolding) this.#leaveTo(this.#own.text, following);
    this.#alarm.clear();
  }

  #wentOffline(): void {
    if (this.isFollowing || this.#leads) return;
    if (this.#own.pending.edits > 0) this.#lead();
    else this.#owner.post({ type: "ask" });
  }

  /** A fraction that stays exact through 2^26 changes. */
  #newRevision(): number {
    return Math.floor(this.#random() * 2 ** 26) / 2 ** 26;
  }

  #leadNoMore(): void {
    this.#leads = false;
    this.#revision = this.#newRevision();
  }

  #lead(): void {
    this.#leads = true;
    const { text, pendingOperation } = this.#own;
    this.#tell("lead", pendingOperation(), { text: text.toString() });
  }

  #tellChange(operation: Operation): void {
    this.#leads = true;
    this.#revision++;
    this.#tell("change", operation);
    // Who still follows can take it from here: everything is at the server.
    const { isLive, pending } = this.#own;
    if (isLive && pending.edits === 0 && isNoop(operation)) this.#wasTold();
  }

  #tell(type: "lead" | "change", operation: Operation, more?: TabMessage): void {
    const { session, pending, version } = this.#own;
    const revision = this.#revision;
    this.#owner.post({
      type,
      session,
      revision,
      version,
      ...pending,
      operation: operation.toJSON(),
      ...more,
    });
    // Who takes the session from the disk must not find it behind what was told.
    if (version !== this.#toldVersion) void this.#owner.isKept();
    this.#toldVersion = version;
  }

  /** Followers hear of later versions for a while, until each has met one. */
  #wasTold(): void {
    this.#alarm.set(2 * SAVED_MS, () => {
      if (!this.isFollowing && this.#own.pending.edits === 0) this.#leadNoMore();
    });
  }

  /** Whether another tab may be followed: without a connection, with nothing to lose, and from the same version. */
  #fits({ version }: TabMessage): boolean {
    const { isLive, pending, version: own } = this.#own;
    return !isLive && pending.edits === 0 && !this.isHolding && version === own;
  }

  #heardLead(message: TabMessage): void {
    const { session, text: told, revision } = message;
    const following = this.#following;
    const isOurs = following?.session === session;
    if (typeof session !== "string" || typeof told !== "string") return;
    if (isOurs ? following?.revision === revision : this.#isTaking || !this.#fits(message)) return;
    const before = following?.text ?? this.#own.text;
    // Where the two texts have no common version they can only be compared.
    const change = following ? diff(before.toString(), told) : decoded(message, before);
    if (change === undefined) return;
    if (!isOurs) {
      this.#leadNoMore();
      this.#alarm.clear();
    }
    const { held = Operation.noop(before.points), heldEdits = 0 } = following ?? {};
    this.#follow({ session, text: apply(before, change), held, heldEdits }, message, change);
  }

  #heardChange(message: TabMessage): void {
    const { session, revision } = message;
    const following = this.#following;
    if (following === undefined || session !== following.session) {
      if (following === undefined && this.#fits(message)) this.#owner.post({ type: "ask" });
      return;
    }
    const operation = decoded(message, following.text);
    if (revision !== following.revision + 1 || operation === undefined) {
      this.#owner.post({ type: "ask" });
      return;
    }
    const { held, heldEdits } = following;
    this.#follow(
      { session: following.session, text: apply(following.text, operation), held, heldEdits },
      message,
      operation,
    );
    this.#meet();
  }

  /** Shows another text of the leader's, `change` away from the one before. */
  #follow(
    next: Pick<Following, "session" | "text" | "held" | "heldEdits">,
    { revision, version, edits, since }: TabMessage,
    change: Operation,
  ): void {
    const [held, shown] = transformPair(next.held, change);
    this.#following = {
      ...next,
      held,
      revision: numberOr(revision, 0),
      version: numberOr(version, 0),
      pending: { edits: numberOr(edits, 1), since: typeof since === "number" ? since : undefined },
    };
    if (this.#path.length === 0) this.#startPath();
    if (!isNoop(shown)) this.#owner.show(shown);
    this.#owner.changed();
  }

  #startPath(): void {
    const { version, text } = this.#own;
    this.#path = [{ version, text, operation: Operation.noop(text.points) }];
  }

  /** Asks for the session; if nobody answers it is tried to take it. */
  #claim(): void {
    const following = this.#following;
    if (following === undefined || this.#isClaiming || this.#isTaking || this.#isClosed) return;
    if (++this.#tries > MAX_TRIES) {
      this.#leaveTo(this.#own.text, following);
      return;
    }
    this.#owner.post({ type: "claim", session: following.session });
    this.#alarm.set(ANSWER_MS, () => void this.#take());
  }

  /** Another tab wants the session. A tab that is online saves its edits itself. */
  async #give(): Promise<void> {
    const owner = this.#owner;
    const { session, isLive, text: shown } = this.#own;
    if (isLive) {
      if (this.#leads) this.#tellChange(Operation.noop(shown.points));
      return owner.post({ type: "online" });
    }
    // What is nowhere but in this tab stays in it.
    if (!(await owner.isKept())) return;
    const { text, pending, version, ...now } = this.#own;
    if (this.isFollowing || now.isLive || now.session !== session) return;
    const held = Operation.noop(text.points);
    this.#following = { session, revision: this.#revision, text, version, pending, held, heldEdits: 0 };
    this.#leadNoMore();
    this.#alarm.clear();
    await owner.giveUp();
    this.#startPath();
    owner.post({ type: "given", session });
  }

  async #take(): Promise<void> {
    const session = this.followed;
    if (session === undefined || this.#isTaking || this.#isClosed) return;
    this.#alarm.clear();
    this.#isTaking = true;
    const taken = await this.#owner.take(session);
    const following = this.#following;
    if (taken !== undefined && following !== undefined) {
      const change = this.#leaveTo(this.#own.text, following, taken.told);
      // Others go on hearing changes of this session: from what they were told last, which may be more than was kept.
      this.#revision = following.revision;
      this.#tellChange(change);
    }
    this.#isTaking = false;
    if (taken === undefined && (this.isHolding || this.#own.isLive)) this.#claim();
  }

  /** Goes on alone once the own replica has been exactly where the leader is, with everything saved. */
  #meet(): void {
    const following = this.#following;
    if (following === undefined || !this.#own.isLive || following.pending.edits > 0 || this.#isTaking) return;
    const { version, text } = this.#own;
    const index = this.#path.findIndex((step) => step.version === following.version);
    const met = this.#path[index];
    // Past it the texts can be compared; but for what is held that is a guess, and the session may come yet.
    if (met === undefined && (version < following.version || this.isHolding)) return;
    if (met?.text.equals(following.text)) {
      const rest = this.#path.slice(index + 1).map(({ operation }) => operation);
      this.#leave(following, composeAll([Operation.noop(met.text.points), ...rest]));
    } else this.#leaveTo(text, following);
  }

  /**
   * `keptTo`: the session goes on here, with what was kept after this change was told. A tab that was killed may have told words that it had not
   * kept yet. They are shown here, so they are kept here, as edits of the session; if it is sure that nothing else tells the two texts apart.
   * What is shown has everything that was kept where one life told both, and the last of it here.
   */
  #leaveTo(text: Text, following: Following, keptTo = Number.NaN): Operation {
    if (following.text.equals(text)) return this.#leave(following, Operation.noop(text.points));
    const unkept = diff(text.toString(), following.text.toString());
    const isAhead = following.revision >= keptTo && following.revision % 1 === keptTo % 1;
    const isSure = isAhead && following.version === this.#own.version && unkept.deleted === 0;
    if (isSure) return this.#leave(following, Operation.noop(following.text.points), unkept);
    return this.#leave(following, diff(following.text.toString(), text.toString()));
  }

  /**
   * Shows the own replica again, `change` away from what is followed. What is held goes into it, after `extra`. Returns the whole way from
   * what was followed to what is shown.
   */
  #leave(
    { held }: Following,
    change: Operation,
    extra: Operation = Operation.noop(change.targetLength),
  ): Operation {
    this.#alarm.clear();
    this.#tries = 0;
    this.#following = undefined;
    this.#path = [];
    const [own, shown] = transformPair(held, change);
    if (!isNoop(shown)) this.#owner.show(shown);
    const edit = compose(extra, own);
    if (!isNoop(edit)) this.#owner.edit(edit);
    this.#owner.changed();
    return compose(change, own);
  }
}

function decoded({ operation }: TabMessage, text: Text): Operation | undefined {
  const result = decodeOperation(operation, text.points, { maxComponents: Number.POSITIVE_INFINITY });
  return result.ok ? result.operation : undefined;
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}
