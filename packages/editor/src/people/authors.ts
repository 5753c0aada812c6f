/** What of others says who made a change: all moments in ms of the clock, offsets in UTF-16 code units. */
export interface Typist {
  /** Id of the user. */
  readonly user: string;
  readonly peer: number;
  readonly typedAt: number | undefined;
  readonly head: number;
}

/**
 * Tells who made what others changed. Operations do not say it. Most come with the carets of those who made them, so whoever has typed
 * since the last operations may be the author, and among several the one whose caret stands at the change.
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

/**
 * The users who may have made the change between two offsets of the text after it; empty: nobody who can be seen.
 *
 * @param fresh those who have typed lately
 * @param all everybody: where nobody has typed it may be one whose caret stands at the change
 */
export function authorsOf(
  fresh: readonly Typist[],
  all: readonly Typist[],
  from: number,
  to: number,
): readonly string[] {
  const typed = usersOf(fresh);
  if (typed.length === 1) return typed;
  const there = usersOf((typed.length > 0 ? fresh : all).filter(({ head }) => head >= from && head <= to));
  return there.length === 1 ? there : typed;
}

function usersOf(typists: readonly Typist[]): string[] {
  return [...new Set(typists.map(({ user }) => user))];
}
