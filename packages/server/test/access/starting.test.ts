import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasStarted, isSecret, isStartedId, startedId } from "../../src/access/starting.ts";
import { guestIdOf } from "../../src/access/user-ids.ts";

const secrets = fc.stringMatching(/^[A-Za-z0-9_-]{22,64}$/).filter(isSecret);

describe("a secret", () => {
  test.each([
    ["a1b2c3d4e5f6g7h8i9j0kl", true],
    ["a1b2c3d4e5f6g7h8i9j0k", false],
    ["a".repeat(64), false],
    ["abcdefgabcdefgabcdefgabcdefg", false],
    ["a1b2c3d4e5f6g7h8i9j0k!", false],
    ["a1b2c3d4e5f6g7h8i9j0kl".repeat(3), false],
    ["", false],
  ])("%s: %s", (value, is) => expect(isSecret(value)).toBe(is));
});

describe("the id of a started document", () => {
  test("is known: pages make it too", () => {
    expect(startedId("a1b2c3d4e5f6g7h8i9j0kl")).toBe("r3sk7aektxvn2vx5b8nm");
  });

  test("shows who started it, and nobody else", () => {
    fc.assert(
      fc.property(secrets, secrets, fc.string(), (mine, other, owner) => {
        const id = startedId(mine);
        expect(isStartedId(id)).toBe(true);
        expect(hasStarted(id, mine, owner)).toBe(true);
        // Not even by writing first.
        if (other !== mine) expect(hasStarted(id, other, guestIdOf(other))).toBe(false);
      }),
    );
  });

  test("that somebody has chosen says nothing: who wrote first has started it", () => {
    fc.assert(
      fc.property(secrets, secrets, (mine, other) => {
        expect(hasStarted("minutes", mine, guestIdOf(mine))).toBe(true);
        expect(hasStarted("minutes", mine, "")).toBe(false);
        expect(hasStarted("minutes", mine, mine)).toBe(false);
        if (other !== mine) expect(hasStarted("minutes", other, guestIdOf(mine))).toBe(false);
      }),
    );
    expect(hasStarted("minutes", "ann", guestIdOf("ann"))).toBe(false);
  });
});
