import { type Selection, transformSelection } from "@interline/ot";
import { type Authority, clampSelection } from "./authority.ts";
import { type Clock, elapsed } from "./clock.ts";
import type { Entry } from "./log/document-log.ts";
import type { Presence } from "./presence.ts";
import type {
  PresenceListener,
  PresenceShare,
  SharedCaret,
  SharedNews,
  SharedPeer,
  SharedPresence,
} from "./shared-presence.ts";

interface Remote {
  shared: SharedPeer;
  /** When it was heard, in ms of the clock. */
  heardAt: number;
  /** Its number here; undefined: its session has a channel here, and it is not shown. */
  peer: number | undefined;
  /** Its caret, while it cannot be placed: it is ahead of the head, or not shown. */
  caret: { readonly version: number; readonly caret: SharedCaret } | undefined;
}

interface RemotePeersOptions {
  readonly document: string;
  readonly clock: Pick<Clock, "now" | "elapsed">;
  readonly authority: Authority;
  readonly presence: Presence;
  /** The channels here, by session. */
  readonly channels: ReadonlyMap<string, { readonly peer: number }>;
  /** True while a session that may have had a channel here opens another. */
  readonly isOpening: (session: string) => boolean;
  readonly newPeer: () => number;
  /** Called when there may be something to tell. */
  readonly onNews: () => void;
}

/**
 * The peers of one document that are at other servers, among those that are here; and what other servers hear of ours. A session is shown
 * once: where it has a channel here, as that.
 */
export class RemotePeers implements PresenceListener {
  readonly #options: RemotePeersOptions;
  readonly #remotes = new Map<string, Remote>();
  /** Sessions whose carets are ahead of the head. */
  readonly #ahead = new Set<string>();
  /** Sessions here whose carets moved and were not told yet. */
  readonly #moved = new Set<string>();
  #share: PresenceShare | undefined;
  #moment = 0;

  constructor(options: RemotePeersOptions) {
    this.#options = options;
  }

  /** Resolves when everybody who was there is known, if that could be found out. */
  async join(shared: SharedPresence): Promise<void> {
    this.#share = await shared.join(this.#options.document, this);
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    const share = this.#share;
    this.#share = undefined;
    await share?.close();
  }

  // What is here

  /** To be called when a session's channel was opened or closed, and when something about it changed: tells others, and shows it once. */
  settle(session: string): void {
    const { channels, presence } = this.#options;
    const here = channels.get(session);
    this.#moment++;
    const known = here === undefined ? undefined : presence.peer(here.peer);
    if (known === undefined) this.#share?.remove(session);
    else {
      const { user, isAway, quietMs } = known;
      this.#share?.put({ session, user, isAway, quietMs });
    }
    const remote = this.#remotes.get(session);
    if (remote === undefined) return;
    if (here === undefined) this.#show(session, remote);
    else this.#hide(remote);
  }

  /** The caret of a session here moved. */
  moved(session: string): void {
    this.#moment++;
    this.#moved.add(session);
  }

  /** Somebody here changed the text: others hear of the caret with the entry. */
  edited(): void {
    this.#moment++;
  }

  /** Tells others which carets moved. */
  tellMoved(): void {
    if (this.#moved.size === 0) return;
    const carets = this.#caretsOf(this.#moved);
    this.#moved.clear();
    this.#share?.tell({ version: this.#options.authority.head.version, carets, gone: [] });
  }

  get moment(): number {
    return this.#moment;
  }

  recap(): SharedNews {
    const { authority, channels, presence } = this.#options;
    return {
      version: authority.head.version,
      carets: this.#caretsOf(channels.keys()),
      gone: presence.gone,
    };
  }

  #caretsOf(sessions: Iterable<string>): SharedCaret[] {
    const { channels, presence } = this.#options;
    const carets: SharedCaret[] = [];
    for (const session of sessions) {
      const here = channels.get(session);
      const known = here === undefined ? undefined : presence.peer(here.peer);
      if (known !== undefined) carets.push({ session, selection: known.selection, quietMs: known.quietMs });
    }
    return carets;
  }

