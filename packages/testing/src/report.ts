import type { CaseDescription } from "./cases.ts";
import { type LawName, lawSentences } from "./laws/catalogue.ts";

/** @public */
export interface Counterexample extends CaseDescription {
  /** How it was found: among all small cases, at random, or at random with operations that the type made itself. */
  readonly found: "small" | "random" | "derived";
  /** The two values that should be one; what each is, `says` of the law tells. */
  readonly expected: unknown;
  readonly actual: unknown;
  /** The same as lines of text. */
  readonly story: string;
}

/** @public */
export interface LawResult {
  readonly law: LawName;
  /** The law as a sentence. */
  readonly says: string;
  readonly status: "holds" | "broken" | "not applicable";
  /** False for a law that is told only: a sound type may break it. */
  readonly isAsked: boolean;
  /** Cases tried. */
  readonly runs: number;
  readonly seed: number;
  /** What the type or the subject lacks, if the law is not applicable. */
  readonly lacks?: string;
  readonly counterexample?: Counterexample;
}

/** @public */
export interface Report {
  readonly type: string;
  readonly seed: number;
  readonly results: readonly LawResult[];
  /** The broken laws among those that are asked. */
  readonly broken: readonly LawName[];
  /** The whole report for people. */
  readonly text: string;
}

/** The results as text: one line per law, the story of each broken one under it, and how to run the same again. */
export function printedReport(type: string, seed: number, results: readonly LawResult[]): string {
  const width = Math.max(...results.map(({ law }) => law.length));
  const lines = results.flatMap((result) => [
    `${MARKS[result.status]} ${result.law.padEnd(width)}  ${outcome(result)}`,
    ...(result.counterexample === undefined
      ? []
      : result.counterexample.story.split("\n").map((line) => `      ${line}`)),
  ]);
  const broken = results.filter(({ status, isAsked }) => status === "broken" && isAsked).length;
  const held = results.filter(({ status }) => status === "holds").length;
  return [`${type}: ${held} laws hold, ${broken} broken (seed ${seed})`, ...lines].join("\n");
}

const MARKS = { holds: "+", broken: "x", "not applicable": "-" } as const;

function outcome({ status, isAsked, runs, lacks, says }: LawResult): string {
  switch (status) {
    case "holds":
      return `holds, ${runs} cases`;
    case "broken":
      return `${isAsked ? "BROKEN" : "broken, not asked for"}: ${says}`;
    case "not applicable":
      return `not applicable: ${lacks ?? ""}`;
  }
}

/** A counterexample as lines of text. */
export function storyOf(
  law: LawName,
  description: CaseDescription,
  expected: unknown,
  actual: unknown,
): string {
  const { document, pending, operations, positions } = description;
  const labels = lawSentences[law];
  const lines: [string, string][] = [["document", JSON.stringify(document)]];
  if (pending !== undefined) lines.push(["pending", JSON.stringify(pending)]);
  if (operations.length > 0) {
    lines.push([
      pending === undefined ? "operations" : "committed",
      operations.map((operation) => JSON.stringify(operation)).join(" then "),
    ]);
  }
  if (positions !== undefined) lines.push(["positions", positions.join(", ")]);
  lines.push([labels.expected, JSON.stringify(expected)], [labels.actual, JSON.stringify(actual)]);
  const width = Math.max(...lines.map(([label]) => label.length));
  return lines.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join("\n");
}
