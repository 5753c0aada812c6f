import { apply, compose, Operation, Text, transform } from "@interline/ot";
import { against, medians, type Row } from "../measure.ts";

/** Components on each side: large enough that fixed costs do not hide what grows. */
const SIZE = 40_000;

function crumbs(count: number, shift: number): Operation {
  const components = Array.from({ length: count }, (_, index) => {
    if (index % 2 === 0) return 2 + ((index * 7 + shift) % 5);
    return (index * 5 + shift) % 3 === 0 ? { d: 1 } : "ab";
  });
  return Operation.from(components, count * 8);
}

/** Twice the work may take at most 2.3 times as long. */
export function scalingRows(): Row[] {
  const cases = [SIZE, 2 * SIZE].map((size) => {
    const a = crumbs(size, 1);
    const b = crumbs(size, 2);
    const text = Text.of("x".repeat(a.baseLength));
    return { a, b, text };
  });
  const [one, two] = cases.map(({ a, b, text }) => {
    const second = Operation.from(b.toJSON(), Math.max(a.targetLength, b.baseLength));
    const first = a.extend(a.baseLength + second.baseLength - a.targetLength);
    return {
      transform: () => transform(a, b, "left"),
      compose: () => compose(first, second),
      apply: () => apply(text, a),
    };
  });
  if (one === undefined || two === undefined) return [];
  return (["transform", "compose", "apply"] as const).map((name) => {
    const ms = medians(15, { once: () => fiveTimes(one[name]), twice: () => fiveTimes(two[name]) });
    return against(`${name}, twice the size`, "ms", ms.twice / 5, "half the size", ms.once / 5, 2.3);
  });
}

function fiveTimes(work: () => unknown): void {
  for (let time = 0; time < 5; time++) work();
}
