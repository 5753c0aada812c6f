/**
 * The shortest schedules in which a client, a server or a log that leaves out one rule loses, doubles or mixes text. Each is played
 * twice: with the rule nothing is wrong in the end; without it the checker says what is.
 */
export interface Story {
  readonly rule: string;
  readonly name: string;
  /** Returns what the checker finds in the end. */
  readonly play: (hasRule: boolean) => Promise<readonly string[]>;
  /** What the checker finds, among other things, where the rule is off. */
  readonly breaks: readonly string[];
}
