import type { IncomingMessage } from "node:http";
import { once } from "node:events";
import { apply, type Operation, OperationBuilder, replaceOperation, Text } from "@interline/ot";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MemoryLog } from "../../src/log/memory-log.ts";
import { RawClient, type RunningServer, startServer } from "./clients.ts";

/** What comes however little was missed: `opened`, the head of one `ops`, the heads of their frames. */
const FIXED_BYTES = 150;
/** What each stretch that was inserted or deleted takes at most, besides its text: `4000000,` and `{"d":4000000},`. */
const STRETCH_BYTES = 22;
const BATCH = 128;

/** A code point of the text: one that the client knows, or one that came since. */
interface Character {
  readonly value: string;
  readonly isNew: boolean;
  isDeleted: boolean;
}

/** A text that is written by many, which remembers what became of each character: what is sent is measured against it. */
class Past {
  readonly base: string;
  readonly operations: Operation[] = [];
  #characters: Character[];

  constructor(base: string) {
    this.base = base;
    this.#characters = Array.from(base, (value) => ({ value, isNew: false, isDeleted: false }));
  }

  /** In code points. */
  get length(): number {
    return this.operations.at(-1)?.targetLength ?? this.#characters.length;
  }

  get text(): string {
    return this.#characters.flatMap(({ value, isDeleted }) => (isDeleted ? [] : value)).join("");
  }

  /** UTF-8 bytes of the text that is new. */
  get newBytes(): number {
    return Buffer.byteLength(this.#newText);
  }

  /** The same as it stands in JSON. */
  get newJsonBytes(): number {
    return Buffer.byteLength(JSON.stringify(this.#newText)) - 2;
  }

  /** How many stretches of text were inserted, or deleted, in one piece as it looks in the end. */
  get stretches(): number {
    const kinds = this.#characters.map(({ isNew, isDeleted }) =>
      isNew ? "new" : isDeleted ? "deleted" : "",
    );
    return kinds.filter((kind, index) => kind !== "" && kind !== kinds[index - 1]).length;
  }

  /** One operation that replaces so many code points at each of some positions, the first first. */
  replace(positions: readonly number[], deleted: number, inserted: string): void {
    const { length } = this;
    const [at = 0] = positions;
    this.operations.push(
      positions.length === 1
        ? replaceOperation(at, at + deleted, inserted, length)
        : replacements(length, positions, deleted, inserted),
    );
    for (const position of positions.toReversed()) this.#replaceOne(position, deleted, inserted);
  }

  #replaceOne(position: number, deleted: number, inserted: string): void {
    let index = this.#indexOf(position);
    for (let rest = deleted; rest > 0; index++) {
      const character = this.#characters[index];
      if (character === undefined) throw new RangeError("deleted beyond the end");
      if (character.isDeleted) continue;
      character.isDeleted = true;
      rest--;
    }
    const come = Array.from(inserted, (value) => ({ value, isNew: true, isDeleted: false }));
    this.#characters.splice(this.#indexOf(position), 0, ...come);
    if (deleted > 0)
      this.#characters = this.#characters.filter(({ isNew, isDeleted }) => !isNew || !isDeleted);
  }

  /** Where the character at a position stands: after everything that was deleted before it. */
  #indexOf(position: number): number {
    let before = -1;
    for (let index = 0; index < this.#characters.length; index++) {
      const { isDeleted } = this.#characters[index] as Character;
      if (!isDeleted) before++;
      if (before === position) return index;
    }
    return this.#characters.length;
  }

  get #newText(): string {
    return this.#characters.flatMap(({ value, isNew }) => (isNew ? value : [])).join("");
  }
}

function replacements(
  length: number,
  positions: readonly number[],
  deleted: number,
  inserted: string,
): Operation {
  const builder = new OperationBuilder(length);
  let passed = 0;
  for (const position of positions) {
    builder
      .skip(position - passed)
      .delete(deleted)
      .insert(inserted);
    passed = position + deleted;
  }
  return builder.build();
}

let log: MemoryLog;
let server: RunningServer;
let documents = 0;

beforeAll(async () => {
  log = new MemoryLog();
  server = await startServer({ log, idleMs: 1 });
});
afterAll(() => server.stop());

/** Puts a past into the log, and lets somebody come back who has its base: what they are sent, in bytes on the wire. */
async function comeBack(past: Past): Promise<number> {
  const document = `past-${documents++}`;
  const request = { version: 0, lastSeq: 0, inFlight: false, settled: 0, time: 0 };
  await log.openSession(document, { ...request, session: "writer", fence: "f" });
  const operations = [replaceOperation(0, 0, past.base, 0), ...past.operations];
  let length = 0;
  const entries = operations.map((operation, index) => {
    length += operation.targetLength - operation.baseLength;
    return {
      entryId: entryIdOf(index + 1),
      session: "writer",
      seq: index + 1,
      fence: "f",
      settled: 0,
      operation,
      length,
      author: "ann",
    };
  });
  for (let start = 0; start < entries.length; start += BATCH) {
    const expected = { version: start, entryId: start === 0 ? "" : entryIdOf(start) };
    const batch = { expected, entries: entries.slice(start, start + BATCH), time: 0 };
    expect(await log.commit(document, batch)).toMatchObject({ outcome: "committed" });
  }

  const client = new RawClient(server.url, { perMessageDeflate: false });
  const [[response]] = (await Promise.all([once(client.socket, "upgrade"), once(client.socket, "open")])) as [
    [IncomingMessage],
    unknown,
  ];
  const { socket: wire } = response;
  client.say("hello", 1, ["bob", "Bob", 1]);
  await client.next("welcome");
  const before = wire.bytesRead;
  client.say("open", 1, document, "back", 1, entryIdOf(1), 0, false, 0);
  client.say("ping");
  await client.next("opened");
  const ops = await client.next("ops");
  const bytes = wire.bytesRead - before;
  expect(ops).toMatchObject({ from: 1, to: operations.length });
  const changed = apply(Text.of(past.base), ops.operation.extend(Text.of(past.base).points));
  expect(changed.toString()).toBe(past.text);
  client.socket.terminate();
  return bytes;
}

