import type { Words } from "../words/words.ts";

/** What decides whether a text may be submitted. Lengths in UTF-16 code units. */
export interface TextFacts {
  readonly length: number;
  /** True if people made the latest change, false if a script did: what a script sets is never too long. */
  readonly isWritten: boolean;
  readonly required: boolean;
  /** -1: no bound. */
  readonly minLength: number;
  /** -1: no bound. */
  readonly maxLength: number;
  /** True if nothing can be changed here, so that nobody can be asked to. */
  readonly isFixed: boolean;
  /** True if the form wants saved text, and this is not. */
  readonly isUnsaved: boolean;
  /** What the host has against it; "": nothing. */
  readonly customMessage: string;
}

/** What is wrong with a text, and the words for the first of it; `{}` and "" if nothing is. */
export interface Verdict {
  readonly flags: Readonly<ValidityStateFlags>;
  readonly message: string;
}

/** Decides as a `<textarea>` does, except that the text of others counts as written too. */
export function judge(facts: TextFacts, words: Words["form"]): Verdict {
  const { length, isWritten, isFixed, minLength, maxLength, customMessage } = facts;
  const flags: ValidityStateFlags = {};
  const messages: string[] = [];
  const find = (flag: keyof ValidityStateFlags, message: string): void => {
    flags[flag] = true;
    messages.push(message);
  };
  if (customMessage !== "") find("customError", customMessage);
  if (!isFixed) {
    if (facts.required && length === 0) find("valueMissing", words.missing);
    if (isWritten && maxLength >= 0 && length > maxLength) find("tooLong", words.tooLong(length, maxLength));
    if (isWritten && length > 0 && length < minLength) find("tooShort", words.tooShort(length, minLength));
  }
  if (facts.isUnsaved) find("customError", words.unsaved);
  return { flags, message: messages[0] ?? "" };
}

export function isSameVerdict(one: Verdict, other: Verdict): boolean {
  const keys = Object.keys(one.flags);
  return (
    one.message === other.message &&
    keys.length === Object.keys(other.flags).length &&
    keys.every((key) => key in other.flags)
  );
}
