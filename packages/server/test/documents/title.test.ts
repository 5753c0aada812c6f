import { expect, test } from "vitest";
import { titleFault, titleOf } from "../../src/documents/title.ts";

/** All that no title has. */
const UNFIT = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, index) => 0x7f + index),
  0x61c,
  0x200e,
  0x200f,
  0x2028,
  0x2029,
  ...Array.from({ length: 5 }, (_, index) => 0x202a + index),
  ...Array.from({ length: 4 }, (_, index) => 0x2066 + index),
];

test("a title has no control characters and none that turn text around, wherever they stand", () => {
  for (const code of UNFIT) {
    const unfit = String.fromCodePoint(code);
    const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    for (const title of [unfit, `a${unfit}`, `${unfit}b`, `a${unfit}b`]) {
      expect(titleFault(title), name).toContain(name);
      expect(titleFault(titleOf(title)), name).toBeUndefined();
    }
    expect(titleOf(`a${unfit}b${unfit}`)).toBe("ab");
  }
});

test.each([
  "",
  "Minutes",
  "Протокол",
  "\u05e9\u05dc\u05d5\u05dd",
  "\u0645\u0631\u062d\u0628\u0627",
  "\u{1f469}\u200d\u{1f4bb} notes",
  "a\u00a0b",
  "\u00ad",
])("%j is a title", (title) => {
  expect(titleFault(title)).toBeUndefined();
  expect(titleOf(title)).toBe(title);
});

test("a title has at most 256 UTF-16 code units, and whole characters", () => {
  const emoji = "\u{1f469}";
  expect(titleFault(emoji.repeat(128))).toBeUndefined();
  expect(titleFault(emoji.repeat(129))).toContain("256");
  expect(titleFault("\ud800")).toContain("surrogate");
  expect(titleOf(`x${emoji.repeat(200)}`)).toHaveLength(256);
  expect(titleFault(titleOf(`x${emoji.repeat(200)}`))).toBeUndefined();
});
