import { type DecodedOperation, decodeOperation, type Operation, type Selection } from "@interline/ot";
import type { ErrorCode } from "./codes.ts";
import { isDocumentId, isToken } from "./identifiers.ts";
import { MAX_NAME_UNITS, PERSON_COLORS } from "./limits.ts";
import { ROLES, type Role } from "./roles.ts";
import { shownText } from "./shown-text.ts";
import { readAnnouncement } from "./version.ts";

const SECRET = /^[\x21-\x7e]{1,8192}$/;

/** Thrown by the fields below and caught by the codec: it never leaves this package. @internal */
export class ShapeError extends Error {
  readonly code: ErrorCode;

  constructor(message: string, code: ErrorCode = "ERR_MESSAGE_SHAPE") {
    super(message);
    this.code = code;
  }
}

/** How a message is read. */
export interface Reading {
  /** Most components that an operation may have. */
  readonly maxComponents: number;
  /** Fields that are not known are passed over where a list ends; otherwise they are a fault. */
  readonly isTolerant: boolean;
}

/** The values of one received list, read from left to right. */
export class Reader {
  readonly reading: Reading;
  readonly #values: readonly unknown[];
  readonly #parent: Reader | undefined;
  #index: number;
  /** Something was passed over, here or in a list within. */
  hasMore = false;

  constructor(
    values: readonly unknown[],
    reading: Reading,
    { start = 0, parent }: { start?: number; parent?: Reader } = {},
  ) {
    this.#values = values;
    this.reading = reading;
    this.#parent = parent;
    this.#index = start;
  }

  get isAtEnd(): boolean {
    return this.#index >= this.#values.length;
  }

  /** The next value, unchecked; undefined at the end. */
  next(): unknown {
    return this.#values[this.#index++];
  }

  /** The next value, which must be a list, from its start. */
  nested(): Reader {
    const value = this.next();
    if (!Array.isArray(value)) throw this.wrong("a list");
    return new Reader(value, this.reading, { parent: this });
  }

