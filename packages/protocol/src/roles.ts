/**
 * What somebody may do with a document, each with everything before it: nothing, read it, comment on it, write it, decide
 * about it.
 * @public
 */
export const ROLES = ["none", "read", "comment", "write", "own"] as const;

/** @public */
export type Role = (typeof ROLES)[number];

/** True if `role` is `needed` or more. @public */
export function allows(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
