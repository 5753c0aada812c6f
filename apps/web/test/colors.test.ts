import { expect, it } from "vitest";
import { freeColor, GIVEN_COLORS } from "../src/colors.ts";

it("a given colour that nobody has stays", () => {
  expect(freeColor(5, [1, 2, 12])).toBe(5);
});

it("a taken one gives way to the free one farthest from all others on the wheel", () => {
  expect(freeColor(1, [1])).toBe(7);
  expect(freeColor(1, [1, 7])).toBe(4);
  expect(freeColor(12, [12, 6])).toBe(3);
});

it("sky and iris are not given, and when all are taken the own one stays", () => {
  expect([8, 9]).not.toContain(freeColor(3, [3]));
  expect(freeColor(3, GIVEN_COLORS)).toBe(3);
});
