import { type Operation, replaceOperation } from "@interline/ot";
import { loadTrace, type Patch, type TraceName } from "../../support/traces.ts";
import { seededRandom } from "../measure.ts";

/** All edits of a trace, one by one. */
export async function patchesOf(name: TraceName): Promise<readonly Patch[]> {
  const { startContent, txns } = await loadTrace(name);
  const patches = txns.flatMap(({ patches }) => patches);
  return startContent === "" ? patches : [[0, 0, startContent], ...patches];
}

/** The edits as operations, for a document of `length` code points. */
export function operationsOf(patches: readonly Patch[], length = 0): Operation[] {
  let before = length;
  return patches.map(([position, deleted, inserted]) => {
    const operation = replaceOperation(position, position + deleted, inserted, before);
    before = operation.targetLength;
    return operation;
  });
}

/** Somebody who writes on in a text of `length`: bursts of typing, 18 % of the keys backspaces, jumps in between. */
export function writing(length: number, count: number, seed: number): Patch[] {
  const random = seededRandom(seed);
  const patches: Patch[] = [];
  let size = length;
  let caret = 0;
  for (let index = 0; index < count; index++) {
    if (index === 0 || random() < 0.06) caret = Math.floor(random() * (size + 1));
    if (caret > 0 && random() < 0.18) {
      caret--;
      size--;
      patches.push([caret, 1, ""]);
    } else {
      patches.push([caret, 0, "abcdefgh "[Math.floor(random() * 9)] ?? "x"]);
      caret++;
      size++;
    }
  }
  return patches;
}
