import { CODES } from "@interline/protocol/codes";
import { describe, expect, it } from "vitest";
import { FINAL, isClosed } from "../src/closed-document.ts";

describe("a closed document", () => {
  it("is one that is refused to somebody who has nothing of it: words that are here stay in sight", () => {
    const nothing = { points: 0 };
    expect(isClosed({ status: { state: "denied", pendingEdits: 0 }, text: nothing })).toBe(true);
    expect(isClosed({ status: { state: "denied", pendingEdits: 0 }, text: { points: 9 } })).toBe(false);
    // All of it was deleted here, and that is not saved.
    expect(isClosed({ status: { state: "denied", pendingEdits: 1 }, text: nothing })).toBe(false);
    for (const state of ["connecting", "offline", "readonly", "synced"] as const) {
      expect(isClosed({ status: { state, pendingEdits: 0 }, text: nothing }), state).toBe(false);
    }
  });

  it("offers to try again unless the code says that it is of no use", () => {
    const final = Object.entries(CODES).filter(
      ([, { denies, retry }]) => denies === true && retry === "never",
    );
    expect([...FINAL].toSorted()).toEqual(final.map(([code]) => code).toSorted());
  });
});
