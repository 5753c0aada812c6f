import { expect, it } from "vitest";
import { shouldRenew } from "../src/renewal.ts";

/** What a tab keeps. */
function tab(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as Storage;
}

const saved = { pendingEdits: 0 };

it("a page that the server has left behind reloads, once from each build", () => {
  const shelf = tab();
  expect(shouldRenew(saved, shelf, "main-a.js")).toBe(true);
  expect(shouldRenew(saved, shelf, "main-a.js")).toBe(false);
  expect(shouldRenew(saved, shelf, "main-b.js")).toBe(true);
  expect(shouldRenew(saved, shelf, "main-b.js")).toBe(false);
});

it("never while something waits to be saved, and then once it is saved", () => {
  const shelf = tab();
  expect(shouldRenew({ pendingEdits: 1 }, shelf, "main-a.js")).toBe(false);
  expect(shouldRenew(saved, shelf, "main-a.js")).toBe(true);
});

it("never where it could not be known that it was tried", () => {
  expect(shouldRenew(saved, undefined, "main-a.js")).toBe(false);
  const forgetful = { getItem: () => null, setItem: () => {}, removeItem: () => {} };
  expect(shouldRenew(saved, forgetful, "main-a.js")).toBe(false);
  const broken = {
    getItem() {
      throw new DOMException("forbidden", "SecurityError");
    },
    setItem() {},
    removeItem() {},
  };
  expect(shouldRenew(saved, broken, "main-a.js")).toBe(false);
});
