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
  /** Goes on with a session that another tab has let go of. False if it cannot be had. */
  take(session: string): Promise<boolean>;
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
  /** How many changes it has told. */
  readonly revision: number;
  /** Its text, the version that this is made from, and what of it is pending. */
  readonly text: Text;
  readonly version: number;
  readonly pending: Pending;
  /** What was typed here, which waits for the session. */
  readonly held: Operation;
  readonly heldEdits: number;
}

/** What the own replica has taken from the server meanwhile: from version to version. */
interface Path {
  readonly start: number;
  readonly steps: { readonly version: number; readonly operation: Operation }[];
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
  #following: Following | undefined;
  #shown: { readonly of: Following; readonly text: Text } | undefined;
  /** What the own replica took since it follows; undefined: that is not known. */
  #path: Path | undefined;
  /** How many changes others were told; undefined: this tab does not lead. */
  #revision: number | undefined;
  #toldVersion = 0;
  /** Session of a leader that stands at another version. */
  #unfit: string | undefined;
  #wasLive = true;
  #isTaking = false;
  #tries = 0;
  #isClosed = false;

  constructor(owner: SiblingsOwner, environment: Environment) {
    this.#owner = owner;
    this.#alarm = new Alarm(environment);
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
    if (this.isFollowing) return;
    if (this.#leads) this.#tellChange(operation);
    else if (!this.#own.isLive && this.#own.pending.edits > 0) this.#lead();
  }

  /** The replica has taken an operation of the server's, and stands at `version` now. */
  advanced(operation: Operation, version: number): void {
    if (this.isFollowing) this.#path?.steps.push({ version, operation });
  }

  /** The replica has another text. */
  replaced(): void {
    this.#path = undefined;
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
    if (this.isHolding) this.#leaveTo(this.#own.text);
    this.#alarm.clear();
  }

  #wentOffline(): void {
    if (this.isFollowing || this.#leads) return;
    if (this.#own.pending.edits > 0) this.#lead();
    else this.#owner.post({ type: "ask" });
  }

  /** True while others may follow this tab. */
  get #leads(): boolean {
    return this.#revision !== undefined;
  }

  #lead(): void {
    this.#revision ??= 0;
    this.#tell("lead", this.#own.pendingOperation());
  }

  #tellChange(operation: Operation): void {
    this.#revision = (this.#revision ?? 0) + 1;
    this.#tell("change", operation);
  }

