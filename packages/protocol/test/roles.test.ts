import { describe, expect, test } from "vitest";
import { allows, lowerOf, namedRole, roleIn, ROLES } from "../src/roles.ts";

describe("roles", () => {
  test("each have everything before them", () => {
    expect(ROLES).toEqual(["none", "read", "comment", "suggest", "write", "own"]);
    for (const [index, role] of ROLES.entries()) {
      for (const [other, needed] of ROLES.entries()) {
        expect(allows(role, needed)).toBe(index >= other);
        expect(lowerOf(role, needed)).toBe(ROLES[Math.min(index, other)]);
      }
    }
  });

  test.each([
    [0, ["none", "read", "comment", "comment", "write", "own"]],
    [1, ["none", "read", "comment", "comment", "write", "own"]],
    [2, ROLES],
    [3, ROLES],
  ])("are those that a peer of 1.%i knows, or the next lower ones", (minor, known) => {
    expect(ROLES.map((role) => roleIn(minor, role))).toEqual(known);
  });

  test.each([
    ["write", "write"],
    ["none", "none"],
    [["suggest", "comment"], "suggest"],
    [["review", "suggest", "comment"], "suggest"],
    [["review", "edit"], "none"],
    ["review", "none"],
    ["Write", "none"],
    [[], "none"],
    [[["own"]], "none"],
    [4, "none"],
    [null, "none"],
    [{ role: "own" }, "none"],
  ])("%j is read as %s", (named, role) => {
    expect(namedRole(named)).toBe(role);
  });
});
