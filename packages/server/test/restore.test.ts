import { apply, replaceOperation, Text } from "@interline/ot";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_HISTORY_BOUNDS, HistoryWindow } from "../src/history-window.ts";
import type { Entry, Head, NewEntry } from "../src/log/document-log.ts";
import { MemoryLog } from "../src/log/memory-log.ts";
import { restoreLost } from "../src/restore.ts";

/**
 * The law: whatever a log lost at its end, and whatever was written on it since, when every server that knew it has put back what it knew, each
 * letter that one of them knew is in the text once, and so is each letter written since.
 */

const DOCUMENT = "d";

/** A letter that nobody else types, at a place that is a share of the text's length. */
interface Key {
  readonly session: string;
  readonly place: number;
}

const key = fc.record({
  session: fc.constantFrom("a", "b", "c"),
  place: fc.double({ min: 0, max: 1, noNaN: true }),
});

class Typist {
  readonly log: MemoryLog;
  readonly seqs = new Map<string, number>();
  #letters: string[];

  constructor(log: MemoryLog, letters: string) {
    this.log = log;
    this.#letters = Array.from(letters);
  }

  async type({ session, place }: Key): Promise<string> {
    const head = await this.log.readHead(DOCUMENT);
    const letter = this.#letters.shift() ?? "?";
    const at = Math.round(place * head.length);
    const seq = (this.seqs.get(session) ?? 0) + 1;
    this.seqs.set(session, seq);
    const operation = replaceOperation(at, at, letter, head.length);
    const entry: NewEntry = {
      entryId: `${letter}${session}${seq}`,
      session,
      seq,
      fence: "f",
      settled: 0,
      operation,
      length: head.length + 1,
      author: session,
    };
    const answer = await this.log.commit(DOCUMENT, { expected: head, entries: [entry], time: 1 });
    if (answer.outcome !== "committed") throw new Error(answer.outcome);
    return letter;
  }
}

async function newLog(): Promise<MemoryLog> {
  const log = new MemoryLog();
  for (const session of ["a", "b", "c", "n"]) {
    const request = { session, version: 0, lastSeq: 0, inFlight: false, settled: 0, fence: "f", time: 1 };
    await log.openSession(DOCUMENT, request);
  }
  return log;
}

const entriesOf = async (log: MemoryLog): Promise<readonly Entry[]> =>
  (await log.readEntries(DOCUMENT, 0, 9_999)) ?? [];

const textOf = (entries: readonly Entry[]): Text =>
  entries.reduce((text, { operation }) => apply(text, operation), Text.empty);

/** What a server knows that has heard of so many entries, the first of them only in its text. */
function serverOf(
  entries: readonly Entry[],
  start: number,
): { history: HistoryWindow; head: Head; text: Text } {
  const before = entries.slice(0, start);
  const text = textOf(before);
  const first: Head = { version: start, entryId: before.at(-1)?.entryId ?? "", length: text.points };
  const history = new HistoryWindow(first, DEFAULT_HISTORY_BOUNDS);
  for (const entry of entries.slice(start)) history.push(entry);
  return { history, head: history.head, text: textOf(entries) };
}

test("[I1 I2] what a log lost and anybody knew is in it once, in whatever order servers put it back", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(key, { minLength: 1, maxLength: 12 }),
      fc.nat({ max: 12 }),
      fc.array(fc.record({ place: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 4 }),
      // How much each of the servers had heard, and from where it knows entries one by one.
      fc.array(fc.record({ heard: fc.nat({ max: 12 }), start: fc.nat({ max: 6 }) }), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.boolean(),
      async (typed, kept, since, heard, isAtOnce) => {
        const before = await newLog();
        const typist = new Typist(before, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        for (const each of typed) await typist.type(each);
        const all = await entriesOf(before);
        const length = Math.min(kept, all.length);

        // The log goes back: it has the first entries only. Somebody writes on.
        const log = await newLog();
        for (const { version, entryId, session, seq, operation, author } of all.slice(0, length)) {
          const expected = await log.readHead(DOCUMENT);
          const entry = { entryId, session, seq, fence: "f", settled: 0, operation, length: version, author };
          await log.commit(DOCUMENT, { expected, entries: [entry], time: 1 });
        }
        const later = new Typist(log, "abcdefgh");
        const written: string[] = [];
        for (const { place } of since) written.push(await later.type({ session: "n", place }));

        const servers = heard.map(({ heard: count, start }) => {
          const known = all.slice(0, Math.max(length, Math.min(all.length, count)));
          return serverOf(known, Math.min(start, length, known.length));
        });
        let ids = 0;
        const restore = (server: (typeof servers)[number]): Promise<number> =>
          restoreLost({ document: DOCUMENT, log, ...server, newEntryId: () => `new${ids++}`, now: () => 2 });
        if (isAtOnce) await Promise.all(servers.map(restore));
        else for (const server of servers) await restore(server);

        const entries = await entriesOf(log);
        const letters = textOf(entries).toString().split("").toSorted();
        const longest = Math.max(...servers.map(({ head }) => head.version));
        const wanted = [...Array.from(textOf(all.slice(0, longest)).toString()), ...written].toSorted();
        expect(letters).toEqual(wanted);
        const numbers = entries.map(({ session, seq }) => `${session} ${seq}`);
        expect(new Set(numbers).size).toBe(numbers.length);
        // Nothing was written since: it is as it was, and nobody who was there notices.
        if (since.length === 0 && length > 0)
          expect(entries.map(({ entryId }) => entryId)).toEqual(
            all.slice(0, longest).map(({ entryId }) => entryId),
          );
      },
    ),
    { numRuns: 400 },
  );
});

test("a log that lost everything gets the text back, and the number of each session that wrote of late", async () => {
  const before = await newLog();
  const typist = new Typist(before, "ABCDEF");
  for (const session of ["a", "b", "a", "b", "c"]) await typist.type({ session, place: 1 });
  const server = serverOf(await entriesOf(before), 3);
  const log = new MemoryLog();
  let ids = 0;
  await restoreLost({ document: DOCUMENT, log, ...server, newEntryId: () => `new${ids++}`, now: () => 2 });
  const entries = await entriesOf(log);
  expect(textOf(entries).toString()).toBe("ABCDE");
  const open = (session: string) =>
    log.openSession(DOCUMENT, {
      session,
      version: 5,
      lastSeq: 2,
      inFlight: true,
      settled: 1,
      fence: "f",
      time: 1,
    });
  // Its last operation is in the text: it is not to be written again.
  expect((await open("b")).row.lastSeq).toBe(2);
  expect((await open("c")).row.lastSeq).toBe(1);
});
