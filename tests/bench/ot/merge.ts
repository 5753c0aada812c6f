import { apply, composeAll, Text, transformPair } from "@interline/ot";
import { Doc } from "diamond-types-node";
import type { Patch } from "../../support/traces.ts";
import { against, cpuMs, median, type Row } from "../measure.ts";
import { operationsOf, writing } from "./edits.ts";

const LENGTH = 65_000;
const EDITS = 10_000;
const ROUNDS = 9;

function editAll(doc: Doc, patches: readonly Patch[]): void {
  for (const [position, deleted, inserted] of patches) {
    if (deleted > 0) doc.del(position, deleted);
    if (inserted !== "") doc.ins(position, inserted);
  }
}

/** Somebody comes back with 10,000 edits to 10,000 of others: until both are in one text. */
export function mergeRows(): Row[] {
  const base = "The quick brown fox jumps over the lazy dog. ".repeat(1500).slice(0, LENGTH);
  const mine = writing(LENGTH, EDITS, 11);
  const theirs = writing(LENGTH, EDITS, 12);
  const pending = operationsOf(mine, LENGTH);
  const missed = operationsOf(theirs, LENGTH);
  const text = Text.of(base);
  const shown = apply(text, composeAll(pending));

  const origin = new Doc("origin");
  origin.ins(0, base);
  const bytes = origin.toBytes();
  const other = Doc.fromBytes(bytes, "other");
  const version = other.getLocalVersion();
  editAll(other, theirs);
  const patch = other.getPatchSince(version);

  const ours: number[] = [];
  const diamondTypes: number[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const own = cpuMs(() => {
      const [, remote] = transformPair(composeAll(pending), composeAll(missed));
      return apply(shown, remote);
    });
    const doc = Doc.fromBytes(bytes, "me");
    editAll(doc, mine);
    const merge = cpuMs(() => doc.mergeBytes(patch));
    doc.free();
    if (round < 0) continue;
    ours.push(own);
    diamondTypes.push(merge);
  }
  return [
    against(
      "merge 10,000 offline edits with 10,000 missed ones",
      "ms",
      median(ours),
      "diamond-types-node",
      median(diamondTypes),
      0.5,
    ),
  ];
}
