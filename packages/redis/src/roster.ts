import { type SharedPeer, shownText } from "@interline/server";

type User = SharedPeer["user"];

/** What a server says about one channel: id, name and colour of the person, whether it is away, and ms since it did anything. */
export type PersonValue = readonly [
  id: string,
  name: string,
  color: number,
  isAway: boolean,
  quietMs: number,
];

/** One field of the hash. */
export interface Field {
  readonly node: string;
  /** Empty: the node has the document open. */
  readonly session: string;
  /** When it was written, in ms of Redis' clock: of two servers that have a session, the last to say so is right. */
  readonly time: number;
  /** When it was written, in ms of the own clock. */
  readonly at: number;
  /** Null where there is no person. */
  readonly value: PersonValue | null;
}

/** What became different for who is told. */
export interface RosterChanges {
  readonly put: readonly SharedPeer[];
  readonly removed: readonly string[];
}

/**
 * What one server knows of the others' channels in a document, and what of it was told. Servers that are not alive are kept, and not
 * told of.
 */
export class Roster {
  readonly #nodes = new Map<string, Map<string, Field>>();
  readonly #told = new Map<string, Field>();
  readonly #touched = new Set<string>();

  /** Takes everything again: what is not in `fields` is not there any more. */
  replace(fields: readonly Field[]): void {
    for (const sessions of this.#nodes.values()) this.#touch(sessions.keys());
    this.#nodes.clear();
    for (const field of fields) this.set(field);
  }

  set(field: Field): void {
    let sessions = this.#nodes.get(field.node);
    if (sessions === undefined) this.#nodes.set(field.node, (sessions = new Map()));
    sessions.set(field.session, field);
    this.#touched.add(field.session);
  }

  delete(node: string, session: string): void {
    const sessions = this.#nodes.get(node);
    if (sessions?.delete(session) !== true) return;
    if (sessions.size === 0) this.#nodes.delete(node);
    this.#touched.add(session);
  }

  /** The servers that have the document open, or had it when they died. */
  get nodes(): Iterable<string> {
    return this.#nodes.keys();
  }

  /** All that a server has there. */
  sessionsOf(node: string): Iterable<string> {
    return this.#nodes.get(node)?.keys() ?? [];
  }

  /** It is not the same servers any more that are alive. */
  rejudge(): void {
    for (const sessions of this.#nodes.values()) this.#touch(sessions.keys());
  }

  /** What is to be told now, given who is alive; it counts as told then. O(sessions that were touched, times servers). */
  take(isAlive: (node: string) => boolean, now: number): RosterChanges {
    const put: SharedPeer[] = [];
    const removed: string[] = [];
    for (const session of this.#touched) {
      const field = this.#lastOf(session, isAlive);
      const told = this.#told.get(session);
      if (field === told) continue;
      if (field === undefined) {
        this.#told.delete(session);
        removed.push(session);
        continue;
      }
      this.#told.set(session, field);
      const peer = peerOf(field, now);
      if (peer !== undefined && !saysTheSame(field, told)) put.push(peer);
    }
    this.#touched.clear();
    return { put, removed };
  }

  #lastOf(session: string, isAlive: (node: string) => boolean): Field | undefined {
    let last: Field | undefined;
    for (const [node, sessions] of this.#nodes) {
      const field = sessions.get(session);
      if (field === undefined || session === "" || !isAlive(node)) continue;
      const isLater =
        last === undefined || field.time > last.time || (field.time === last.time && node > last.node);
      if (isLater) last = field;
    }
    return last;
  }

  #touch(sessions: Iterable<string>): void {
    for (const session of sessions) this.#touched.add(session);
  }
}

function peerOf({ session, at, value }: Field, now: number): SharedPeer | undefined {
  if (value === null) return undefined;
  const [id, name, color, isAway, quietMs] = value;
  return { session, user: personOf(id, name, color), isAway, quietMs: Math.max(0, quietMs + now - at) };
}

/** How long somebody has been quiet is no news. */
function saysTheSame(one: Field, other: Field | undefined): boolean {
  return other !== undefined && String(one.value?.slice(0, 4)) === String(other.value?.slice(0, 4));
}

/** A person whom another server tells of, which may be of an older version and let any name in. */
export function personOf(id: string, name: string, color: number): User {
  const shown = shownText(name);
  return { id, name: shown.trim() === "" ? "?" : shown, color };
}
