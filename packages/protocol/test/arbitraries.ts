import { decodeOperation, type Operation } from "@interline/ot";
import { operationArbitrary } from "@interline/testing";
import * as fc from "fast-check";
import {
  announcement,
  count,
  documentId,
  entryId,
  type Field,
  type Fields,
  flag,
  operation,
  secret,
  selection,
  socketAddress,
  string,
  submitted,
  token,
  user,
} from "../src/fields.ts";
import { MAX_NAME_UNITS, PERSON_COLORS } from "../src/limits.ts";
import {
  clientMessages,
  type OutgoingClientMessage,
  type ServerMessage,
  serverMessages,
} from "../src/messages.ts";
import { shownText } from "../src/shown-text.ts";

/** Length of the document that every submission is for. */
const LENGTH = 20;

function shortest(operation: Operation): Operation {
  const decoded = decodeOperation(operation.toJSON(), undefined, { maxComponents: 100 });
  if (!decoded.ok) throw new Error(decoded.message);
  return decoded.operation;
}

const tokens = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const place = fc.record({ anchor: fc.nat(), head: fc.nat() });

/** What each kind of field may hold. A new kind gets its line here; a new message needs none. */
const KINDS = new Map<Field<unknown, never>, fc.Arbitrary<unknown>>([
  [count, fc.oneof(fc.nat(), fc.maxSafeNat())],
  [flag, fc.boolean()],
  [string, fc.string({ unit: "grapheme" })],
  [token, tokens],
  [entryId, fc.oneof(fc.constant(""), tokens)],
  [documentId, fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/)],
  [secret, fc.stringMatching(/^[\x21-\x7e]{1,100}$/)],
  [socketAddress, fc.webUrl().map((url) => url.replace(/^http/, "ws"))],
  [announcement, fc.constantFrom("1.0", "1.1,carets", "2.7,1.3")],
  [selection, fc.option(place, { nil: undefined })],
  [submitted, operationArbitrary(LENGTH)],
  [operation, operationArbitrary(LENGTH).map(shortest)],
  [
    user,
    fc.record({
      id: tokens,
      name: fc
        .string({ minLength: 1, maxLength: MAX_NAME_UNITS, unit: "grapheme" })
        .map(shownText)
        .filter((name) => name.trim() !== "" && name.length <= MAX_NAME_UNITS),
      color: fc.integer({ min: 1, max: PERSON_COLORS }),
    }),
  ],
]);

function valueOf(name: string, field: Field<unknown, never>): fc.Arbitrary<unknown> {
  const { optional, parts, item, choices } = field;
  const known = KINDS.get(field);
  if (known !== undefined) return name === "length" ? fc.constant(LENGTH) : known;
  if (optional?.item !== undefined) return valueOf(name, optional);
  if (optional !== undefined) return fc.option(valueOf(name, optional), { nil: undefined });
  if (item !== undefined) return fc.array(valueOf(name, item));
  if (parts !== undefined) return valuesOf(parts);
  if (choices !== undefined) return fc.constantFrom(...choices);
  throw new Error(`Say in ${import.meta.filename} what ${name}, ${field.is}, may hold.`);
}

function valuesOf(fields: Fields): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valueOf(name, field)])),
  );
}

const messagesOf = (table: Readonly<Record<string, Fields>>): fc.Arbitrary<Record<string, unknown>> =>
  fc.oneof(
    ...Object.entries(table).map(([type, fields]) =>
      valuesOf(fields).map((values) => ({ ...withoutGaps(fields, values), type })),
    ),
  );

/** Whoever leaves a field out leaves out those behind it. */
function withoutGaps(fields: Fields, values: Record<string, unknown>): Record<string, unknown> {
  let isLeftOut = false;
  const sent = { ...values };
  for (const [name, { optional }] of Object.entries(fields)) {
    if (isLeftOut && optional?.item === undefined) sent[name] = undefined;
    isLeftOut ||= optional !== undefined && optional.item === undefined && sent[name] === undefined;
  }
  return sent;
}

/** Every message of a client. */
export const clientMessage = messagesOf(
  clientMessages,
) as fc.Arbitrary<unknown> as fc.Arbitrary<OutgoingClientMessage>;

/** Every message of the server. */
export const serverMessage = messagesOf(serverMessages).map((message) => {
  if (message["type"] !== "op") return message;
  const to = Math.max(1, message["to"] as number);
  return { ...message, type: "ops", from: to - 1, to };
}) as fc.Arbitrary<unknown> as fc.Arbitrary<ServerMessage>;