  /** Nothing may follow the last field, but what a newer peer says. */
  end(): void {
    if (this.isAtEnd && !this.hasMore) return;
    if (!this.reading.isTolerant) throw new ShapeError("there are more fields than there should be");
    this.hasMore = true;
    if (this.#parent !== undefined) this.#parent.hasMore = true;
  }

  /** For a value that was just read. */
  wrong(expected: string, code?: ErrorCode): ShapeError {
    return new ShapeError(`field ${this.#index - 1} must be ${expected}`, code);
  }
}

/**
 * A field of a message: how it is read from a list of values and checked, and how it is written. It takes one
 * value, several, or, at the end of a list, none.
 *
 * @typeParam T what is received
 * @typeParam Sent what is sent, where the sender has it in another form
 */
export interface Field<T, Sent = T> {
  /** Completes "field 3 must be …". PROTOCOL.md says it too. */
  readonly is: string;
  /** What it is, if it is not left out: it stands at the end of a list. */
  readonly optional?: Field<unknown, never>;
  /** The fields that it is made of, if it is a list in itself. */
  readonly parts?: Fields;
  /** What each is, if it is a list of any number of the same. */
  readonly item?: Field<unknown, never>;
  /** The strings that it may be. */
  readonly choices?: readonly string[];
  /** @param before the fields of the message that stand before this one */
  read(reader: Reader, before: Readonly<Record<string, unknown>>): T;
  write(value: Sent, into: unknown[]): void;
}

/** Fields one after another, by their names. */
export type Fields = Readonly<Record<string, Field<unknown, never>>>;

/** What is received as a field. */
export type ReceivedBy<One> = One extends Field<infer T, never> ? T : never;

type SentAs<One> = One extends Field<unknown, infer T> ? T : never;

/** The fields that may be left out: one that is added there changes nothing for who does not know of it. */
type LeftOut<Row extends Fields> = {
  [Name in keyof Row]: undefined extends ReceivedBy<Row[Name]> ? Name : never;
}[keyof Row];

/** What is received as fields. */
export type Received<Row extends Fields> = {
  readonly [Name in Exclude<keyof Row, LeftOut<Row>>]: ReceivedBy<Row[Name]>;
} & { readonly [Name in LeftOut<Row>]?: ReceivedBy<Row[Name]> };

/** What is sent as fields. */
export type Sent<Row extends Fields> = {
  readonly [Name in Exclude<keyof Row, LeftOut<Row>>]: SentAs<Row[Name]>;
} & { readonly [Name in LeftOut<Row>]?: SentAs<Row[Name]> };

/** Reads fields one after another, into an object. */
export function readFields<Row extends Fields>(
  fields: Row,
  reader: Reader,
  into: Record<string, unknown> = {},
): Received<Row> {
  for (const name in fields) into[name] = fields[name]?.read(reader, into);
  return into as Received<Row>;
}

/** Writes fields one after another. */
export function writeFields<Row extends Fields>(fields: Row, sent: Sent<Row>, into: unknown[]): unknown[] {
  const values: Readonly<Record<string, unknown>> = sent;
  for (const name in fields) fields[name]?.write(values[name] as never, into);
  return into;
}

/** One value that fulfils a condition. */
function value<T>(is: string, isIt: (value: unknown) => value is T, code?: ErrorCode): Field<T> {
  return {
    is,
    read(reader) {
      const read = reader.next();
      if (!isIt(read)) throw reader.wrong(is, code);
      return read;
    },
    write: (sent, into) => into.push(sent),
  };
}

/** A string that fulfils a condition. */
const text = <T extends string = string>(is: string, isIt: (text: string) => boolean): Field<T> =>
  value(is, (value): value is T => typeof value === "string" && isIt(value));

export const count: Field<number> = value(
  "a whole number from 0 to 2⁵³ − 1",
  (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0,
);

export const flag: Field<boolean> = value(
  "true or false",
  (value): value is boolean => typeof value === "boolean",
);

export const string: Field<string> = text("a well-formed string", (text) => text.isWellFormed());

/** Id of a person or session. */
export const token: Field<string> = value("1 to 64 characters of A-Z a-z 0-9 _ -", isToken);

/** Id of a log entry; empty for version 0, which no entry made. */
export const entryId: Field<string> = text("the id of an entry", (text) => text === "" || isToken(text));

export const documentId: Field<string> = value("a possible document id", isDocumentId, "ERR_DOCUMENT_ID");

export const secret: Field<string> = text("a token, of 1 to 8192 visible ASCII characters", (text) =>
  SECRET.test(text),
);

export const socketAddress: Field<string> = text("an address of a WebSocket", (text) =>
  /^wss?:\/\//.test(text),
);

export const role: Field<Exclude<Role, "none">> = oneOf(ROLES.slice(1) as Exclude<Role, "none">[]);

/** One of the codes that there are, or will be. */
export const code = <Code extends string>(): Field<Code> => token as Field<Code>;

/** One of some strings. */
export function oneOf<T extends string>(choices: readonly T[]): Field<T> {
  const known: readonly string[] = choices;
  return { ...text<T>(`one of ${choices.join(", ")}`, (text) => known.includes(text)), choices };
}

/** What the server speaks, see `writeAnnouncement`. */
export const announcement: Field<string> = text(
  "versions and features, as `1.1,feature`",
  (text) => readAnnouncement(text) !== undefined,
);

/** At the end of a list: a field, or nothing. */
export function optional<T, Sent = T>(field: Field<T, Sent>): Field<T | undefined, Sent | undefined> {
  return {
    is: `${field.is}, or nothing`,
    optional: field,
    read: (reader, before) => (reader.isAtEnd ? undefined : field.read(reader, before)),
    write: (sent, into) => sent !== undefined && field.write(sent, into),
  };
}

/** A list of fields, one after another. */
export function record<Row extends Fields>(parts: Row): Field<Received<Row>, Sent<Row>> {
  return {
    is: "a list",
    parts,
    read(reader) {
      const nested = reader.nested();
      const read = readFields(parts, nested);
      nested.end();
      return read;
    },
    write: (sent, into) => into.push(writeFields(parts, sent, [])),
  };
}

/** A list of any number of the same. */
export function list<T>(item: Field<T>): Field<readonly T[]> {
  return {
    is: "a list",
    item,
    read(reader, before) {
      const items = reader.nested();
      const read: T[] = [];
      while (!items.isAtEnd) read.push(item.read(items, before));
      return read;
    },
    write(sent, into) {
      const items: unknown[] = [];
      for (const one of sent) item.write(one, items);
      into.push(items);
    },
  };
}

/** At the end of a message: a list, which is left out if nothing is in it. */
export function optionalList<T>(item: Field<T>): Field<readonly T[]> {
  const whole = list(item);
  return {
    is: `${whole.is}, or nothing`,
    optional: whole,
    read: (reader, before) => (reader.isAtEnd ? [] : whole.read(reader, before)),
    write: (sent, into) => sent.length > 0 && whole.write(sent, into),
  };
}

/** Two numbers at the end of a list, or nothing. Code points. */
export const selection: Field<Selection | undefined> = {
  is: "two whole numbers, or nothing",
  read(reader, before) {
    if (reader.isAtEnd) return undefined;
    return { anchor: count.read(reader, before), head: count.read(reader, before) };
  },
  write: (sent, into) => sent !== undefined && into.push(sent.anchor, sent.head),
};

const givenName: Field<string> = text(
  `a name of 1 to ${MAX_NAME_UNITS} UTF-16 code units`,
  (text) => text.isWellFormed() && shownText(text).trim() !== "" && text.length <= MAX_NAME_UNITS,
);

/**
 * A person's name, as others see it. What nobody should see is left out wherever a name comes in, rather than
 * refused: whoever has such a name may not know.
 */
const personName: Field<string> = {
  ...givenName,
  read: (reader, before) => shownText(givenName.read(reader, before)),
};

const color: Field<number> = value(
  `a colour from 1 to ${PERSON_COLORS}`,
  (value): value is number =>
    Number.isInteger(value) && (value as number) >= 1 && (value as number) <= PERSON_COLORS,
);

/** Somebody who writes: the same in all tabs and connections of one person. */
export const user = record({ id: token, name: personName, color });

/**
 * What an operation does, for the document whose length stands before it: the server takes a bad one, to
 * refuse it by its number.
 */
export const submitted: Field<DecodedOperation, Operation> = {
  is: "an operation",
  read: (reader, { length }) => decodeOperation(reader.next(), length as number, reader.reading),
  write: (sent, into) => into.push(sent),
};

/** An operation, for the shortest document that it fits. */
export const operation: Field<Operation> = {
  is: "an operation",
  read(reader) {
    const decoded = decodeOperation(reader.next(), undefined, reader.reading);
    if (!decoded.ok) throw new ShapeError(decoded.message);
    return decoded.operation;
  },
  write: (sent, into) => into.push(sent),
};
