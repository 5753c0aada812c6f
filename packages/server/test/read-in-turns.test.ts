import { apply, Operation, Text } from "@interline/ot";
import { describe, expect, test } from "vitest";
import { Past } from "../src/documents/past.ts";
import type { DocumentLog, Entry } from "../src/log/document-log.ts";
import { readAuthority } from "../src/read-authority.ts";
import { turnsOf } from "./turns-of-the-loop.ts";

const VERSION = 8;
const base = Text.of("x".repeat(VERSION * 4_000));

/** A log whose entries have as many components as one may have, all over the text, and insert nothing. */
const entries: Entry[] = [];
let text = base;
for (let version = 1; version <= VERSION; version++) {
  const components = Array.from({ length: 2_000 }, () => [1, { d: 1 }]).flat();
  const operation = Operation.from(components, text.points);
  text = apply(text, operation);
  entries.push({ version, entryId: `e${version}`, operation, session: "s", seq: version } as Entry);
}
const log = {
  loadCheckpoint: async () => ({ version: 0, entryId: "", text: base.toString() }),
  readHead: async () => ({ version: VERSION, entryId: `e${VERSION}`, length: text.points }),
  readEntries: async (_document: string, after: number, to: number) => entries.slice(after, to),
} as unknown as DocumentLog;

describe("operations of many components are applied one to a turn, though they insert nothing", () => {
  test("where a document is opened", async () => {
    const options = { maxDocumentLength: 4_000_000, newEntryId: () => "new" };
    const { turns, result } = await turnsOf(readAuthority(log, "d", options));
    expect(result.authority.text.toString()).toBe(text.toString());
    expect(turns).toBeGreaterThanOrEqual(VERSION);
  });

  test("where an older version is read", async () => {
    const { turns, result } = await turnsOf(new Past(log).textAt("d", VERSION));
    expect(result.toString()).toBe(text.toString());
    expect(turns).toBeGreaterThanOrEqual(VERSION);
  });
});
