/** What of others says who made a change: all moments in ms of the clock, offsets in UTF-16 code units. */
export interface Typist {
  /** Id of the user. */
  readonly user: string;
  readonly peer: number;
  readonly typedAt: number | undefined;
  readonly head: number;
}

/**
 * Tells who made what others changed. Operations do not say it: they come with the carets of those who made them, so whoever has typed
 * since the last operations may be the author, and among several the one whose caret stands at the end of the change.
 */
export class AuthorGuess {
  /** When each tab typed last, as known when the last operations were shown. */
  #typedAt = new Map<number, number | undefined>();

  /** Those who have typed since the last call. */
  since(typists: readonly Typist[]): readonly Typist[] {
    const fresh = typists.filter(
      ({ peer, typedAt }) => typedAt !== undefined && typedAt > (this.#typedAt.get(peer) ?? -Infinity),
    );
    this.#typedAt = new Map(typists.map(({ peer, typedAt }) => [peer, typedAt]));
    return fresh;
  }
}

/** The users who may have made the change between two offsets of the text after it; empty: nobody who can be seen. */
export function authorsOf(fresh: readonly Typist[], from: number, to: number): string[] {
  const users = [...new Set(fresh.map(({ user }) => user))];
  if (users.length < 2) return users;
  const there = [...new Set(fresh.filter(({ head }) => head >= from && head <= to).map(({ user }) => user))];
  return there.length === 1 ? there : users;
}
