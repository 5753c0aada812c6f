import * as fc from "fast-check";
import { describedCase, randomCases, type SmallLimits, smallCases } from "./cases.ts";
import { type LawName, lawSentences } from "./laws/catalogue.ts";
import { type Bench, type Case, type Law, LawBroken } from "./laws/law.ts";
import { laws } from "./laws/laws.ts";
import type { OtType, Side } from "./ot-type.ts";
import { type Counterexample, type LawResult, printedReport, type Report, storyOf } from "./report.ts";
import type { Subject } from "./subject.ts";
import { plainText } from "./text-subject.ts";
import { UnreadableValue } from "./value.ts";

/** @public */
export interface CheckOptions {
  /** What the type is called in the report. Default: its `name`. */
  readonly name?: string;
  /**
   * The side on which operations that are not committed yet are transformed. The laws about grouping are asked of this side only and
   * told of the other. Default: `left`, as in ShareDB.
   */
  readonly pendingSide?: Side;
  /** Laws to check. Default: all. */
  readonly only?: readonly LawName[];
  /** Random cases per law, half of them with derived operations; 0: only the small ones. Default: 1000. */
  readonly runs?: number;
  /** Replays a report: the same seed gives the same cases. Default: that of `fc.configureGlobal`, or a new one. */
  readonly seed?: number;
  /** All cases up to this size are tried first. Default: documents of 2 characters, operations of 2 components. */
  readonly small?: SmallLimits;
  /** Also ask for the laws that a sound type may break: the other side's, and that apply refuses what does not fit. Default: false. */
  readonly isStrict?: boolean;
}

/** @public */
export interface SubjectOptions<Snapshot, Op> extends CheckOptions {
  readonly subject: Subject<Snapshot, Op>;
}

/**
 * Puts a type to all laws that apply to it. A broken law is a result, never an error. Without a `subject` the type must hold text as
 * strings and take operations in the JSON form of npm `ot-text-unicode`.
 *
 * The functions run in this thread: a type that hangs on fitting operations hangs the check. For hostile ones see `findHangs`.
 * @throws UnreadableValue if the subject shows values that cannot be compared.
 * @public
 */
export function checkType<Op>(type: OtType<string, Op>, options?: CheckOptions): Report;
export function checkType<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  options: SubjectOptions<Snapshot, Op>,
): Report;
export function checkType<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  options: CheckOptions & { readonly subject?: Subject<Snapshot, Op> } = {},
): Report {
  // The first signature is the only one without a subject: there the type is one of plain text.
  const subject = options.subject ?? (plainText as unknown as Subject<Snapshot, Op>);
  const seed = options.seed ?? fc.readConfigureGlobal().seed ?? Math.trunc(Math.random() * 0x7fffffff);
  const results = laws
    .filter(({ name }) => options.only?.includes(name) ?? true)
    .map((law) => checkLaw({ type, subject }, law, { ...options, seed }));
  const name = options.name ?? type.name ?? "a type without a name";
  const broken = results
    .filter(({ status, isAsked }) => isAsked && status === "broken")
    .map(({ law }) => law);
  return { type: name, seed, results, broken, text: printedReport(name, seed, results) };
}

/** @public */
export interface AssertOptions extends CheckOptions {
  /** Laws that this type is known to break. If one of them holds after all, that is an error too: the list is out of date. */
  readonly except?: readonly LawName[];
}

/** A type that breaks a law it was expected to keep. The message is the report. @public */
export class TypeBroken extends Error {
  readonly report: Report;

  constructor(message: string, report: Report) {
    super(message);
    this.name = "TypeBroken";
    this.report = report;
  }
}

/**
 * `checkType`, as an assertion for a test of any runner.
 * @throws TypeBroken with the report, unless every law that is asked holds, but for those in `except`, which must not.
 * @public
 */
