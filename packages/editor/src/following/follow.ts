/**
 * Following somebody: what moves the reader's view, decided without a view.
 *
 * - `idle`: nobody is followed. Nothing that others do scrolls.
 * - `following`: the view goes along when the followed caret leaves the middle of what is shown.
 * - `paused`: the reader has scrolled elsewhere. Nothing scrolls until they ask for it, or have scrolled the caret back into the middle
 *   after it had left.
 */
export type Follow =
  | { readonly kind: "idle" }
  | { readonly kind: "following"; readonly user: string }
  | { readonly kind: "paused"; readonly user: string; readonly wasOutside: boolean };

/** What happened. `at`: where the followed caret is in the visible height, from 0 (top) to 1; undefined: nowhere. */
export type FollowEvent =
  /** The reader asked to follow somebody, or to go on. */
  | { readonly type: "follow"; readonly user: string; readonly at: number | undefined }
  /** The reader scrolled, or went somewhere by a command. */
  | { readonly type: "scrolled"; readonly at: number | undefined }
  /** The caret or the text around it moved, by whomever. */
  | { readonly type: "moved"; readonly at: number | undefined }
  /** The reader changed the text, or asked to stop. */
  | { readonly type: "typed" | "stop" }
  /** The reader moved their caret or selected text. */
  | { readonly type: "selected" }
  /** The person who was followed has left. */
  | { readonly type: "left" };

export const IDLE: Follow = { kind: "idle" };

/** The caret may be here without the view going along: the middle 60 %. */
const MIDDLE = { from: 0.2, to: 0.8 } as const;

/** What is so after an event, and whether the followed caret is to be brought to the middle. */
export function followed(
  state: Follow,
  event: FollowEvent,
): { readonly state: Follow; readonly scrolls: boolean } {
  switch (event.type) {
    case "follow":
      return { state: { kind: "following", user: event.user }, scrolls: isOutside(event.at) };
    case "typed":
    case "stop":
    case "left":
      return { state: IDLE, scrolls: false };
    case "selected":
      return { state, scrolls: false };
    case "moved":
      return { state, scrolls: state.kind === "following" && isOutside(event.at) };
    case "scrolled":
      return { state: scrolled(state, event.at), scrolls: false };
  }
}

function scrolled(state: Follow, at: number | undefined): Follow {
  if (state.kind === "idle") return state;
  const outside = at === undefined || at < MIDDLE.from || at > MIDDLE.to;
  if (state.kind === "paused" && state.wasOutside && !outside) return { kind: "following", user: state.user };
  const wasOutside = outside || (state.kind === "paused" && state.wasOutside);
  return { kind: "paused", user: state.user, wasOutside };
}

/** Where nobody knows the caret there is nothing to scroll to. */
function isOutside(at: number | undefined): boolean {
  return at !== undefined && (at < MIDDLE.from || at > MIDDLE.to);
}

/** Whom to follow after `user`, going round; undefined: there is nobody. `users`: in the order of the row. */
export function nextOf(users: readonly string[], user: string | undefined): string | undefined {
  const index = user === undefined ? -1 : users.indexOf(user);
  return users[(index + 1) % users.length];
}
