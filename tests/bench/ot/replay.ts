import { apply, replaceOperation, Text } from "@interline/ot";
import { Doc } from "diamond-types-node";
import Rope from "jumprope";
import * as Y from "yjs";
import type { Patch } from "../../support/traces.ts";
import { loadTrace } from "../../support/traces.ts";
import { against, medians, type Row } from "../measure.ts";
import { patchesOf } from "./edits.ts";

/** The least that can be done: UTF-16 code units in one buffer with a gap, no operations, no checks. */
function gapBuffer(patches: readonly Patch[]): string {
  const units = new Uint16Array(1 << 18);
  let gapStart = 0;
  let gapEnd = units.length;
  for (const [position, deleted, inserted] of patches) {
    if (position < gapStart) {
      gapEnd -= gapStart - position;
      units.copyWithin(gapEnd, position, gapStart);
    } else if (position > gapStart) {
      units.copyWithin(gapStart, gapEnd, gapEnd + position - gapStart);
      gapEnd += position - gapStart;
    }
    gapStart = position;
    gapEnd += deleted;
    for (let index = 0; index < inserted.length; index++) units[gapStart++] = inserted.charCodeAt(index);
  }
  const decoder = new TextDecoder("utf-16le");
  return decoder.decode(units.subarray(0, gapStart)) + decoder.decode(units.subarray(gapEnd));
}

function ours(patches: readonly Patch[]): string {
  let text = Text.empty;
  for (const [position, deleted, inserted] of patches) {
    text = apply(text, replaceOperation(position, position + deleted, inserted, text.points));
  }
  return text.toString();
}

function diamondTypes(patches: readonly Patch[]): string {
  const doc = new Doc("a");
  for (const [position, deleted, inserted] of patches) {
    if (deleted > 0) doc.del(position, deleted);
    if (inserted !== "") doc.ins(position, inserted);
  }
  const text = doc.get();
  doc.free();
  return text;
}

function jumprope(patches: readonly Patch[]): string {
  const rope = new Rope();
  for (const [position, deleted, inserted] of patches) {
    if (deleted > 0) rope.del(position, deleted);
    if (inserted !== "") rope.insert(position, inserted);
  }
  return rope.toString();
}

function yjs(patches: readonly Patch[]): string {
  const text = new Y.Doc().getText();
  for (const [position, deleted, inserted] of patches) {
    if (deleted > 0) text.delete(position, deleted);
    if (inserted !== "") text.insert(position, inserted);
  }
  return text.toJSON();
}

/** automerge-paper, edit by edit, as operations on a text, and what others need for the text alone. */
export async function replayRows(): Promise<Row[]> {
  const patches = await patchesOf("automerge-paper");
  const { endContent } = await loadTrace("automerge-paper");
  const check = (replay: (patches: readonly Patch[]) => string): void => {
    if (replay(patches) !== endContent) throw new Error(`${replay.name} ends in another text`);
  };
  // By themselves: what others leave to the garbage collector is not to be counted to either.
  for (const replay of [gapBuffer, ours]) check(replay);
  const near = medians(15, { gap: () => gapBuffer(patches), ours: () => ours(patches) });
  for (const replay of [diamondTypes, jumprope, yjs]) check(replay);
  const ms = medians(9, {
    ours: () => ours(patches),
    diamondTypes: () => diamondTypes(patches),
    jumprope: () => jumprope(patches),
  });
  const slow = medians(2, { yjs: () => yjs(patches) });
  const name = "replay automerge-paper, 259,778 edits";
  return [
    against(name, "ms", near.ours, "bare gap buffer", near.gap, 4),
    against(name, "ms", ms.ours, "Yjs", slow.yjs, 0.05),
    against(name, "ms", ms.ours, "diamond-types-node", ms.diamondTypes, 1),
    against(name, "ms", ms.ours, "jumprope", ms.jumprope, 1),
  ];
}
