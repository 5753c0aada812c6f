import { apply, type Operation, OperationBuilder, Text, transform } from "@interline/ot";
import { expect, it } from "vitest";
import { loadConcurrentTrace } from "../support/traces.ts";

/** One writer's operations as they were typed, each in the state of `seen` operations of the other and all own ones before. */
interface Typed {
  /** Number in the trace: the order in which the server gets them. */
  readonly number: number;
  readonly seen: number;
  readonly patch: readonly [position: number, deleted: number, inserted: string];
}

/**
 * A server between two writers who may be any number of operations apart (Jupiter, 1995): an operation is moved over what its
 * author had not seen, one by one. Of two concurrent ones the server gets the pending one later: it is left.
 * Each is kept in every state in which it was needed, by how many of the other's it follows.
 */
class TwoWriters {
  readonly #typed: readonly [readonly Typed[], readonly Typed[]];
  readonly #moved: [Map<number, Operation>[], Map<number, Operation>[]] = [[], []];
  transforms = 0;

  constructor(typed: readonly [readonly Typed[], readonly Typed[]]) {
    this.#typed = typed;
  }

  /** Operation `own` (from 0) of a writer, for the state after `own` of theirs and `others` of the other's. */
  at(writer: 0 | 1, own: number, others: number): Operation {
    const other = writer === 0 ? 1 : 0;
    const { seen, number } = this.#typed[writer][own]!;
    const states = (this.#moved[writer][own] ??= new Map([[seen, this.#asTyped(writer, own)]]));
    let from = others;
    while (!states.has(from)) from--;
    for (; from < others; from++) {
      const side = number > this.#typed[other][from]!.number ? "left" : "right";
      states.set(from + 1, transform(states.get(from)!, this.at(other, from, own), side));
      this.transforms++;
    }
    return states.get(others)!;
  }

  #asTyped(writer: 0 | 1, own: number): Operation {
    const { seen, patch } = this.#typed[writer][own]!;
    const [position, deleted, inserted] = patch;
    return new OperationBuilder(this.#lengthAt(writer, own, seen))
      .skip(position)
      .delete(deleted)
      .insert(inserted)
      .build();
  }

  /** Length of the text after `own` operations of a writer and `others` of the other's. */
  #lengthAt(writer: 0 | 1, own: number, others: number): number {
    const other = writer === 0 ? 1 : 0;
    const mine = this.#typed[writer][own - 1];
    const theirs = this.#typed[other][others - 1];
    if (mine === undefined && theirs === undefined) return 0;
    // The one that came later cannot be something that the other one had seen.
    return (mine?.number ?? -1) > (theirs?.number ?? -1)
      ? this.at(writer, own - 1, others).targetLength
      : this.at(other, others - 1, own).targetLength;
  }
}

it("[I1] 26,078 keystrokes of two people who wrote at once end in the text that they ended with", async () => {
  const { txns, endContent } = await loadConcurrentTrace();
  const typed: [Typed[], Typed[]] = [[], []];
  /** What a transaction and all before it are: so many of each writer. */
  const states: [number, number][] = [];
  for (const [number, { parents, agent, patches }] of txns.entries()) {
    const state: [number, number] = [0, 0];
    for (const parent of parents) {
      state[0] = Math.max(state[0], states[parent]![0]);
      state[1] = Math.max(state[1], states[parent]![1]);
    }
    expect(state[agent]).toBe(typed[agent].length);
    typed[agent].push({ number, seen: state[agent === 0 ? 1 : 0], patch: patches[0]! });
    state[agent]++;
    states.push(state);
  }
  const server = new TwoWriters(typed);
  let text = Text.empty;
  const sent: [number, number] = [0, 0];
  for (const { agent } of txns) {
    text = apply(text, server.at(agent, sent[agent]++, sent[agent === 0 ? 1 : 0]));
  }
  expect(text.toString() === endContent).toBe(true);
  expect(server.transforms).toBeGreaterThan(200_000);
});
