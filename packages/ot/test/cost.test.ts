import { describe, expect, test } from "vitest";
import { apply } from "../src/apply.ts";
import { compose } from "../src/compose.ts";
import { decodeOperation } from "../src/decode.ts";
import { Operation } from "../src/operation.ts";
import { Text } from "../src/text.ts";
import { transform } from "../src/transform.ts";
import { countPoints } from "../src/unicode.ts";

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

describe("[I8] the largest operations", () => {
  const everyOther = (length: number) =>
    Operation.from(
      Array.from({ length: 49_998 }, (_, index) => (index % 2 === 0 ? 1 : "y")),
      length,
    );
  const insert = (text: string) => Operation.from([text], 0);
  // Generous: a quadratic walk takes a minute.
  test("compose in linear time, though one is a single long insert and the other cuts it into crumbs", () => {
    const ms = timed(() => compose(insert("x".repeat(1_000_000)), everyOther(1_000_000)));
    expect(ms).toBeLessThan(1000);
    expect(timed(() => compose(insert("😀".repeat(500_000)), everyOther(500_000)))).toBeLessThan(1000);
  });

  test.each(["x", "😀", "aé😀"])(
    "many edits at once give what they give one by one, in a text of %s",
    (unit) => {
      const text = Text.of(unit.repeat(700));
      const components = Array.from({ length: 900 }, (_, index) => {
        if (index % 3 === 0) return 1;
        return index % 3 === 1 ? "ö" : { d: 1 };
      });
      const operation = Operation.from(components, text.points);
      let string = Array.from(text.toString());
      let point = 0;
      for (const component of operation) {
        if (typeof component === "number") point += component;
        else if (typeof component === "string") {
          string = [...string.slice(0, point), component, ...string.slice(point)];
          point += countPoints(component);
        } else string = [...string.slice(0, point), ...string.slice(point + component.d)];
      }
      const result = apply(text, operation);
      expect(result.toString()).toBe(string.join(""));
      expect(result.points).toBe(string.length);
    },
  );
});

describe("time-linear: eight times the size takes about eight times as long, not sixty-four", () => {
  const edits = (count: number, length: number): Operation =>
    Operation.from(
      Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 2 : { d: 1 })),
      length,
    );
  const inserts = (count: number, length: number): Operation =>
    Operation.from(
      Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 1 : "xy")),
      length,
    );
  /** Processor time in µs, the least of some runs. */
  const cost = (work: () => unknown): number =>
    Math.min(
      ...Array.from({ length: 7 }, () => {
        const before = process.cpuUsage();
        for (let again = 0; again < 5; again++) work();
        const { user, system } = process.cpuUsage(before);
        return user + system;
      }),
    );
  const small = 4_000;

  test.each<[string, (count: number) => () => unknown]>([
    [
      "transform",
      (count) => {
        const [a, b] = [edits(count, 4 * count), inserts(count, 4 * count)];
        return () => transform(a, b, "left");
      },
    ],
    [
      "compose",
      (count) => {
        const a = inserts(count, 4 * count);
        const b = edits(count, a.targetLength);
        return () => compose(a, b);
      },
    ],
    [
      "apply",
      (count) => {
        const text = Text.of("x".repeat(4 * count));
        const a = inserts(count, 4 * count);
        return () => apply(text, a);
      },
    ],
    [
      "decodeOperation",
      (count) => {
        const json = inserts(count, 4 * count).toJSON();
        return () => decodeOperation(json, 4 * count, { maxComponents: count });
      },
    ],
  ])("%s", (_, make) => {
    expect(cost(make(8 * small)) / cost(make(small))).toBeLessThan(24);
  });
});
