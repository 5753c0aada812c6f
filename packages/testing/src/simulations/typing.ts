import type { Side } from "../ot-type.ts";
import { plainText, type TextSubject } from "../text-subject.ts";
import { randomFrom } from "./random.ts";
import { type Committed, type ComposingType, Writer } from "./writer.ts";

/** @public */
export interface SimulationOptions {
  /** The side on which operations that are not committed yet are transformed. */
  readonly pendingSide: Side;
  /** How many schedules. Default: 300. */
  readonly schedules?: number;
  /** Seed of the first schedule; the next has the next number. Default: 1. */
  readonly seed?: number;
}

/** @public */
export interface TextSimulationOptions<Snapshot, Op> extends SimulationOptions {
  readonly subject: TextSubject<Snapshot, Op>;
}

/** @public */
export interface TypingOutcome {
  readonly schedules: number;
  /** In how many of them letters of one writer stand between letters of the other. */
  readonly mixed: number;
  /** In how many of them the two did not end with one text. */
  readonly diverged: number;
  /** The first schedule that went wrong; with its seed and `schedules: 1` it runs again. */
  readonly first?: { readonly seed: number; readonly texts: readonly string[] };
}

/** Letters that each of the two writes. */
const WORD_LENGTH = 4;
/** Random moves in a schedule before everything is delivered: enough for both words in nearly all of them. */
const MOVES = 60;

/**
 * Two people type a word each at one place of an empty text, forward, with one operation in flight: how often are the words mixed?
 * With npm `ot-text-unicode`, never if pending operations are `left`, in half of the schedules if they are `right`.
 * @public
 */
export function simulateTyping<Op>(
  type: ComposingType<string, Op>,
  options: SimulationOptions,
): TypingOutcome;
export function simulateTyping<Snapshot, Op>(
  type: ComposingType<Snapshot, Op>,
  options: TextSimulationOptions<Snapshot, Op>,
): TypingOutcome;
export function simulateTyping<Snapshot, Op>(
  type: ComposingType<Snapshot, Op>,
  options: SimulationOptions & { readonly subject?: TextSubject<Snapshot, Op> },
): TypingOutcome {
  const subject = options.subject ?? (plainText as unknown as TextSubject<Snapshot, Op>);
  const schedules = options.schedules ?? 300;
  const firstSeed = options.seed ?? 1;
  let [mixed, diverged] = [0, 0];
  let first: TypingOutcome["first"];
  for (let seed = firstSeed; seed < firstSeed + schedules; seed++) {
    const texts = typeForward(type, subject, options.pendingSide, seed);
    const isDiverged = texts[0] !== texts[1];
    const isMixed = /ab+a|ba+b/.test(texts[0] ?? "");
    if (isDiverged) diverged++;
    if (isMixed) mixed++;
    if (isDiverged || isMixed) first ??= { seed, texts };
  }
  return { schedules, mixed, diverged, ...(first === undefined ? {} : { first }) };
}

function typeForward<Snapshot, Op>(
  type: ComposingType<Snapshot, Op>,
  { form }: TextSubject<Snapshot, Op>,
  pendingSide: Side,
  seed: number,
): string[] {
  const random = randomFrom(seed);
  const log: Committed<Snapshot, Op>[] = [];
  const people = ["a", "b"].map((letter) => ({
    letter,
    typed: 0,
    writer: new Writer(type, form.create(""), pendingSide),
  }));
  const commit = (writer: Writer<Snapshot, Op>): void => {
    const sent = writer.send();
    if (sent === undefined) return;
    const missed = log.slice(writer.version);
    const operation = missed.reduce<Op>(
      (moved, entry) => type.transform(moved, entry.operation, pendingSide),
      sent,
    );
    log.push({ operation, author: writer });
  };
  const deliver = (writer: Writer<Snapshot, Op>): void => {
    const entry = log[writer.version];
    if (entry === undefined) return;
    if (entry.author === writer) writer.acknowledge();
    else writer.receive(entry.operation, 1);
  };
  for (let move = 0; move < MOVES; move++) {
    const person = people[random(2)];
    if (person === undefined) continue;
    const choice = random(3);
    if (choice === 0 && person.typed < WORD_LENGTH) {
      const points = Array.from(form.read(person.writer.shown));
      const at = points.lastIndexOf(person.letter) + 1;
      const edit = at === 0 ? [person.letter] : [at, person.letter];
      person.writer.edit(form.operation(edit, points.length));
      person.typed++;
    } else if (choice === 1) commit(person.writer);
    else deliver(person.writer);
  }
  while (people.some(({ writer }) => !writer.isSettled || writer.version < log.length)) {
    for (const { writer } of people) {
      commit(writer);
      deliver(writer);
    }
  }
  return people.map(({ writer }) => form.read(writer.shown));
}
