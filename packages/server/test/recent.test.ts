import { expect, test } from "vitest";
import { Recent } from "../src/recent.ts";

test("what was not asked for the longest is forgotten first", () => {
  const recent = new Recent<number>(3);
  for (const [index, name] of ["a", "b", "c"].entries()) recent.set(name, index);
  expect(recent.get("a")).toBe(0);
  recent.set("d", 3);
  expect(["a", "b", "c", "d"].map((name) => recent.get(name))).toEqual([0, undefined, 2, 3]);
  recent.set("c", 9);
  recent.delete("d");
  recent.set("e", 4);
  expect(["a", "c", "d", "e"].map((name) => recent.get(name))).toEqual([0, 9, undefined, 4]);
});
