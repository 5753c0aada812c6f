/** What finding, going to a line, code and refusals say. @public */
export interface WritingWords {
  readonly find: string;
  /** Accessible name of the panel where it also replaces. */
  readonly findAndReplace: string;
  readonly replaceWith: string;
  readonly replace: string;
  readonly replaceAll: string;
  readonly previous: string;
  readonly next: string;
  readonly close: string;
  /** Accessible name of the button that shows what to replace by, and how to find. */
  readonly more: string;
  readonly matchCase: string;
  readonly wholeWords: string;
  readonly regularExpression: string;
  readonly noResults: string;
  readonly results: (count: number) => string;
  /** @param result the selected one, from 1 */
  readonly resultOf: (result: number, count: number) => string;
  readonly replaced: (count: number) => string;
  /** It is no regular expression. */
  readonly faulty: string;
  /** It took too long and was stopped. */
  readonly slow: string;
  /** The page lets no regular expression run. */
  readonly unavailable: string;
  readonly goToLine: string;
  /** Behind the field for the number of a line. */
  readonly ofLines: (count: number) => string;
  readonly go: string;
  /** Accessible description of a text in which Tab indents. */
  readonly tabIndents: string;
  readonly imageRefused: string;
  readonly fileRefused: string;
  /** For what listens to `il-highlighting`. */
  readonly highlightingOff: string;
  readonly turnOn: string;
}
