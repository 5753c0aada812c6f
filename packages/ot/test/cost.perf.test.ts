import { describe, expect, test } from "vitest";
import { processorTime } from "../../../tests/support/processor-time.ts";
import { apply } from "../src/apply.ts";
import { compose } from "../src/compose.ts";
import { decodeOperation } from "../src/decode.ts";
import { Operation } from "../src/operation.ts";
import { Text } from "../src/text.ts";
import { transform } from "../src/transform.ts";

describe("eight times the size takes about eight times as long, not sixty-four", () => {
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
    const [large, less] = [make(8 * small), make(small)];
    for (const work of [large, less]) work();
    expect(processorTime(large) / processorTime(less)).toBeLessThan(40);
  });
});
