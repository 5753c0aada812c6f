import { decodeOperation } from "@interline/ot";
import { absolute, medians, type Row } from "../measure.ts";

const CALLS = 20_000;
const NS_PER_BYTE = 20;
const NS_ALWAYS = 1000;

/** Input that hangs or breaks others, refused: the worst of all, as part of what is allowed, 1 µs and 20 ns for each byte. */
export function hostileRows(): Row[] {
  const inputs: unknown[] = [
    [1e308, "x"],
    [1_000_000_000, "x"],
    [{ d: 1e9 }],
    [null],
    ["\ud83d"],
    [1, { d: "x".repeat(2000) }, 1e300],
    [...Array.from({ length: 5000 }, (_, index) => (index % 2 === 0 ? 1 : "y")), { d: 0 }],
    ["x".repeat(100_000), "\udc00"],
    Array.from({ length: 3000 }, () => ({ d: 1 })),
  ];
  let worst = 0;
  for (const input of inputs) {
    const bytes = JSON.stringify(input).length;
    const calls = Math.max(20, Math.floor(CALLS / (1 + bytes / 100)));
    const { ms } = medians(7, {
      ms: () => {
        for (let call = 0; call < calls; call++) {
          if (decodeOperation(input, 5, { maxComponents: 10_000 }).ok) throw new Error("was accepted");
        }
      },
    });
    worst = Math.max(worst, (ms * 1e6) / calls / (NS_ALWAYS + NS_PER_BYTE * bytes));
  }
  return [absolute("hostile operation refused, part of 1 µs + 20 ns × bytes", "×", worst, 1)];
}
