const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * How far around a position its character is looked for, in UTF-16 code units: a longer one ends there, and
 * in a line of megabytes a step costs no more.
 */
const REACH = 1_000;

/**
 * The end, within one line, of the character (grapheme cluster) that begins at or holds `offset`, in UTF-16
 * code units; the text's length at its end. As a native text field steps, and unlike CodeMirror's
 * `findClusterBreak` also over Hangul letters and Indic conjuncts.
 */
export function graphemeEnd(text: string, offset: number): number {
  const from = safeStart(text, offset);
  const found = segmenter.segment(text.slice(from, offset + REACH)).containing(offset - from);
  return found === undefined ? text.length : from + found.index + found.segment.length;
}

/**
 * The start, within one line, of the character (grapheme cluster) that ends at or holds `offset`, in UTF-16
 * code units; 0 at the start.
 */
export function graphemeStart(text: string, offset: number): number {
  if (offset === 0) return 0;
  const from = safeStart(text, offset - 1);
  const found = segmenter.segment(text.slice(from, offset + REACH)).containing(offset - 1 - from);
  return found === undefined ? offset : from + found.index;
}

/** One emoji within a sequence: with a skin tone, or as text or picture. */
const EMOJI = String.raw`(?:\p{Emoji_Modifier_Base}\p{Emoji_Modifier}|\p{Extended_Pictographic}\p{Variation_Selector}?)`;

/** What goes with one Backspace although it is several code points. */
const SEQUENCES = [
  String.raw`\p{Regional_Indicator}{2}`,
  String.raw`[0-9#*]\p{Variation_Selector}?\u20e3`,
  String.raw`${EMOJI}(?:\u200d${EMOJI})*`,
  String.raw`\p{Extended_Pictographic}[\u{e0020}-\u{e007e}]+\u{e007f}`,
  String.raw`\P{Mark}\p{Variation_Selector}`,
];
const lastSequence = new RegExp(`(?:${SEQUENCES.join("|")})$`, "u");

/**
 * Where the deletion of Backspace at `offset` begins, in UTF-16 code units: it takes a whole emoji, keycap,
 * flag or variation, and of any other character its last code point, so that an accent or a vowel sign can be
 * typed again.
 *
 * Law (test `tests/browser/characters.test.ts`): as a native text field in Chromium.
 */
export function backspaceStart(text: string, offset: number): number {
  if (offset === 0) return 0;
  const character = text.slice(Math.max(graphemeStart(text, offset), offset - REACH), offset);
  const sequence = lastSequence.exec(character)?.[0];
  if (sequence !== undefined) return offset - sequence.length;
  return offset - String.fromCodePoint(lastPoint(character)).length;
}

function lastPoint(text: string): number {
  const point = text.codePointAt(text.length - 2) ?? 0;
  return point > 0xffff ? point : text.charCodeAt(text.length - 1);
}

/**
 * A place at or before `offset` where no character stands open: a letter of ASCII, which always begins one,
 * if it is near.
 */
function safeStart(text: string, offset: number): number {
  const farthest = Math.max(0, offset - REACH);
  for (let at = offset; at > farthest; at--) {
    const code = text.charCodeAt(at);
    if (code < 0x80) return at;
  }
  return farthest;
}
