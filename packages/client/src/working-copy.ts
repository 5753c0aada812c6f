import { composeAll, type Operation, type Selection, type Text } from "@interline/ot";
import { allows, type Role, tokenOf } from "@interline/protocol";
import type { Connection, ConnectionState } from "./connection.ts";
import type { DeviceClock } from "./device-clock.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { type ChannelOwner, DocumentChannel } from "./document-channel.ts";
import type { SharedDocumentEvents } from "./document-options.ts";
import type { Listeners } from "./listeners.ts";
import { Alarm } from "./alarm.ts";
import type { Beginning } from "./offline/adoption.ts";
import { DeviceCopy } from "./offline/device-copy.ts";
import type { DocumentStore } from "./offline/document-store.ts";
import { Siblings } from "./offline/siblings.ts";
import { OwnSelection } from "./own-selection.ts";
import type { GonePerson, RemotePeer } from "./peers.ts";
import { Presence, type PresenceMessage } from "./presence.ts";
import { isUntouched, Replica, type ReplicaState, savedState, seededState } from "./replica.ts";
import { type DocumentStatus, statusOf } from "./status.ts";

/** What is not found on this device by then does not keep a document from being opened, in ms. */
const FIND_MS = 5_000;
/** Another tab tells its unsaved edits in this time, in ms, before there is anything to type into. */
const MEET_MS = 500;

interface WorkingCopyOptions {
  readonly document: string;
  readonly connection: Connection;
  /** Null: nothing is kept. */
  readonly store: DocumentStore | null;
  readonly account: string;
  readonly isFormerAccount: ((account: string) => boolean) | undefined;
  readonly isNew: boolean;
  /** Empty: none. */
  readonly initialText: string;
  /** Who hears of everything but the status and faults. */
  readonly listeners: Listeners<SharedDocumentEvents>;
  /** Something that `status` tells may have changed. */
  readonly changed: () => void;
  /** The text was not the server's, and is fetched again. */
  readonly differed: () => void;
  /** The account was signed out on this device. */
  readonly signedOut: () => void;
}

/**
 * The copy of a document that is worked on: a replica, and those that it is brought together with, which are the server (a channel), the copy on this
 * device, and other tabs. Who else is here, and where, goes with it.
 */
export class WorkingCopy {
  readonly #options: WorkingCopyOptions;
  readonly #presence = new Presence();
  readonly #selection: OwnSelection;
  readonly #device: DeviceCopy | undefined;
  readonly #siblings: Siblings | undefined;
  readonly #newSession: () => string;
  readonly #patience: Alarm;
  readonly #stopHiding: (() => void) | undefined;
  #replica: Replica;
  /** Undefined while the copy on this device is read. */
  #channel: DocumentChannel | undefined;
  #role: Role = "own";
  #isReady = false;
  /**
   * True while another tab is asked for its unsaved edits: what is typed before they are known stays apart
   * from them until online.
   */
  #isMeeting = false;
  #wasLive = false;
  #isClosed = false;
  readonly #clock: DeviceClock;
  /** In ms of the connection's clock, as all moments in here. */
  #pendingSince: number | undefined;
  #recovered: readonly string[] = [];
  #isPersistent = false;
  /** Counts since the connection came back, until everything is caught up and acknowledged. */
  #merging: { own: number; others: number } | undefined;

