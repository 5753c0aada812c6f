import { apply, replaceOperation, Text } from "@interline/ot";
import { absolute, type Row } from "../measure.ts";
import { writing } from "./edits.ts";

const LENGTH = 1_000_000;

function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc");
  for (let pass = 0; pass < 3; pass++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A document of a million characters, written in until most of its leaves have changed. Half of it beyond Latin-1. */
export function memoryRows(): Row[] {
  const patches = writing(LENGTH, 20_000, 9);
  const before = heapBytes();
  let text = Text.of(
    "Kürze, Würze, 漢字 and a little more. "
      .repeat(LENGTH / 34)
      .slice(0, LENGTH)
      .padEnd(LENGTH),
  );
  for (const [position, deleted, inserted] of patches) {
    text = apply(text, replaceOperation(position, position + deleted, inserted, text.points));
  }
  const used = heapBytes() - before;
  return [absolute("memory of an open document, part of its UTF-16 size", "×", used / (2 * text.units), 3)];
}
