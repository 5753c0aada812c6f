import type { Session } from "../session.ts";

/** An editor, as the row of people of the same session uses it. */
export interface PeopleView {
  /** Id of the user whom the view follows. */
  readonly following: string | undefined;
  /** Id of the user whose carets bear their names for now. */
  highlighted: string | undefined;
  /** Brings somebody's caret into view. False if they have none. */
  scrollToPerson(user: string): boolean;
  /** Lets the view go where somebody is; undefined: where the writer likes. */
  follow(user: string | undefined): void;
}

interface Views {
  readonly shown: Set<PeopleView>;
  readonly listeners: Set<() => void>;
}

const known = new WeakMap<Session, Views>();

function viewsIn(session: Session): Views {
  let views = known.get(session);
  if (views === undefined) {
    views = { shown: new Set(), listeners: new Set() };
    known.set(session, views);
  }
  return views;
}

/** A view shows a session now. Returns what ends it. */
export function addView(session: Session, view: PeopleView): () => void {
  const { shown } = viewsIn(session);
  shown.add(view);
  return () => shown.delete(view);
}

/** The view of a session that was there first, if any. */
export function viewOf(session: Session): PeopleView | undefined {
  return [...viewsIn(session).shown][0];
}

/** A view follows somebody else than before. */
export function noteFollowing(session: Session): void {
  for (const listener of viewsIn(session).listeners) listener();
}

/** Calls when a view of a session follows somebody else. Returns what ends it. */
export function onFollowing(session: Session, listener: () => void): () => void {
  const { listeners } = viewsIn(session);
  listeners.add(listener);
  return () => listeners.delete(listener);
}
