import { readFile } from "node:fs/promises";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
} from "../src/codec.ts";
import { CloseCode, type CloseReason } from "../src/close-codes.ts";
import { type CodeFacts, CODES } from "../src/codes.ts";
import { type Field, type Fields, selection, user } from "../src/fields.ts";
import { DEFAULT_LIMITS } from "../src/limits.ts";
import { clientMessages, serverMessages } from "../src/messages.ts";
import { clientMessage, serverMessage } from "./arbitraries.ts";

const PAGE = new URL("../../../docs/PROTOCOL.md", import.meta.url);
const OPERATIONS = new URL("../../../docs/OPERATIONS.md", import.meta.url);

/**
 * How a field is written in the table: nested lists in brackets, what may be left out at the end in italics.
 */
function shown(name: string, field: Field<unknown, never>): string {
  if (field === user) return name;
  if (field === selection) return "_anchor, head_";
  if (field.optional !== undefined) return `_${shown(name, field.optional).replaceAll("_", "")}_`;
  if (field.item !== undefined) return `[${shown(name, field.item)}, …]`;
  if (field.parts !== undefined) return `[${signature(field.parts)}]`;
  return name;
}

const signature = (fields: Fields): string =>
  Object.entries(fields)
    .map(([name, field]) => shown(name, field))
    .join(", ");

/** Adds the names of fields to what each is. */
function addNames(fields: Fields, names: Map<string, Set<string>>): void {
  for (const [field, { optional, item, parts, is }] of Object.entries(fields)) {
    const name = fields[field] === selection ? "anchor, head" : field;
    const inner = optional ?? item;
    if (inner !== undefined) addNames({ [name]: inner }, names);
    else if (parts !== undefined) addNames(parts, names);
    else names.set(is, (names.get(is) ?? new Set()).add(name));
  }
}

interface Side {
  readonly table: Readonly<Record<string, Fields>>;
  /** The frame again, if it can be read. */
  readonly again: (frame: string) => string | undefined;
  /** Some frame of a name. */
  readonly made: (name: string) => string;
}

const client: Side = {
  table: clientMessages,
  again(frame) {
    const { ok } = decodeClientMessage(frame, DEFAULT_LIMITS);
    return ok ? frame : undefined;
  },
  made: (name) =>
    someFrame(name, fc.sample(clientMessage, { seed: 1, numRuns: 200 }).map(encodeClientMessage)),
};

const server: Side = {
  table: serverMessages,
  again(frame) {
    const decoded = decodeServerMessage(frame);
    return decoded.ok ? encodeServerMessage(decoded.message) : undefined;
  },
  made: (name) =>
    someFrame(name, fc.sample(serverMessage, { seed: 1, numRuns: 200 }).map(encodeServerMessage)),
};

function someFrame(name: string, frames: readonly string[]): string {
  const of = frames.filter((frame) => frame.startsWith(`["${name}"`)).toSorted((a, b) => a.length - b.length);
  return of[0] ?? "";
}

const compact = (frame: string): string => JSON.stringify(JSON.parse(frame));

/** Rows of a table: its messages, each with the example that the page has if it is one, or some other. */
function rows({ table, again, made }: Side, page: string): string[] {
  return Object.entries(table).map(([name, fields]) => {
    const examples = [...page.matchAll(/`(\["[^`]*)`/g)].map(([, frame]) => frame ?? "");
    const example = examples.find((frame) => frame.startsWith(`["${name}"`));
    const isGood = example !== undefined && again(compact(example)) === compact(example);
    const all = signature(fields);
    return `| ${all === "" ? name : `${name}: ${all}`} | \`${isGood ? example : made(name)}\` |`;
  });
}

/** The page with a table below the line that names it. */
function withTable(page: string, heading: string, head: readonly string[], rows: readonly string[]): string {
  const start = page.indexOf("|", page.indexOf(`\n${heading}\n`));
  const end = page.indexOf("\n\n", start);
  return [page.slice(0, start), [...head, ...rows].join("\n"), page.slice(end)].join("");
}

const AGAIN = { automatic: "by itself", manual: "when asked", never: "no" } as const;

/** What a code ends, as the table has it. */
function ended({ ends, reopen, close }: CodeFacts): string {
  const words = ends.map((end) => {
    if (end === "submission") return "the operation (`refused`)";
    if (end === "connection" && close !== undefined) return `connection, ${CloseCode[close].code}`;
    if (end === "channel" && reopen === "only") return "channel (`reopen`)";
    return end === "request" ? "the request" : end;
  });
  return words.join(" or ");
}

/** Rows of those codes that are not for the HTTP API alone. */
function codeRows(): string[] {
  return Object.entries(CODES)
    .filter(([code, { ends }]) => !ends.includes("request") || CARRIER.has(code))
    .map(
      ([code, facts]) =>
        `| \`${code}\` | ${facts.message} | ${ended(facts)} | ${AGAIN[facts.retry]} | ${facts.status ?? ""} |`,
    );
}

/** Codes that a client of the protocol is told by the carrier of its messages. */
const CARRIER: ReadonlySet<string> = new Set([
  "ERR_HOST_FORBIDDEN",
  "ERR_ORIGIN_FORBIDDEN",
  "ERR_SUBPROTOCOL",
  "ERR_CONNECTION_UNKNOWN",
]);

function closeRows(): string[] {
  const reasons: readonly CloseReason[] = Object.values(CloseCode).toSorted((a, b) => a.code - b.code);
  return reasons.map(({ code, reason, retry }) => `| ${code} | ${reason} | ${retry ? "yes" : "no"} |`);
}

/** The codes of each status. */
function statusRows(): string[] {
  const byStatus = new Map<number, string[]>();
  for (const [code, { status }] of Object.entries(CODES)) {
    if (status !== undefined) byStatus.set(status, [...(byStatus.get(status) ?? []), `\`${code}\``]);
  }
  return [...byStatus]
    .toSorted(([a], [b]) => a - b)
    .map(([status, codes]) => `| ${status} | ${codes.join(" ")} |`);
}

it("OPERATIONS.md has every code by its status; with --update it is written again", async () => {
  const page = await readFile(OPERATIONS, "utf8");
  const head = ["| Status | Codes |", "| --- | --- |"];
  await expect(withTable(page, "### What goes wrong over HTTP", head, statusRows())).toMatchFileSnapshot(
    OPERATIONS.pathname,
  );
});

it("PROTOCOL.md has a row for every code and every message, and an example that is one; with --update it is written again", async () => {
  const page = await readFile(PAGE, "utf8");
  const head = ["| Message | Example |", "| --- | --- |"];
  const names = new Map<string, Set<string>>();
  for (const table of [clientMessages, serverMessages]) {
    for (const fields of Object.values(table)) addNames(fields, names);
  }
  let made = withTable(page, "### From the client", head, rows(client, page));
  made = withTable(made, "### From the server", head, rows(server, page));
  made = withTable(
    made,
    "### Fields",
    ["| Fields | Each is |", "| --- | --- |"],
    [...names].map(([is, fields]) => `| ${[...fields].join(", ")} | ${is} |`),
  );
  const columns = ["| Code | When | What ends | Again | HTTP |", "| --- | --- | --- | --- | --- |"];
  made = withTable(made, "## 6. What is wrong, and what it costs", columns, codeRows());
  const closeHead = ["| Close code | Reason | The client comes back |", "| --- | --- | --- |"];
  made = withTable(made, "### Close codes", closeHead, closeRows());
  await expect(made).toMatchFileSnapshot(PAGE.pathname);
});
