import type { Role } from "@interline/protocol";

/** What those may do with a document who come without a token. @public */
export type GeneralAccess = Exclude<Role, "own">;

/** What is decided about one person in a document. @public */
export interface PersonRule {
  /** How often they were removed: whatever they had open before the last time has ended. */
  readonly removals: number;
  /** True: they are not let in. */
  readonly isBlocked: boolean;
}

/** What owners have decided about a document. @public */
export interface DocumentRules {
  /** Undefined: nobody has set it. */
  readonly access: GeneralAccess | undefined;
  /** True: only owners write. */
  readonly isFrozen: boolean;
  /** Who took the document when nobody owned it: id of a person, or of a link. Set once. Undefined: nobody has. */
  readonly takenBy: string | undefined;
  /** By the id of the person, at most `MAX_RULED`. */
  readonly people: ReadonlyMap<string, PersonRule>;
}

/** @public */
export type RulesChange = Partial<Pick<DocumentRules, "access" | "isFrozen">>;

/** @public */
export interface PersonChange {
  /** True: whatever they have open ends. */
  readonly isRemoved?: boolean;
  readonly isBlocked?: boolean;
}

/** People of one document about whom something may be decided. */
export const MAX_RULED = 1000;

/** The rules of a document about which nothing was decided. */
export const NO_RULES: DocumentRules = {
  access: undefined,
  isFrozen: false,
  takenBy: undefined,
  people: new Map(),
};

/** A rule after a change. */
export function changedRule(
  { removals, isBlocked }: PersonRule = { removals: 0, isBlocked: false },
  change: PersonChange,
): PersonRule {
  return {
    removals: removals + (change.isRemoved === true ? 1 : 0),
    isBlocked: change.isBlocked ?? isBlocked,
  };
}
