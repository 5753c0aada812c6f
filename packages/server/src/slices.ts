import { splitsPair, Text } from "@interline/ot";

/**
 * Long work is done in slices, and between two of them the event loop does what else there is: some ms each,
 * on a slow machine with characters that are slow. @public
 */
export const SLICE_UNITS = 65_536;

/** Lets everything else that waits for the event loop go first. @public */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/**
 * What work in steps comes to, with others let in between: after each step, or after each `atOnce`. Rejects
 * as the work throws.
 */
export async function worked<Result>(steps: Generator<void, Result, void>, atOnce = 1): Promise<Result> {
  for (let count = 1; ; count++) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (count % atOnce === 0) await breathe();
  }
}

/** The text of well-formed strings one after another, made slice by slice. */
export async function textOfSlices(slices: Iterable<string>): Promise<Text> {
  let text = Text.empty;
  for (const slice of slices) {
    if (text.units > 0) await breathe();
    text = text.replace(text.points, text.points, slice);
  }
  return text;
}

/** A well-formed string in slices, which never cut a code point. */
export function* cut(string: string): Generator<string> {
  for (let start = 0; start < string.length; ) {
    let end = Math.min(string.length, start + SLICE_UNITS);
    if (splitsPair(string, end)) end--;
    yield string.slice(start, end);
    start = end;
  }
}

/**
 * The whole text as one string, put together slice by slice: what is joined of very many short pieces is
 * copied when it is first read.
 */
export async function stringOf(text: Text): Promise<string> {
  if (text.units <= SLICE_UNITS) return text.toString();
  const slices: string[] = [];
  for (const slice of slicesOf(text)) {
    slices.push(slice);
    await breathe();
  }
  // It takes fresh memory for all of it at once, which is a turn's work by itself.
  const whole = slices.join("");
  await breathe();
  return whole;
}

/** A text as strings of about `SLICE_UNITS`, which never cut a code point. Nothing else is copied. @public */
export function* slicesOf(text: Pick<Text, "pieces">): Generator<string> {
  let slice: string[] = [];
  let units = 0;
  for (const piece of text.pieces()) {
    slice.push(piece);
    units += piece.length;
    if (units < SLICE_UNITS) continue;
    yield slice.join("");
    slice = [];
    units = 0;
  }
  if (units > 0) yield slice.join("");
}