function entryIdOf(version: number): string {
  return `e${String(version).padStart(10, "0")}`;
}

const PROSE = 'The rug 🧶 has to be cleaned, not replaced, says Inés. She asks "for two offers".\n';
const BASE = PROSE.repeat(100);

/** The next so many characters of some prose. */
function prose(characters: number): string[] {
  return Array.from(PROSE.repeat(Math.ceil(characters / 80))).slice(0, characters);
}

describe("[S2] who comes back is sent the text that changed and at most 20 % more", () => {
  test.each([
    ["in memory", 2_000],
    ["in the log", 12_000],
  ])("when five have typed, one character after another, and it is %s", async (_, keys) => {
    const past = new Past(BASE);
    const starts = [0, 500, 1_500, 2_000, 4_000];
    const letters = prose(keys / 5);
    for (const [typed, letter] of letters.entries()) {
      for (const [writer, start] of starts.entries()) {
        past.replace([start + writer * typed + typed], 0, letter);
      }
    }
    expect(await comeBack(past)).toBeLessThanOrEqual(1.2 * past.newBytes + FIXED_BYTES);
  });

  test("when a page was pasted, and a part of it was cut", async () => {
    const past = new Past(BASE);
    past.replace([1_000], 0, PROSE.repeat(250));
    past.replace([3_000], 9_000, "");
    expect(await comeBack(past)).toBeLessThanOrEqual(1.2 * past.newBytes + FIXED_BYTES);
  });

  test("when each paragraph was replaced", async () => {
    const past = new Past(BASE);
    const { length } = Array.from(PROSE);
    const starts = Array.from({ length: 20 }, (_, index) => index * 5 * length);
    past.replace(starts, 3 * length, PROSE.toUpperCase().repeat(3));
    expect(await comeBack(past)).toBeLessThanOrEqual(1.2 * past.newBytes + FIXED_BYTES);
  });

  test("when all of it was typed and deleted again: hardly anything", async () => {
    const past = new Past(BASE);
    const letters = prose(1_000);
    for (const [typed, letter] of letters.entries()) past.replace([1_000 + typed], 0, letter);
    for (let rest = letters.length; rest > 0; rest--) past.replace([999 + rest], 1, "");
    expect(past.newBytes).toBe(0);
    expect(await comeBack(past)).toBeLessThanOrEqual(FIXED_BYTES);
  });
});

describe("[S2] where little changed in many places, each place takes its position", () => {
  const bound = (past: Past): number => past.newJsonBytes + STRETCH_BYTES * past.stretches + FIXED_BYTES;

  test("when a word was replaced everywhere", async () => {
    const past = new Past(BASE);
    const { length } = Array.from(PROSE);
    past.replace(
      Array.from({ length: 100 }, (_, index) => index * length + 4),
      3,
      "carpet",
    );
    expect(past.stretches).toBe(200);
    const bytes = await comeBack(past);
    expect(bytes).toBeLessThanOrEqual(bound(past));
    // JSON cannot do it with 20 %: should this ever fail, the law above holds here too.
    expect(bytes).toBeGreaterThan(1.2 * past.newBytes + FIXED_BYTES);
  });

  test("when single characters came everywhere", async () => {
    const past = new Past(BASE);
    for (let key = 0; key < 500; key++) past.replace([(key * 3_571) % past.length], 0, "x");
    expect(await comeBack(past)).toBeLessThanOrEqual(bound(past));
  });

  const letter = fc.constantFrom("a", "b", " ", "\n", '"', "é", "漢", "😀", "\u0001");
  /** What a writer does, wherever in the text: fractions of its length. */
  const action = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    kind: fc.constantFrom("type", "paste", "cut", "replace all", "type and take back"),
    letters: fc.array(letter, { minLength: 1, maxLength: 30 }),
    amount: fc.integer({ min: 1, max: 12 }),
  });

  test("whatever happened", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 25 }), async (actions) => {
        const past = new Past(PROSE.repeat(3));
        for (const { at, kind, letters, amount } of actions) {
          const position = Math.floor(at * past.length);
          const deleted = Math.min(amount, past.length - position);
          if (kind === "paste") past.replace([position], deleted, letters.join(""));
          else if (kind === "cut") past.replace([position], deleted, "");
          else if (kind === "replace all") {
            const step = amount + 5;
            const positions = Array.from(
              { length: Math.floor(past.length / step) },
              (_, index) => index * step,
            );
            if (positions.length > 0) past.replace(positions, Math.min(amount, 2), letters[0] ?? "");
          } else {
            for (const [typed, typedLetter] of letters.entries())
              past.replace([position + typed], 0, typedLetter);
            if (kind === "type") continue;
            for (let rest = letters.length; rest > 0; rest--) past.replace([position + rest - 1], 1, "");
          }
        }
        expect(await comeBack(past)).toBeLessThanOrEqual(bound(past));
      }),
      { numRuns: 100 },
    );
  });
});