  #tell(type: "lead" | "change", operation: Operation): void {
    const { session, pending, version, isLive } = this.#own;
    this.#owner.post({
      type,
      session,
      revision: this.#revision,
      version,
      edits: pending.edits,
      since: pending.since,
      operation: operation.toJSON(),
    });
    this.#toldVersion = version;
    // Who still follows can take it from here: everything is at the server.
    if (isLive && pending.edits === 0 && type === "change" && isNoop(operation)) this.#wasTold();
  }

  /** Followers hear of later versions for a while, until each has met one. */
  #wasTold(): void {
    this.#alarm.set(2 * SAVED_MS, () => {
      if (!this.isFollowing && this.#own.pending.edits === 0) this.#revision = undefined;
    });
  }

  #heardLead(message: TabMessage): void {
    const { session, version, revision } = message;
    const own = this.#own;
    const following = this.#following;
    const isOurs = following?.session === session;
    if (this.#isTaking || typeof session !== "string" || (isOurs && following?.revision === revision)) return;
    // Who follows nobody yet does so only without a connection, with nothing to lose, and from the same version.
    const isFree = !own.isLive && own.pending.edits === 0 && !this.isHolding;
    if (!isOurs && !isFree) return;
    this.#unfit = version === own.version ? undefined : session;
    const operation = this.#unfit === undefined ? decoded(message, own.text) : undefined;
    if (operation === undefined) return;
    if (!isOurs) {
      this.#revision = undefined;
      this.#alarm.clear();
    }
    const text = apply(own.text, operation);
    const change = following === undefined ? operation : diff(following.text.toString(), text.toString());
    const { held = Operation.noop(own.text.points), heldEdits = 0 } = following ?? {};
    this.#path = { start: own.version, steps: [] };
    this.#follow({ session, text, held, heldEdits }, message, change);
  }

  #heardChange(message: TabMessage): void {
    const { session, revision } = message;
    const following = this.#following;
    if (following === undefined || session !== following.session) {
      const { isLive, pending } = this.#own;
      const isFree = !isLive && pending.edits === 0 && following === undefined;
      if (isFree && session !== this.#unfit) this.#owner.post({ type: "ask" });
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
    if (!isNoop(shown)) this.#owner.show(shown);
    this.#owner.changed();
  }

  /** Asks for the session; if nobody answers it is tried to take it. */
  #claim(): void {
    const session = this.#following?.session;
    if (session === undefined || this.#isClaiming || this.#isTaking) return;
    if (++this.#tries > MAX_TRIES) return this.#leaveTo(this.#own.text);
    this.#owner.post({ type: "claim", session });
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
    const revision = this.#revision ?? 0;
    this.#following = { session, revision, text, version, pending, held, heldEdits: 0 };
    this.#path = { start: version, steps: [] };
    this.#revision = undefined;
    this.#alarm.clear();
    await owner.giveUp();
    owner.post({ type: "given", session });
  }

  async #take(): Promise<void> {
    const following = this.#following;
    if (following === undefined || this.#isTaking || this.#isClosed) return;
    this.#alarm.clear();
    this.#isTaking = true;
    const isTaken = await this.#owner.take(following.session);
    this.#isTaking = false;
    if (this.#isClosed) return;
    if (isTaken) {
      // Others go on hearing changes of this session: from here, after the last one that was told.
      this.#revision = this.#following?.revision;
      this.#toldVersion = this.#own.version;
      this.#leaveTo(this.#own.text, { keepsShown: true });
    } else if (this.isHolding || this.#own.isLive) this.#claim();
  }

  /** Goes on alone once the own replica has been exactly where the leader is, with everything saved. */
  #meet(): void {
    const following = this.#following;
    if (following === undefined || !this.#own.isLive || following.pending.edits > 0 || this.#isTaking) return;
    const { version, text } = this.#own;
    const { steps, start } = this.#path ?? { steps: [], start: -1 };
    const index = steps.findIndex((step) => step.version === following.version);
    const isMet = index >= 0 || start === following.version;
    // Past it the texts can be compared; but for what is held that is a guess, and the session may come yet.
    if (!isMet && (version < following.version || this.isHolding)) return;
    const rest = steps.slice(index + 1).map(({ operation }) => operation);
    // If it does not fit, what was told is not what its tab had.
    if (isMet && (rest[0]?.baseLength ?? text.points) === following.text.points)
      this.#leave(composeAll([Operation.noop(following.text.points), ...rest]));
    else this.#leaveTo(text);
  }

  /**
   * `keepsShown`: what is followed goes on to live here. A tab that was killed may have told words that it had not kept yet. They are shown
   * here, so they are kept here, as edits of the session; if it is sure that nothing else tells the two texts apart.
   */
  #leaveTo(text: Text, { keepsShown = false }: { readonly keepsShown?: boolean } = {}): void {
    const following = this.#following;
    if (following === undefined) return;
    if (following.text.equals(text)) return this.#leave(Operation.noop(text.points));
    const unkept = diff(text.toString(), following.text.toString());
    const isInsert = Array.from(unkept).every((component) => typeof component !== "object");
    const isSure = keepsShown && following.version === this.#own.version && isInsert;
    if (isSure) this.#leave(Operation.noop(following.text.points), unkept);
    else this.#leave(diff(following.text.toString(), text.toString()));
  }

  /** Shows the own replica again, `change` away from what is followed. What is held goes into it, after `extra`. */
  #leave(change: Operation, extra: Operation = Operation.noop(change.targetLength)): void {
    const following = this.#following;
    if (following === undefined) return;
    this.#alarm.clear();
    this.#tries = 0;
    this.#following = undefined;
    this.#path = undefined;
    const [own, shown] = transformPair(following.held, change);
    if (!isNoop(shown)) this.#owner.show(shown);
    const edit = compose(extra, own);
    if (!isNoop(edit)) this.#owner.edit(edit);
    this.#owner.changed();
  }
}

function decoded({ operation }: TabMessage, text: Text): Operation | undefined {
  const result = decodeOperation(operation, text.points, { maxComponents: Number.POSITIVE_INFINITY });
  return result.ok ? result.operation : undefined;
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}
