import type { Side } from "../ot-type.ts";
import { plainText, type TextForm, type TextSubject } from "../text-subject.ts";
import { cutAtRandom, randomFrom } from "./random.ts";
import type { SimulationOptions, TextSimulationOptions } from "./typing.ts";
import { type Committed, type ComposingType, Writer } from "./writer.ts";

/** @public */
export interface GroupingOutcome {
  readonly schedules: number;
  /** In how many of them the clients and the server did not end with one text. */
  readonly diverged: number;
  /** The first of these; with its seed and `schedules: 1` it runs again. The last text is the server's. */
  readonly first?: { readonly seed: number; readonly texts: readonly string[] };
}

/** @public */
export interface GroupingOptions {
  /** `one by one` never composes committed operations: then every type with TP1 converges. Default: `random`. */
  readonly history?: "random" | "one by one";
}

const CLIENTS = 3;
/** Random moves in a schedule before everything is delivered. */
const MOVES = 40;
/** The text that everyone begins with. */
const START = "AB";
const LETTERS = "uvwxyz";

/**
 * Three clients and a server with one operation in flight each, where the server moves what it gets over committed history
 * in pieces, composed as chance will have it, and so does each client with what it receives: in how many schedules do
 * they diverge? In none if the type keeps grouping on the side of pending operations (`group-left-value`).
 * @public
 */
export function simulateGrouping<Op>(
  type: ComposingType<string, Op>,
  options: SimulationOptions & GroupingOptions,
): GroupingOutcome;
export function simulateGrouping<Snapshot, Op>(
  type: ComposingType<Snapshot, Op>,
  options: TextSimulationOptions<Snapshot, Op> & GroupingOptions,
): GroupingOutcome;
export function simulateGrouping<Snapshot, Op>(
  type: ComposingType<Snapshot, Op>,
  options: SimulationOptions & GroupingOptions & { readonly subject?: TextSubject<Snapshot, Op> },
): GroupingOutcome {
  const subject = options.subject ?? (plainText as unknown as TextSubject<Snapshot, Op>);
  const schedules = options.schedules ?? 300;
  const firstSeed = options.seed ?? 1;
  let diverged = 0;
  let first: GroupingOutcome["first"];
  for (let seed = firstSeed; seed < firstSeed + schedules; seed++) {
    const texts = runSchedule(type, subject, options.pendingSide, options.history ?? "random", seed);
    if (new Set(texts).size === 1) continue;
    diverged++;
    first ??= { seed, texts };
  }
  return { schedules, diverged, ...(first === undefined ? {} : { first }) };
}

function runSchedule<Snapshot, Op>(
  type: ComposingType<Snapshot, Op>,
  { form }: TextSubject<Snapshot, Op>,
  pendingSide: Side,
  history: "random" | "one by one",
  seed: number,
): string[] {
  const random = randomFrom(seed);
  const log: Committed<Snapshot, Op>[] = [];
  let text = form.create(START);
  const writers = Array.from({ length: CLIENTS }, () => new Writer(type, text, pendingSide));

  /** The operations in pieces, each composed into one. */
  const pieces = (entries: readonly Committed<Snapshot, Op>[]): { operation: Op; count: number }[] => {
    const cut = history === "random" ? cutAtRandom(entries, random) : entries.map((entry) => [entry]);
    return cut.map((piece) => ({
      operation: piece.map(({ operation }) => operation).reduce((a, b) => type.compose(a, b)),
      count: piece.length,
    }));
  };
  const commit = (writer: Writer<Snapshot, Op>): void => {
    const sent = writer.send();
    if (sent === undefined) return;
    const operation = pieces(log.slice(writer.version)).reduce<Op>(
      (moved, piece) => type.transform(moved, piece.operation, pendingSide),
      sent,
    );
    text = type.apply(text, operation);
    log.push({ operation, author: writer });
  };
  const deliver = (writer: Writer<Snapshot, Op>, upTo: number): void => {
    while (writer.version < upTo) {
      const own = log.findIndex(({ author }, index) => index >= writer.version && author === writer);
      const end = own < 0 ? upTo : Math.min(own, upTo);
      for (const { operation, count } of pieces(log.slice(writer.version, end))) {
        writer.receive(operation, count);
      }
      if (own >= 0 && own < upTo) writer.acknowledge();
    }
  };
  try {
    for (let move = 0; move < MOVES; move++) {
      const writer = writers[random(CLIENTS)];
      if (writer === undefined) continue;
      const choice = random(4);
      if (choice <= 1) writer.edit(randomEdit(form, writer.shown, random));
      else if (choice === 2) commit(writer);
      else deliver(writer, writer.version + random(log.length - writer.version + 1));
    }
    while (writers.some((writer) => !writer.isSettled || writer.version < log.length)) {
      for (const writer of writers) {
        commit(writer);
        deliver(writer, log.length);
      }
    }
  } catch (error) {
    // An operation that no longer fits a text: that client and the server have parted before.
    return [String(error), form.read(text)];
  }
  return [...writers.map(({ shown }) => form.read(shown)), form.read(text)];
}

/** Inserts or deletes one character. */
function randomEdit<Snapshot, Op>(
  form: TextForm<Snapshot, Op>,
  shown: Snapshot,
  random: (limit: number) => number,
): Op {
  const length = Array.from(form.read(shown)).length;
  const isInsert = length === 0 || random(2) === 0;
  const at = random(isInsert ? length + 1 : length);
  const component = isInsert ? (LETTERS[random(LETTERS.length)] ?? "x") : { d: 1 };
  return form.operation(at === 0 ? [component] : [at, component], length);
}
