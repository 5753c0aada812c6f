import type { Selection } from "@interline/ot";
import { isToken } from "./identifiers.ts";
import { MAX_NAME_UNITS, PERSON_COLORS } from "./limits.ts";
import type { Gone, Peer, PeerSelection, User } from "./messages.ts";
import { type Role, ROLES } from "./roles.ts";

const SECRET = /^[\x21-\x7e]{1,8192}$/;

/** Thrown by the readers below and caught by the codec: it never leaves this package. @internal */
export class ShapeError extends Error {}

/**
 * The fields of one received message, read from left to right and checked one by one.
 * @internal
 */
export class Fields {
  readonly #values: readonly unknown[];
  #index: number;

  constructor(values: readonly unknown[], start: number) {
    this.#values = values;
    this.#index = start;
  }

  get isAtEnd(): boolean {
    return this.#index >= this.#values.length;
  }

  /** The next field, unchecked; undefined at the end. */
  any(): unknown {
    return this.#values[this.#index++];
  }

  /** A whole number from 0 to 2⁵³ − 1. */
  count(): number {
    const value = this.any();
    if (!isCount(value)) throw this.#wrong("a whole number from 0");
    return value;
  }

  boolean(): boolean {
    const value = this.any();
    if (typeof value !== "boolean") throw this.#wrong("true or false");
    return value;
  }

  string(): string {
    const value = this.any();
    if (typeof value !== "string" || !value.isWellFormed()) throw this.#wrong("a well-formed string");
    return value;
  }

  token(): string {
    const value = this.any();
    if (!isToken(value)) throw this.#wrong("1 to 64 characters of A-Z a-z 0-9 _ -");
    return value;
  }

  /** Id of a log entry; empty for version 0, which no entry made. */
  entryId(): string {
    const value = this.any();
    if (value !== "" && !isToken(value)) throw this.#wrong("an entry id");
    return value;
  }

  /** Visible ASCII at the end of a message, or nothing. */
  secret(): string | undefined {
    const value = this.any();
    if (value === undefined) return undefined;
    if (typeof value !== "string" || !SECRET.test(value)) {
      throw this.#wrong("a token, of 1 to 8192 visible ASCII characters");
    }
    return value;
  }

  role(): Exclude<Role, "none"> {
    const value = this.any();
    const role = ROLES.find((name) => name === value);
    if (role === undefined || role === "none") throw this.#wrong("a role");
    return role;
  }

  /** Address of a WebSocket at the end of a message, or nothing. */
  socketAddress(): string | undefined {
    const value = this.any();
    if (value === undefined) return undefined;
    if (typeof value !== "string" || !/^wss?:\/\//.test(value))
      throw this.#wrong("an address of a WebSocket");
    return value;
  }

  list(): readonly unknown[] {
    const value = this.any();
    if (!Array.isArray(value)) throw this.#wrong("a list");
    return value;
  }

  user(): User {
    const fields = new Fields(this.list(), 0);
    const id = fields.token();
    const name = fields.string();
    const color = fields.count();
    if (name.trim() === "" || name.length > MAX_NAME_UNITS) {
      throw this.#wrong(`a name of 1 to ${MAX_NAME_UNITS} characters`);
    }
    if (color < 1 || color > PERSON_COLORS) throw this.#wrong(`a colour from 1 to ${PERSON_COLORS}`);
    return { id, name, color };
  }

  /** Two numbers at the end of a message, or nothing. */
  selection(): Selection | undefined {
    if (this.isAtEnd) return undefined;
    return { anchor: this.count(), head: this.count() };
  }

  peers(): Peer[] {
    return this.list().map((value) => {
      const fields = nested(value);
      const peer = fields.count();
      const user = fields.user();
      const quietMs = fields.count();
      const isAway = fields.boolean();
      const selection = fields.selection();
      const known = { peer, user, quietMs, isAway };
      return selection === undefined ? known : { ...known, selection };
    });
  }

  gone(): Gone[] {
    return this.list().map((value) => {
      const fields = nested(value);
      return { user: fields.user(), goneMs: fields.count() };
    });
  }

  selections(): PeerSelection[] {
    return this.list().map((value) => {
      const fields = nested(value);
      return { peer: fields.count(), selection: fields.selection() };
    });
  }

  counts(): number[] {
    return this.list().map((value) => {
      if (!isCount(value)) throw this.#wrong("a list of whole numbers");
      return value;
    });
  }

  /** Nothing may follow the last known field. */
  end(): void {
    if (!this.isAtEnd) throw new ShapeError("the message has more fields than it should");
  }

  #wrong(expected: string): ShapeError {
    return new ShapeError(`field ${this.#index - 1} must be ${expected}`);
  }
}

function nested(value: unknown): Fields {
  if (!Array.isArray(value)) throw new ShapeError("a list of lists was expected");
  return new Fields(value, 0);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
