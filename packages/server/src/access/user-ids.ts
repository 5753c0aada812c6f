import { createHash } from "node:crypto";
import { isToken, MAX_NAME_UNITS, shownText, type User } from "@interline/protocol";
import type { Visitor } from "./access.ts";

const GUEST = "guest_";
/** Ids that begin so are made here: nobody gets one by asking. */
const RESERVED = /^(guest|sub)_/;

/**
 * The id here of somebody whom a login calls `subject`, which may be anything: itself where that is possible, else a hash of it.
 * @public
 */
export function userIdOf(subject: string): string {
  return isToken(subject) && !RESERVED.test(subject) ? subject : `sub_${hash(subject)}`;
}

/** A person as others see them: what is certain about a visitor goes before what their client says. @public */
export function userOf({ id, name }: Visitor, said: User): User {
  return { ...said, id: id ?? guestIdOf(said.id), name: shownName(name) ?? said.name };
}

/**
 * A guest stays the same from one connection to the next, and is never taken for somebody who has logged in.
 * Others see only a hash of what the client says, which is the guest's secret.
 */
export function guestIdOf(said: string): string {
  return `${GUEST}${hash(said)}`;
}

/** True for an id that `guestIdOf` made: `userIdOf` makes none that begins like it. */
export function isGuestId(id: string): boolean {
  return id.startsWith(GUEST);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

function shownName(name: string | undefined): string | undefined {
  const shown = shownText(name?.toWellFormed() ?? "")
    .trim()
    .slice(0, MAX_NAME_UNITS)
    .toWellFormed();
  return shown === "" ? undefined : shown;
}