export function assertType<Op>(type: OtType<string, Op>, options?: AssertOptions): Report;
export function assertType<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  options: AssertOptions & SubjectOptions<Snapshot, Op>,
): Report;
export function assertType<Snapshot, Op>(
  type: OtType<Snapshot, Op>,
  options: AssertOptions & { readonly subject?: Subject<Snapshot, Op> } = {},
): Report {
  const report = checkType(type, options as SubjectOptions<Snapshot, Op>);
  const except = options.except ?? [];
  const unexpected = report.broken.filter((law) => !except.includes(law));
  if (unexpected.length > 0)
    throw new TypeBroken(`breaks ${unexpected.join(", ")}\n\n${report.text}`, report);
  const kept = except.filter((law) =>
    report.results.some((result) => result.law === law && result.status !== "broken"),
  );
  if (kept.length > 0) {
    throw new TypeBroken(`does not break ${kept.join(", ")}: take it off the list\n\n${report.text}`, report);
  }
  return report;
}

const DEFAULT_RUNS = 1000;
const DEFAULT_SMALL: SmallLimits = { size: 2, components: 2 };

function checkLaw<Snapshot, Op>(
  bench: Bench<Snapshot, Op>,
  law: Law,
  options: CheckOptions & { readonly seed: number },
): LawResult {
  const isOtherSide = law.pendingSide !== undefined && law.pendingSide !== (options.pendingSide ?? "left");
  const result = {
    law: law.name,
    says: lawSentences[law.name].says,
    isAsked: options.isStrict === true || !(isOtherSide || law.isAdvice === true),
    seed: options.seed,
  };
  const lacks = lacking(bench, law);
  if (lacks !== undefined) return { ...result, status: "not applicable", runs: 0, lacks };

  let runs = 0;
  const found = (how: Counterexample["found"], situation: Case<Snapshot, Op>, broken: Broken): LawResult => ({
    ...result,
    status: "broken",
    runs,
    counterexample: told(bench, law, how, situation, broken),
  });
  for (const situation of smallCases(bench.type, bench.subject, law.uses, options.small ?? DEFAULT_SMALL)) {
    runs++;
    const broken = judged(bench, law, situation);
    if (broken !== undefined) return found("small", situation, broken);
  }
  const randomRuns = Math.ceil((options.runs ?? DEFAULT_RUNS) / 2);
  for (const isDerived of randomRuns > 0 ? [false, true] : []) {
    const source = randomCases(bench.type, bench.subject, law.uses, isDerived);
    const outcome = fc.check(
      fc.property(source.seeds, (seeds) => {
        runs++;
        const situation = source.build(seeds);
        return situation === undefined || judged(bench, law, situation) === undefined;
      }),
      { numRuns: randomRuns, seed: options.seed },
    );
    if (!outcome.failed) continue;
    const seeds = outcome.counterexample?.[0];
    const situation = seeds && source.build(seeds);
    if (situation === undefined)
      throw new Error(`${law.name}: no case stays to be shown`, { cause: outcome });
    const broken = judged(bench, law, situation);
    if (broken !== undefined) return found(isDerived ? "derived" : "random", situation, broken);
    // Broken once and not again: the type does not give the same answer twice.
    return found(isDerived ? "derived" : "random", situation, {
      expected: "the same answer twice",
      actual: "broken at first, then not",
    });
  }
  return { ...result, status: "holds", runs };
}

type Broken = Pick<LawBroken, "expected" | "actual">;

/** What is wrong in this case, or undefined. Whatever the type throws breaks the law. */
function judged<Snapshot, Op>(
  bench: Bench<Snapshot, Op>,
  law: Law,
  situation: Case<Snapshot, Op>,
): Broken | undefined {
  try {
    law.check(bench, situation);
    return undefined;
  } catch (error) {
    if (error instanceof LawBroken) return error;
    if (error instanceof UnreadableValue) throw error;
    return { expected: "no error", actual: String(error) };
  }
}

function lacking<Snapshot, Op>({ type, subject }: Bench<Snapshot, Op>, law: Law): string | undefined {
  const missing = law.needs.find((group) => group.every((name) => type[name] === undefined));
  if (missing !== undefined) return `the type has no ${missing.join(" or ")}`;
  const unknown = law.knows?.find((field) => subject[field] === undefined);
  return unknown === undefined ? undefined : `the subject has no ${unknown}`;
}

function told<Snapshot, Op>(
  { subject }: Bench<Snapshot, Op>,
  law: Law,
  found: Counterexample["found"],
  situation: Case<Snapshot, Op>,
  { expected, actual }: Broken,
): Counterexample {
  const description = describedCase(subject, law.uses, situation);
  return {
    ...description,
    found,
    expected,
    actual,
    story: storyOf(law.name, description, expected, actual),
  };
}
