import * as fc from "fast-check";
import { expect, it } from "vitest";
import { textHash } from "../src/text-hash.ts";

it("a text has one hash, of 16 letters", () => {
  expect(textHash("")).toMatch(/^[0-9a-f]{16}$/);
  expect(textHash("The rug 🧶")).toBe(textHash("The rug 🧶"));
});

it("texts that differ in a letter, in order or in length have others", () => {
  const text = fc.string({ unit: "binary", maxLength: 200 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(textHash(a) === textHash(b)).toBe(a === b);
      expect(textHash(`${a}x`)).not.toBe(textHash(`${a}y`));
      expect(textHash(`${a}\u0000`)).not.toBe(textHash(a));
    }),
  );
});
