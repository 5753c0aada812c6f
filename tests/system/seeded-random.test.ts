import { describe, expect, it } from "vitest";
import { seededRandom } from "../support/seeded-random.ts";

describe("seeded random", () => {
  it("repeats with its seed", () => {
    const first = seededRandom();
    const second = seededRandom(first.seed);
    const draw = (random: typeof first) => Array.from({ length: 50 }, () => random.int(1000));
    expect(draw(first)).toEqual(draw(second));
  });

  it("keeps within its bounds and reaches all of them", () => {
    const random = seededRandom(1);
    const drawn = new Set(Array.from({ length: 500 }, () => random.int(6)));
    expect(drawn).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    expect(random.chance(0)).toBe(false);
    expect(random.chance(1)).toBe(true);
    expect(["a", "b"]).toContain(random.pick(["a", "b"]));
    expect(() => random.pick([])).toThrow(RangeError);
  });

  it("shuffles without loss", () => {
    const items = Array.from({ length: 100 }, (_, i) => i);
    const shuffled = seededRandom(2).shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  });
});
