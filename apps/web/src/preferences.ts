import { isToken, MAX_NAME_UNITS, PERSON_COLORS, shownText, type User } from "@interline/client";
import { GIVEN_COLORS } from "./colors.ts";

/** Guests are called after birds until they say their name. */
const BIRDS = [
  "Avocet",
  "Bittern",
  "Crane",
  "Dipper",
  "Egret",
  "Finch",
  "Grebe",
  "Heron",
  "Jay",
  "Kite",
  "Lapwing",
  "Martin",
  "Nuthatch",
  "Oriole",
  "Plover",
  "Redstart",
  "Siskin",
  "Tern",
  "Wagtail",
  "Wren",
] as const;

/** @public */
export type Theme = "system" | "light" | "dark";

/** What of `localStorage` is needed. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Who writes here, and how they like the page; kept in this browser where it allows that. */
export class Preferences {
  readonly #shelf: Shelf | undefined;
  readonly #random: () => number;

  /** `random` gives numbers from 0 (included) to 1. */
  constructor(shelf: Shelf | undefined, random: () => number) {
    this.#shelf = shelf;
    this.#random = random;
  }

  /** True if the writer is known here. */
  get isKnown(): boolean {
    return parseUser(this.#read("interline.user")) !== undefined;
  }

  /**
   * The writer; made up and kept on the first call. Their id is their secret: others see only a hash of it.
   *
   * @param id their id, where it is known from elsewhere
   */
  user(id?: string): User {
    const kept = parseUser(this.#read("interline.user"));
    if (kept !== undefined) return kept;
    const user: User = {
      id: isToken(id)
        ? id
        : Array.from({ length: 22 }, () =>
            ID_LETTERS.charAt(Math.floor(this.#random() * ID_LETTERS.length)),
          ).join(""),
      name: this.#pick(BIRDS),
      color: this.#pick(GIVEN_COLORS),
    };
    this.#write("interline.user", JSON.stringify(user));
    this.#write("interline.chosen", "no");
    return user;
  }

  /** True once the writer has chosen a name or colour. */
  get isChosen(): boolean {
    return this.#read("interline.chosen") !== "no";
  }

  /** Keeps what the writer has chosen. */
  keepUser(user: User): void {
    this.#write("interline.user", JSON.stringify(user));
    this.#write("interline.chosen", "yes");
  }

  theme(): Theme {
    const kept = this.#read("interline.theme");
    return kept === "light" || kept === "dark" ? kept : "system";
  }

  keepTheme(theme: Theme): void {
    this.#write("interline.theme", theme);
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random() * items.length)] as Item;
  }

  #read(key: string): string | null {
    try {
      return this.#shelf?.getItem(key) ?? null;
    } catch {
      return null; // storage is forbidden here: as if nothing were kept
    }
  }

  #write(key: string, value: string): void {
    try {
      this.#shelf?.setItem(key, value);
    } catch {
      // Forbidden or full: the choice holds for this page only.
    }
  }
}

const ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** A name as it may be sent, or undefined if nothing is left of it. */
export function usableName(name: string): string | undefined {
  const short = Array.from(shownText(name.replaceAll(/\s+/gu, " ")).trim());
  while (short.join("").length > MAX_NAME_UNITS) short.pop();
  return short.length === 0 ? undefined : short.join("").trimEnd();
}

function parseUser(json: string | null): User | undefined {
  if (json === null) return undefined;
  try {
    const { id, name, color } = JSON.parse(json) as Record<keyof User, unknown>;
    const isUser =
      isToken(id) &&
      typeof name === "string" &&
      usableName(name) === name &&
      typeof color === "number" &&
      Number.isInteger(color) &&
      color >= 1 &&
      color <= PERSON_COLORS;
    return isUser ? { id, name, color } : undefined;
  } catch {
    return undefined; // not what this page wrote: as if nothing were kept
  }
}