  // What is elsewhere

  put(shared: SharedPeer): void {
    const { clock, channels, presence, isOpening, onNews } = this.#options;
    const { session, user, isAway, quietMs } = shared;
    const remote = this.#remotes.get(session);
    if (remote === undefined) {
      const added: Remote = { shared, heardAt: elapsed(clock), peer: undefined, caret: undefined };
      this.#remotes.set(session, added);
      if (!channels.has(session) && !isOpening(session)) this.#show(session, added);
      return;
    }
    remote.shared = shared;
    remote.heardAt = elapsed(clock);
    if (remote.peer === undefined) return;
    presence.update(remote.peer, user, isAway, quietMs);
    onNews();
  }

  remove(session: string): void {
    const remote = this.#remotes.get(session);
    if (remote === undefined) return;
    this.#remotes.delete(session);
    this.#ahead.delete(session);
    this.#hide(remote);
  }

  hear({ version, carets, gone }: SharedNews): void {
    const { authority, presence, onNews } = this.#options;
    presence.learnGone(gone);
    for (const caret of carets) {
      const remote = this.#remotes.get(caret.session);
      if (remote === undefined) continue;
      remote.caret = { version, caret };
      if (version > authority.head.version) this.#ahead.add(caret.session);
      else this.#place(remote);
    }
    onNews();
  }

  /** The number of an entry's author, if that is at another server. */
  peerOf(session: string): number | undefined {
    return this.#remotes.get(session)?.peer;
  }

  /** The author of an entry that was just taken may be at another server: so is its caret after it, where that is known. */
  wrote({ session, version }: Entry, selection: Selection | undefined): void {
    const { authority, presence } = this.#options;
    const remote = this.#remotes.get(session);
    if (remote === undefined) return;
    if (remote.peer === undefined) {
      if (selection !== undefined) remote.caret = { version, caret: { session, selection, quietMs: 0 } };
      return;
    }
    const known = selection ?? presence.peer(remote.peer)?.selection;
    presence.edit(remote.peer, clampSelection(known, authority.head.length));
  }

  /** The head has moved: carets that waited for it are placed. */
  caughtUp(): void {
    const { version } = this.#options.authority.head;
    for (const session of this.#ahead) {
      const remote = this.#remotes.get(session);
      if (remote?.caret !== undefined && remote.caret.version > version) continue;
      this.#ahead.delete(session);
      if (remote !== undefined) this.#place(remote);
    }
  }

  /** Brings a caret to the head. One from before an entry of its author says less than that entry did. */
  #place(remote: Remote): void {
    if (remote.peer === undefined || remote.caret === undefined) return;
    const { authority, presence } = this.#options;
    const { history, head } = authority;
    const { version, caret } = remote.caret;
    remote.caret = undefined;
    const length = history.lengthAt(version);
    const missed = history.entries(version);
    if (length === undefined || missed === undefined) return;
    let moved = clampSelection(caret.selection, length);
    for (const { session, operation } of missed) {
      if (session === caret.session) return;
      if (moved !== undefined) moved = transformSelection(moved, operation, "left");
    }
    presence.select(remote.peer, clampSelection(moved, head.length), caret.quietMs);
  }

  #show(session: string, remote: Remote): void {
    if (remote.peer !== undefined) return;
    const { clock, authority, presence, newPeer, onNews } = this.#options;
    const { shared, heardAt, caret } = remote;
    remote.peer = newPeer();
    presence.join(remote.peer, shared.user, shared.isAway, shared.quietMs + elapsed(clock) - heardAt);
    if (caret !== undefined && caret.version > authority.head.version) this.#ahead.add(session);
    else this.#place(remote);
    onNews();
  }

  #hide(remote: Remote): void {
    if (remote.peer === undefined) return;
    this.#options.presence.leave(remote.peer);
    remote.peer = undefined;
    this.#options.onNews();
  }
}
