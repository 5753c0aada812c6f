/**
 * What somebody may do with a document, in the order of the roles, each with everything before it: nothing,
 * read it, comment on it, suggest changes to it, write it, decide about it. A role that a later minor version
 * of the protocol adds goes to its place in the order, and gets a line in `SINCE`.
 * @public
 */
export const ROLES = ["none", "read", "comment", "suggest", "write", "own"] as const;

/** @public */
export type Role = (typeof ROLES)[number];

/** The minor version of protocol 1 that brought a role, where 1.0 did not have it. */
const SINCE: Readonly<Partial<Record<Role, number>>> = { suggest: 2 };

/** True if `role` is `needed` or more. @public */
export function allows(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** The lower of two roles. @public */
export function lowerOf(a: Role, b: Role): Role {
  return allows(a, b) ? b : a;
}

/** A role for a peer that speaks this minor version: the role itself, or the next lower one that it knows. @public */
export function roleIn(minor: number, role: Role): Role {
  const known = ROLES.filter((one) => (SINCE[one] ?? 0) <= minor && allows(role, one));
  return known.at(-1) ?? "none";
}

/**
 * Reads a role as a token names it: one name, or a list of names from the highest down, of which the first
 * that is known here counts. What names no role that is known gives nothing.
 * @public
 */
export function namedRole(named: unknown): Role {
  for (const name of Array.isArray(named) ? named : [named]) {
    const role = ROLES.find((one) => one === name);
    if (role !== undefined) return role;
  }
  return "none";
}
