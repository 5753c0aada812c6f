import { type Operation, type Selection, transformSelection } from "@interline/ot";
import {
  GONE_MS,
  MAX_GONE,
  type PeerSelection,
  type ServerMessageOf,
  type ServerMessage,
  type User,
} from "@interline/protocol";
import type { GonePerson, RemotePeer } from "./peers.ts";

/** What tells of others: `ops` of the carets that moved with their edits, which the base has taken. */
export type PresenceMessage = Extract<ServerMessage, { readonly type: "peers" | "selections" | "ops" }>;

interface Known {
  readonly user: User;
  readonly isAway: boolean;
  /** Code points of the replica's base. */
  readonly selection: Selection | undefined;
  readonly activeAt: number;
  readonly typedAt: number | undefined;
}

/**
 * Who else is here or was lately, with carets kept in base coordinates: they move, left-biased, over every operation that the base takes, and over
 * what is pending only to be shown.
 */
export class Presence {
  readonly #known = new Map<number, Known>();
  /** By the user's id, who went first before others. */
  readonly #gone = new Map<string, GonePerson>();

  clear(): void {
    this.#known.clear();
    this.#gone.clear();
  }

  /**
   * A message at `now` (ms of any clock, as all moments here), when the base is at `version`. False if it says nothing about the present: carets in another version
   * are nowhere in this one.
   */
  heard(message: PresenceMessage, version: number, now: number): boolean {
    switch (message.type) {
      case "peers":
        this.#update(message, now);
        return true;
      case "ops":
        if (message.selections.length === 0 || message.to !== version) return false;
        this.#select(message.selections, now, true);
        return true;
      case "selections":
        if (message.version !== version) return false;
        this.#select(message.selections, now, false);
        return true;
    }
  }

  /** Who came, changed or went. */
  #update(
    { joined, left, gone }: Pick<ServerMessageOf<"peers">, "joined" | "left" | "gone">,
    now: number,
  ): void {
    for (const { user, goneMs } of gone) {
      this.#gone.delete(user.id);
      this.#gone.set(user.id, { user, goneAt: now - goneMs });
    }
    for (const { peer, user, quietMs, isAway, selection } of joined) {
      const typedAt = this.#known.get(peer)?.typedAt;
      this.#known.set(peer, { user, isAway, selection, activeAt: now - quietMs, typedAt });
      this.#gone.delete(user.id);
    }
    for (const peer of left) this.#known.delete(peer);
    for (const id of this.#gone.keys()) {
      if (this.#gone.size <= MAX_GONE) break;
      this.#gone.delete(id);
    }
  }

  /** Carets that moved, by an edit of theirs or without one. */
  #select(selections: readonly PeerSelection[], now: number, isEdit: boolean): void {
    for (const { peer, selection } of selections) {
      const known = this.#known.get(peer);
      if (known === undefined) continue;
      this.#known.set(peer, { ...known, selection, activeAt: now, typedAt: isEdit ? now : known.typedAt });
    }
  }

  /** The base took an operation. */
  advance(operation: Operation): void {
    for (const [peer, known] of this.#known) {
      if (known.selection === undefined) continue;
      const selection = transformSelection(known.selection, operation, "left");
      if (selection !== known.selection) this.#known.set(peer, { ...known, selection });
    }
  }

  /** The base was replaced: carets are unknown until they are told again. */
  forgetSelections(): void {
    for (const [peer, known] of this.#known) this.#known.set(peer, { ...known, selection: undefined });
  }

  /** Everybody, with carets moved over the pending operations, so in code points of the shown text. */
  shown(pending: readonly Operation[]): readonly RemotePeer[] {
    return Array.from(this.#known, ([peer, { user, isAway, selection, activeAt, typedAt }]) => ({
      peer,
      user,
      isAway,
      selection:
        selection &&
        pending.reduce((moved, operation) => transformSelection(moved, operation, "left"), selection),
      activeAt,
      typedAt,
    }));
  }

  /** Who was here in the last hour, and went: the last to go first. */
  gone(now: number): readonly GonePerson[] {
    return [...this.#gone.values()].filter(({ goneAt }) => now - goneAt < GONE_MS).toReversed();
  }
}