  constructor(options: WorkingCopyOptions) {
    const { document, connection, store, account, isFormerAccount, changed, signedOut } = options;
    const { environment } = connection;
    this.#options = options;
    this.#selection = new OwnSelection(environment);
    this.#clock = connection.clock;
    this.#patience = new Alarm(environment);
    this.#newSession = () => tokenOf(environment.randomBytes(22));
    this.#replica = new Replica({ newSession: this.#newSession });
    this.#stopHiding = environment.onVisibility?.((isHidden) => {
      // This may be the last chance to write something.
      if (isHidden) void this.#device?.keeper?.flush();
    });
    if (store === null) return;
    this.#device = new DeviceCopy({
      store,
      key: { account, server: connection.url, document },
      isFormerAccount,
      connection,
      newSession: this.#newSession,
      onRecovered: (texts) => this.#takeRecovered(texts),
      onSignedOut: signedOut,
      onMessage: (message) => {
        if (this.#isReady || this.#isMeeting) this.#siblings?.heard(message);
      },
      followed: () => this.#siblings?.followed,
      onChanged: changed,
    });
    // Without locks nobody may go on with another's session.
    if (this.#device.canLock) this.#siblings = this.#withSiblings(this.#device);
  }

  /** From now on it is brought together with the others. */
  start(): void {
    if (this.#device === undefined) this.#beginFirst(undefined);
    else void this.#beginFrom(this.#device);
  }

  /** What the writer sees. */
  get text(): Text {
    return this.#siblings?.text ?? this.#replica.text;
  }

  get pendingText(): string {
    return this.#replica.pendingText;
  }

  get version(): number {
    return this.#replica.version;
  }

  /** True once a text is known. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** True while edits can be made. */
  get isEditable(): boolean {
    return !this.#isClosed && this.#isReady && this.#channel !== undefined;
  }

  get role(): Role {
    return this.#role;
  }

  get selection(): Selection | undefined {
    return this.#selection.value;
  }

  get recovered(): readonly string[] {
    return this.#recovered;
  }

  get peers(): readonly RemotePeer[] {
    return this.#presence.shown(this.#replica.pending).map((peer) => ({
      ...peer,
      // Where they are in the text of another tab nobody knows.
      selection: this.#isFollowing ? undefined : peer.selection,
      activeAt: this.#clock.toWall(peer.activeAt),
      typedAt: this.#clock.toWall(peer.typedAt),
    }));
  }

  get gone(): readonly GonePerson[] {
    return this.#presence
      .gone(this.#now)
      .map(({ user, goneAt }) => ({ user, goneAt: this.#clock.toWall(goneAt) }));
  }

  get status(): DocumentStatus {
    const { connection } = this.#options;
    const keeper = this.#device?.keeper;
    const followed = this.#siblings?.pending;
    return statusOf({
      connection: this.#isClosed ? { name: "closed" } : this.#connectionState,
      attempt: connection.attempt,
      isReady: this.#isReady,
      wasLive: this.#wasLive,
      isLive: this.#replica.isLive,
      isProven: connection.isProven,
      held: this.#replica.held,
      role: this.#role,
      faultCode: this.#channel?.faultCode,
      pendingEdits: (followed?.edits ?? this.#replica.pendingEdits) + (this.#device?.pendingEdits ?? 0),
      pendingSince: followed?.since ?? this.#clock.toWall(this.#pendingSince),
      progress: followed === undefined ? this.#replica.progress : undefined,
      canKeep: keeper?.isWorking ?? false,
      isKept: keeper?.isKept === true && this.#siblings?.isHolding !== true,
      isBehind: keeper?.isBehind === true,
      hasRecovered: this.#recovered.length > 0,
    });
  }

  get #now(): number {
    return this.#clock.now();
  }

  get #connectionState(): ConnectionState {
    const { state } = this.#options.connection;
    return state.name === "waiting" ? { ...state, retryAt: this.#clock.toWall(state.retryAt) } : state;
  }

  /** What helps to understand a fault, without any text of the document. */
  diagnostics(): Diagnostics {
    const { session, version, entryId, lastSeq, inFlight, base, buffer } = this.#replica.state;
    const { document, connection } = this.#options;
    const channel = this.#channel?.counters;
    return {
      document: document,
      session,
      version,
      entryId,
      lastSeq,
      inFlightSeq: inFlight?.seq,
      baseLength: base.points,
      textLength: this.text.points,
      bufferComponents: buffer.toJSON().length,
      status: this.status,
      connection: connection.state.name,
      carrier: connection.carrier,
      isFollowing: this.#isFollowing,
      peers: this.peers.length,
      counters: {
        ...connection.counters,
        ...(channel ?? { submits: 0, acknowledgements: 0, opens: 0, resends: 0, roundTripMs: undefined }),
      },
    };
  }

  /** A local edit, in code points of `text`. @throws OtError if it does not fit; nothing has changed then. */
  edit(operation: Operation): void {
    if (this.#isFollowing) this.#hold(operation);
    else this.#channel?.edit(operation);
    if (this.#options.connection.state.name !== "open") this.#persist();
    this.#options.listeners.emit("change", { operation, isRemote: false });
    this.#options.changed();
  }

  /** The own caret or selection, in code points of `text`. */
  select(selection: Selection | undefined): void {
    if (!this.#isClosed && this.#selection.set(selection)) this.#scheduleSelect();
  }

  /** The writer has seen what was recovered, and needs it no more. */
  forgetRecovered(): void {
    this.#recovered = [];
    this.#device?.forgetDoubtful();
    this.#device?.keeper?.changed(true);
    this.#options.changed();
  }

  /** What had ended for good may begin again. */
  retry(): void {
    this.#channel?.retry();
  }

  /** For good. Safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.#stopHiding?.();
    this.#selection.stop();
    this.#patience.clear();
    this.#siblings?.close();
    this.#channel?.close();
    this.#device?.close();
  }

  async #beginFrom(device: DeviceCopy): Promise<void> {
    const finding = device.find();
    const late = new Promise<undefined>((resolve) => this.#patience.set(FIND_MS, () => resolve(undefined)));
    const found = await Promise.race([finding, late]);
    this.#patience.clear();
    if (found !== undefined) return this.#goOnFrom(device, found);
    // Where nothing can be read, the server is asked.
    device.beginsWithout();
    if (this.#isClosed) return;
    this.#beginFirst(undefined);
    this.#options.changed();
    const foundLate = await finding;
    if (foundLate === undefined) return;
    if (this.#isReady || this.#isClosed) return device.foundLate(foundLate);
    // Nothing is shown yet: it is as if it had been found in time.
    this.#channel?.close();
    await device.giveUp();
    await this.#goOnFrom(device, foundLate);
  }

  async #goOnFrom(device: DeviceCopy, found: Beginning): Promise<void> {
    const { state, extras } = await device.begin(found);
    if (this.#isClosed) return;
    this.#pendingSince = this.#clock.fromWall(extras.pendingSince);
    this.#isMeeting = device.isShared && this.#siblings !== undefined;
    this.#beginFirst(state);
    if (this.#isMeeting) {
      device.post({ type: "ask" });
      this.#patience.set(MEET_MS, () => {
        this.#isMeeting = false;
        if (state !== undefined) this.#becomeReady();
        else this.#changed();
      });
    }
    this.#options.changed();
    if (extras.recovered.length > 0) void this.#takeRecovered(extras.recovered);
  }

  /** With what was found on this device, if anything was. Where that is nothing yet, with the initial text. */
  #beginFirst(state: ReplicaState | undefined): void {
    const { initialText, isNew } = this.#options;
    const blank = state ?? { session: this.#newSession(), lastSeq: 0 };
    const isBlank = state === undefined || isUntouched(state);
    this.#begin(isBlank && initialText !== "" ? seededState(blank, initialText) : state);
    if (isNew || (state !== undefined && !this.#isMeeting)) this.#becomeReady();
  }

  /** From now on there is a replica, and it is brought together with the server. */
  #begin(state: ReplicaState | undefined): void {
    const replica = new Replica({
      newSession: this.#newSession,
      state,
      writesAhead: this.#device !== undefined,
    });
    this.#replica = replica;
    const keeper = this.#device?.keep({
      state: () => replica.state,
      extras: () => ({
        pendingSince: this.#clock.toWall(this.#pendingSince),
        recovered: this.#recovered,
        told: this.#siblings?.told,
      }),
      onKept: (kept) => this.#channel?.run(replica.kept(kept)),
      onFailed: () => this.#channel?.unkept(),
    });
    this.#channel = new DocumentChannel({
      document: this.#options.document,
      connection: this.#options.connection,
      replica,
      keeper,
      owner: this.#owner(),
    });
  }

  /** True while the page shows the text of another tab. */
  get #isFollowing(): boolean {
    return this.#siblings?.isFollowing === true;
  }

  #hold(operation: Operation): void {
    this.#siblings?.hold(operation);
    this.#selection.edited(operation);
    this.#pendingSince ??= this.#now;
  }

  #show(operation: Operation): void {
    this.#selection.moved(operation);
    if (!this.#isReady) return;
    this.#options.listeners.emit("remote", operation);
    this.#options.listeners.emit("change", { operation, isRemote: true });
  }

  #withSiblings(device: DeviceCopy): Siblings {
    return new Siblings(
      {
        replica: () => {
          const { state, text, version, isLive, isSeeded, pendingEdits, pending } = this.#replica;
          return {
            session: state.session,
            text,
            // Two tabs that stand on one initial text are at one version, on two they are not.
            version: isSeeded ? -hashOf(state.base.toString()) : version,
            isLive,
            pending: {
              edits: pendingEdits,
              since: this.#clock.toWall(this.#pendingSince),
            },
            pendingOperation: () => composeAll(pending),
          };
        },
        post: (message) => device.post(message),
        isKept: async () => {
          const { keeper } = device;
          await keeper?.flush();
          return keeper?.isKept === true && keeper.isWorking;
        },
        giveUp: async () => {
          this.#channel?.close();
          await device.giveUp();
          if (this.#isClosed) return;
          this.#begin({ ...savedState(this.#replica.state), session: this.#newSession() });
        },
        take: async (session) => {
          const opened = await device.take(session, this.#recovered.length === 0);
          if (opened === undefined || this.#isClosed) return undefined;
          this.#channel?.close();
          this.#pendingSince = this.#clock.fromWall(opened.extras.pendingSince);
          this.#recovered = [...new Set([...this.#recovered, ...opened.extras.recovered])];
          this.#begin(opened.state);
          return opened.extras;
        },
        edit: (operation) => {
          // The caret has moved already, when it was typed.
          const { value } = this.#selection;
          this.#channel?.edit(operation);
          this.#selection.set(value);
        },
        show: (operation) => this.#show(operation),
        reconnect: () => this.#options.connection.reconnect(),
        changed: () => {
          if (this.#isFollowing) this.#becomeReady();
          this.#options.changed();
        },
      },
      this.#options.connection.environment,
    );
  }

  #owner(): ChannelOwner {
    return {
      opening: () => {
        this.#presence.clear();
        this.#device?.look();
      },
      opened: (headVersion, lastSeq) => this.#opened(headVersion, lastSeq),
      heard: (message) => this.#heard(message),
      effect: (effect) => {
        switch (effect.type) {
          case "remote":
            if (this.#isFollowing) break;
            this.#show(effect.operation);
            this.#siblings?.textChanged(effect.operation);
            break;
          case "advanced":
            this.#presence.advance(effect.operation);
            this.#siblings?.advanced(effect.operation, this.#replica.version);
            break;
          case "replaced":
            this.#presence.forgetSelections();
            this.#siblings?.replaced();
            break;
          case "acknowledged":
            // An edit made while the acknowledged one was on its way has waited for at most that long. The
            // rest of a long text has waited from its beginning.
            if (this.#replica.pendingEdits === 0) this.#pendingSince = undefined;
            else if (this.#replica.progress === undefined) this.#pendingSince = this.#now;
            break;
          case "set-aside":
            void this.#takeRecovered([effect.text]);
        }
      },
      edited: (operation) => {
        this.#siblings?.textChanged(operation);
        this.#selection.edited(operation);
        if (this.#replica.pendingEdits === 0) this.#pendingSince = undefined;
        else this.#pendingSince ??= this.#now;
      },
      selection: () => this.#selection.take(),
      access: (role) => {
        this.#role = role;
        if (allows(role, "write")) this.#channel?.run(this.#replica.allowed());
        this.#options.listeners.emit("access", role);
      },
      differed: this.#options.differed,
      changed: () => this.#changed(),
    };
  }

  /** The channel is open again: what comes together now, and where our caret is, which the server forgot. */
  #opened(headVersion: number, lastSeq: number): void {
    this.#selection.forgotten();
    // What came while nobody had the document open here is no news about a break.
    if (!this.#isReady || (!this.#wasLive && this.#replica.pendingEdits === 0)) return;
    const ownCommitted = this.#replica.hasCommitted(lastSeq) ? 1 : 0;
    this.#merging = {
      own: this.#replica.pendingEdits,
      others: Math.max(0, headVersion - this.#replica.version - ownCommitted),
    };
  }

  #heard(message: PresenceMessage): void {
    // Where edits cross, the server may have moved our caret another way than we do, rarely: it is told once more.
    if (message.type === "ops" && this.#replica.pendingEdits > 0) this.#selection.forgotten();
    if (this.#presence.heard(message, this.version, this.#now)) this.#options.listeners.emit("peers");
  }

  #changed(): void {
    const { pendingEdits, isCaughtUp, isLive } = this.#replica;
    this.#wasLive ||= isLive;
    if (pendingEdits === 0) this.#pendingSince = undefined;
    this.#siblings?.checkLink();
    // [C13] Only where the server cannot be asked.
    const isUnreachable = this.#options.connection.state.name === "waiting";
    if (isUnreachable && this.#replica.isSeeded && !this.#isMeeting) this.#becomeReady();
    if (isCaughtUp) {
      this.#becomeReady();
      if (this.#merging && pendingEdits === 0) {
        const counts = this.#merging;
        this.#merging = undefined;
        if (counts.own > 0 || counts.others > 0) this.#options.listeners.emit("merged", counts);
      }
      this.#scheduleSelect();
    }
    this.#options.changed();
  }

  #becomeReady(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#isMeeting = false;
    this.#options.changed();
    this.#options.listeners.emit("ready");
  }

  /** Shows texts of unknown fate. Resolves to whether they are kept with this document. */
  async #takeRecovered(texts: readonly string[]): Promise<boolean> {
    this.#recovered = [...new Set([...this.#recovered, ...texts])];
    const keeper = this.#device?.keeper;
    keeper?.changed(true);
    for (const text of texts) this.#options.listeners.emit("recovery", { text });
    await keeper?.flush();
    return keeper?.isKept === true;
  }

  /** Tells the own caret, unless it will ride with an operation. */
  #scheduleSelect(): void {
    this.#selection.schedule(() => {
      if (!this.#isFollowing) this.#channel?.select(() => this.#selection.take());
    });
  }

  /** Once something is nowhere but on this device, the platform is asked not to throw it away. */
  #persist(): void {
    if (this.#isPersistent) return;
    this.#isPersistent = true;
    this.#device?.persist();
  }
}

/** A number above 0 for a text. */
function hashOf(text: string): number {
  let hash = 1;
  for (let unit = 0; unit < text.length; unit++) hash = (hash * 31 + text.charCodeAt(unit)) % 2 ** 40;
  return hash + 1;
}
