/** Deepest nesting that is unpacked. Messages have four levels. */
const MAX_DEPTH = 64;

const ARRAY = 1;
const MAP = 2;
const STRING = 3;

/**
 * First byte of the kinds whose length stands in the bytes after it: how many bytes that length has, and what
 * it counts.
 */
const LENGTHS: Readonly<Record<number, readonly [bytes: number, kind: number]>> = {
  0xd9: [1, STRING],
  0xda: [2, STRING],
  0xdb: [4, STRING],
  0xdc: [2, ARRAY],
  0xdd: [4, ARRAY],
  0xde: [2, MAP],
  0xdf: [4, MAP],
};

/**
 * First byte of the kinds of a fixed size, and the bytes that follow it: nil, booleans, floats, and whole
 * numbers.
 */
const FIXED: Readonly<Record<number, number>> = {
  0xc0: 0,
  0xc2: 0,
  0xc3: 0,
  0xca: 4,
  0xcb: 8,
  0xcc: 1,
  0xcd: 2,
  0xce: 4,
  0xcf: 8,
  0xd0: 1,
  0xd1: 2,
  0xd2: 4,
  0xd3: 8,
};

/**
 * True if the bytes are exactly one MessagePack value that can be unpacked in time and memory linear in them:
 * every value that an array or a map claims to hold is there, and nothing is nested too deep. A decoder that
 * trusts the claims makes room for them first, so arrays in arrays that each claim as many values as there
 * are bytes would cost the square of the bytes. Binary data and extensions are refused, as no message has
 * any.
 *
 * Allocates a list of `MAX_DEPTH` numbers, whatever the bytes are. Cost: linear in the bytes, one look at
 * each value.
 */
export function isUnpackable(bytes: Uint8Array, maxValues: number = bytes.length): boolean {
  const size = bytes.length;
  /** Values that are still to come in each array or map that is open. */
  const open: number[] = [];
  /** Values that are still to come in all of them: each takes a byte at least. */
  let owed = 1;
  let left = 1;
  let values = 0;
  let at = 0;
  while (owed > 0) {
    if (at >= size || ++values > maxValues) return false;
    const head = bytes[at++] as number;
    owed--;
    left--;
    let kind = 0;
    let length = 0;
    if (head < 0x80 || head >= 0xe0) {
      // A small whole number.
    } else if (head < 0x90) [kind, length] = [MAP, head & 0x0f];
    else if (head < 0xa0) [kind, length] = [ARRAY, head & 0x0f];
    else if (head < 0xc0) [kind, length] = [STRING, head & 0x1f];
    else {
      const fixed = FIXED[head];
      if (fixed !== undefined) at += fixed;
      else {
        const told = LENGTHS[head];
        if (told === undefined) return false;
        for (let index = 0; index < told[0]; index++) length = length * 256 + (bytes[at++] ?? 0);
        kind = told[1];
      }
    }
    if (kind === STRING) at += length;
    else if (kind !== 0) {
      const count = kind === MAP ? 2 * length : length;
      owed += count;
      if (owed > size - at || open.length === MAX_DEPTH) return false;
      open.push(left);
      left = count;
    }
    while (left === 0 && open.length > 0) left = open.pop() as number;
  }
  return at === size;
}
