import { namedRole, type Role } from "@interline/protocol";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { GeneralAccess, PersonChange, PersonRule, RulesChange } from "../catalogue/document-rules.ts";
import { type Clock, elapsed } from "../clock.ts";
import { Recent } from "../recent.ts";
import { isGuestId } from "./user-ids.ts";

/** Documents whose rules are kept at hand. */
const AT_HAND = 10_000;
/** How long rules are good that another server may have changed without our hearing of it, in ms. */
const GOOD_FOR_MS = 2_000;

/** What a document gives, and to whom it does not. @public */
export interface Shared {
  /** What those may do who come without a token. */
  readonly general: GeneralAccess;
  readonly isFrozen: boolean;
  /** True if a person or a link owns it. Where nobody does, somebody may claim it. */
  readonly isOwned: boolean;
  readonly people: ReadonlyMap<string, PersonRule>;
}

/**
 * What owners have decided about their documents, and what follows from it. Whoever asks for a right that they
 * do not have yet is answered from the store. Whoever has one is looked at often, and is answered from memory,
 * which hears of every change: those made here, and those that other servers tell of.
 * @public
 */
export class Sharing {
  readonly #catalogue: Catalogue;
  readonly #clock: Pick<Clock, "now" | "elapsed">;
  readonly #onChange: () => Promise<void>;
  readonly #known = new Recent<{ readonly shared: Shared; readonly goodUntil: number }>(AT_HAND);
  /** Rises with every change that is heard of: what was read before may be out of date. */
  #changes = 0;

  /** `onChange` puts a change into effect for whoever is connected. */
  constructor(
    catalogue: Catalogue,
    clock: Pick<Clock, "now" | "elapsed">,
    onChange: () => Promise<void> = async () => {},
  ) {
    this.#catalogue = catalogue;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** As the store has it. */
  async read(document: string): Promise<Shared> {
    const changes = this.#changes;
    const [rules, record] = await Promise.all([
      this.#catalogue.rules(document),
      this.#catalogue.get(document),
    ]);
    const hasLogin = isLogin(record?.owner ?? "");
    // A document of somebody with a login is closed to others until they say otherwise.
    const general = namedRole(rules.access ?? (hasLogin ? "none" : "write"));
    const { isFrozen, people } = rules;
    const isOwned = hasLogin || rules.takenBy !== undefined;
    const shared: Shared = { general: general === "own" ? "write" : general, isFrozen, isOwned, people };
    if (changes !== this.#changes) return shared;
    const known = this.#known.get(document)?.shared;
    const kept = known !== undefined && isSame(known, shared) ? known : shared;
    this.#known.set(document, { shared: kept, goodUntil: elapsed(this.#clock) + GOOD_FOR_MS });
    return kept;
  }

  /** As it was read or heard of lately. The same object while nothing has changed. */
  async lately(document: string): Promise<Shared> {
    return this.at(document) ?? this.read(document);
  }

  /** The same where it is at hand. */
  at(document: string): Shared | undefined {
    const known = this.#known.get(document);
    return known !== undefined && elapsed(this.#clock) < known.goodUntil ? known.shared : undefined;
  }

  /** Sets the general access, or whether only owners write. In effect, for everybody, when it resolves. */
  async change(document: string, change: RulesChange): Promise<void> {
    await this.#catalogue.changeRules(document, change);
    await this.#changed(document);
  }

  /** Ends what a person has open, or keeps them out. False if there are too many such decisions about the document. */
  async changePerson(document: string, person: string, change: PersonChange): Promise<boolean> {
    const isDone = await this.#catalogue.changePerson(document, person, change);
    await this.#changed(document);
    return isDone;
  }

  /**
   * Makes somebody with a login the owner of a document that nobody owns; its general access stays. True if they
   * own it then.
   */
  async claim(document: string, person: string): Promise<boolean> {
    const owner = (await this.#catalogue.get(document))?.owner ?? "";
    if (isLogin(owner)) return owner === person;
    const { general } = await this.read(document);
    if ((await this.#catalogue.take(document, person)) !== person) return false;
    await this.#catalogue.changeRules(document, { access: general });
    await this.#catalogue.setOwner(document, person);
    await this.#changed(document);
    return true;
  }

  /** True if somebody with a login owns the document. */
  async hasLoginOwner(document: string): Promise<boolean> {
    return isLogin((await this.#catalogue.get(document))?.owner ?? "");
  }

  /** Another server may have changed something. Never rejects. */
  async handleNews(document: string): Promise<void> {
    const before = this.#known.get(document)?.shared;
    this.#forget(document);
    try {
      if (before === undefined || !isSame(before, await this.read(document))) await this.#onChange();
    } catch {
      // It is read again when somebody is looked at.
    }
  }

  async #changed(document: string): Promise<void> {
    this.#forget(document);
    await this.#onChange();
  }

  #forget(document: string): void {
    this.#changes++;
    this.#known.delete(document);
  }
}

/** True for the id of somebody who has logged in: a guest owns nothing by being who they say they are. */
function isLogin(owner: string): boolean {
  return owner !== "" && !isGuestId(owner);
}

function isSame(a: Shared, b: Shared): boolean {
  const isSameForAll = a.general === b.general && a.isFrozen === b.isFrozen && a.isOwned === b.isOwned;
  if (!isSameForAll || a.people.size !== b.people.size) return false;
  for (const [person, { removals, isBlocked }] of a.people) {
    const other = b.people.get(person);
    if (other?.removals !== removals || other.isBlocked !== isBlocked) return false;
  }
  return true;
}

/** What is left of a role that somebody was given. Undefined: they are blocked. Owners decide; nothing is decided about them. */
export function roleWithin(given: Role, shared: Shared, person: string): Role | undefined {
  if (given === "own") return given;
  if (shared.people.get(person)?.isBlocked === true) return undefined;
  return shared.isFrozen && given !== "none" ? "read" : given;
}
