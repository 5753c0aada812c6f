import type { Deviation } from "./table.ts";

/** What a deviation looks like, and why it is one. */
interface Reason {
  readonly file: RegExp;
  readonly message?: RegExp;
  readonly reason: string;
}

/** Why the element does otherwise than a native text area. The first that fits counts. */
const REASONS: readonly Reason[] = [
  {
    file: /select-event/,
    message: /isTrusted/,
    reason:
      "The `select` event comes from a script, so `isTrusted` is false: no element of a page can change that.",
  },
  {
    file: /selection-value-interactions/,
    message: /somexyzing/,
    reason:
      "`defaultValue` says what a new document begins with. Once the text of the document is shown it changes nothing: the text is everybody's.",
  },
  {
    file: /setSelectionRange\.html$/,
    message: /expected 1 but got 0/,
    reason:
      "White space alone between the tags is how markup is laid out, and no text. Other text between them counts as it stands.",
  },
  {
    file: /cloning-steps/,
    reason:
      "A clone of the element has what its markup says. The text belongs to the document, and no script is told of a clone.",
  },
];

export function reasonFor({ path, message }: Deviation): string | undefined {
  return REASONS.find((one) => one.file.test(path) && (one.message?.test(message) ?? true))?.reason;
}
