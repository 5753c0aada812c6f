import type { CodeWords } from "./words.ts";

/** The words that say something about codes; more than these may be in the same object. */
interface WithCodes {
  readonly codes: CodeWords;
}

/** Why somebody is not let in, or not any more, by the code of a `denied` status. @public */
export function denialWords(code: string | undefined, { codes }: WithCodes): string {
  return codes.denied[code ?? ""] ?? codes.other.denied;
}

/** Why a document ended for good, by the code of an `error` status. */
export function endWords(code: string | undefined, { codes }: WithCodes): string {
  return codes.ended[code ?? ""] ?? codes.other.ended;
}

/** Why the server does not let the page in for now, by the code of an `offline` status; undefined: it did not say. */
export function waitingWords(code: string | undefined, { codes }: WithCodes): string | undefined {
  return codes.waiting[code ?? ""];
}

/** Why edits were refused, by the code of a `held` status. Follows "Not saved: ". */
export function refusalWords(code: string | undefined, { codes }: WithCodes): string {
  return codes.refused[code ?? ""] ?? codes.other.refused;
}
