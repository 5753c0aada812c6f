import { SLICE_UNITS } from "@interline/server";
import { describe, expect, test } from "vitest";
import { type SeededRandom, seededRandom } from "../../../tests/support/seeded-random.ts";
import { jsonSlices, LongString } from "../src/http/long-answer.ts";
import { SlicedJson } from "../src/http/sliced-json.ts";

const LIMITS = { maxValues: 65_536, maxDepth: 64 };

/** Reads a JSON text that comes in pieces of so many UTF-16 code units, over and over. */
function read(text: string, sizes: readonly number[]): { value: unknown; skeleton: string } {
  const json = new SlicedJson(LIMITS);
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    json.take(text.slice(at, at + size));
    at += size;
  }
  const { skeleton } = json;
  return { skeleton, value: json.filled(JSON.parse(skeleton)) };
}

/** Characters that JSON escapes, or that have two halves, beside plain ones. */
const UNITS = ["a", "\\", '"', "\n", "\u0007", "é", "😀", "\u2028"];

/** Some of something, of a seed. */
function some<Value>(random: SeededRandom, least: number, most: number, one: () => Value): Value[] {
  return Array.from({ length: least + random.int(most - least + 1) }, one);
}

/** A long string: what it repeats, so that an escape stands at every place that a slice may end at. */
function longString(random: SeededRandom): string {
  const part = some(random, 1, 7, () => random.pick(UNITS)).join("");
  return part.repeat(Math.ceil((2.2 * SLICE_UNITS) / part.length));
}

/** Any value that JSON has. */
function jsonValue(random: SeededRandom, depth = 4): unknown {
  const text = (): string => some(random, 0, 5, () => random.pick(UNITS)).join("");
  const kind = random.int(depth === 0 ? 4 : 7);
  if (kind === 0) return random.pick([null, true, false]);
  if (kind === 1) return random.pick([0, -1, 1.5, 1e300, 2 ** 53]);
  if (kind <= 3) return text();
  const parts = some(random, 0, 4, () => jsonValue(random, depth - 1));
  return kind <= 5 ? parts : Object.fromEntries(parts.map((part) => [text(), part]));
}

const SEEDS = Array.from({ length: 300 }, (_, seed) => seed);
const FEW_SEEDS = SEEDS.slice(0, 6);

describe("a body of JSON that comes in slices", () => {
  test("law: means what it means as a whole, wherever it is cut", () => {
    for (const seed of SEEDS) {
      const random = seededRandom(seed);
      const text = JSON.stringify(jsonValue(random));
      const cuts = some(random, 1, 5, () => 1 + random.int(9));
      expect(read(text, cuts)).toEqual({ value: JSON.parse(text), skeleton: text });
    }
  });

  test("law: long strings are unescaped as they come, and are what they are", () => {
    for (const seed of FEW_SEEDS) {
      const random = seededRandom(seed);
      const string = longString(random);
      const sizes = some(random, 1, 3, () => SLICE_UNITS - random.int(10));
      const whole = JSON.stringify({ id: "d", text: string, more: [string, ""] });
      const text = seed % 2 === 0 ? whole : asciiOf(whole);
      const { value, skeleton } = read(text, sizes);
      expect(value).toEqual({ id: "d", text: string, more: [string, ""] });
      // What is parsed at once is short, however long the body is.
      expect(skeleton.length).toBeLessThan(200);
    }
  });

  test("a mark that somebody else wrote is a string like any other", () => {
    const string = "x".repeat(2 * SLICE_UNITS);
    const { skeleton } = read(JSON.stringify([string]), [SLICE_UNITS]);
    const [mark] = JSON.parse(skeleton) as [string];
    const { value } = read(JSON.stringify([mark, string]), [SLICE_UNITS]);
    expect(value).toEqual([mark, string]);
  });

  test.each([
    ["nested 65 deep", "[".repeat(65), "ERR_BODY_TOO_COMPLEX"],
    ["of too many values", `[${"1,".repeat(70_000)}`, "ERR_BODY_TOO_COMPLEX"],
    [
      "of a megabyte beside its longest strings",
      `[${`"${"k".repeat(60_000)}",`.repeat(20)}`,
      "ERR_BODY_TOO_COMPLEX",
    ],
    ["with a line end in a long string", `["${"x".repeat(SLICE_UNITS)}\n`.repeat(2), "ERR_BODY_SYNTAX"],
    ["with an unknown escape in a long string", `["${"x".repeat(SLICE_UNITS)}\\x"`, "ERR_BODY_SYNTAX"],
  ])("is refused before it is parsed where it is %s", (_what, text, code) => {
    expect(() => read(text, [SLICE_UNITS])).toThrow(expect.objectContaining({ code }));
  });
});

/** The same JSON with every other character as an escape. */
function asciiOf(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

describe("an answer of JSON in slices", () => {
  const joined = (value: unknown): string => [...jsonSlices(value)].join("");

  test("law: is the JSON of the value", () => {
    for (const seed of SEEDS) {
      const value = jsonValue(seededRandom(seed));
      expect(joined(value)).toBe(JSON.stringify(value));
    }
  });

  test("law: of long strings too, in slices of a bounded size", () => {
    for (const seed of FEW_SEEDS) {
      const value = { text: "s".repeat(seed % 4) + longString(seededRandom(seed)), next: null };
      const slices = [...jsonSlices(value)];
      expect(slices.join("")).toBe(JSON.stringify(value));
      // A character may become six.
      for (const slice of slices) expect(slice.length).toBeLessThanOrEqual(7 * SLICE_UNITS);
    }
  });

  test("a string in parts is written as one", () => {
    expect(joined({ text: new LongString(['a"', "b"]) })).toBe('{"text":"a\\"b"}');
  });

  test("a long list of small things is cut too", () => {
    const list = Array.from({ length: 100_000 }, (_, index) => index);
    const slices = [...jsonSlices(list)];
    expect(slices.join("")).toBe(JSON.stringify(list));
    for (const slice of slices) expect(slice.length).toBeLessThan(SLICE_UNITS + 10);
  });
});
