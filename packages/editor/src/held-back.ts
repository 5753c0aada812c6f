import type { Session } from "./session.ts";

/** The views that hold back what others did in a session, and who wants to know. */
interface Holders {
  readonly views: Set<object>;
  readonly listeners: Set<(isHeld: boolean) => void>;
}

const holders = new WeakMap<Session, Holders>();

function holdersOf(session: Session): Holders {
  let found = holders.get(session);
  if (found === undefined) {
    found = { views: new Set(), listeners: new Set() };
    holders.set(session, found);
  }
  return found;
}

/** Notes whether a view holds back something that others did: the session has it, the screen does not. */
export function noteHeldBack(session: Session, view: object, isHeld: boolean): void {
  const { views, listeners } = holdersOf(session);
  if (views.has(view) === isHeld) return;
  if (isHeld) views.add(view);
  else views.delete(view);
  for (const listener of listeners) listener(views.size > 0);
}

/** Calls when views begin or end to hold back something of a session. Returns what ends it. */
export function onHeldBack(session: Session, listener: (isHeld: boolean) => void): () => void {
  const { views, listeners } = holdersOf(session);
  listeners.add(listener);
  if (views.size > 0) listener(true);
  return () => listeners.delete(listener);
}
