import { type Operation, type Selection, transformSelection } from "@interline/ot";
import type { Peer, PeerSelection, User } from "@interline/protocol";
import type { RemotePeer } from "./peers.ts";

interface Known {
  readonly user: User;
  /** Code points of the replica's base. */
  readonly selection: Selection | undefined;
  readonly activeAt: number;
  readonly typedAt: number | undefined;
}

/**
 * Who else is here, with carets kept in base coordinates: they move, left-biased, over every operation that the base takes, and over
 * what is pending only to be shown.
 */
export class Presence {
  readonly #known = new Map<number, Known>();

  clear(): void {
    this.#known.clear();
  }

  /** Who came, changed or went; `now` in ms of the clock. */
  update(joined: readonly Peer[], left: readonly number[], now: number): void {
    for (const { peer, user, quietMs, selection } of joined) {
      const known = this.#known.get(peer);
      this.#known.set(peer, {
        user,
        selection: selection ?? known?.selection,
        activeAt: now - quietMs,
        typedAt: known?.typedAt,
      });
    }
    for (const peer of left) this.#known.delete(peer);
  }

  /** Carets that moved, by an edit of theirs or without one. */
  select(selections: readonly PeerSelection[], now: number, isEdit: boolean): void {
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
    return Array.from(this.#known, ([peer, { user, selection, activeAt, typedAt }]) => ({
      peer,
      user,
      selection:
        selection &&
        pending.reduce((moved, operation) => transformSelection(moved, operation, "left"), selection),
      activeAt,
      typedAt,
    }));
  }
}
