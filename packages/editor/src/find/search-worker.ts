import type { Query } from "./query.ts";
import { patternOf } from "./query.ts";
import { PairsBuilder } from "./hits.ts";
import { forEachMatch, pairsIn } from "./scan.ts";
import { substitute } from "./substitute.ts";

/** A place in a text, in UTF-16 code units, and what comes in its place. */
export type TextChange = readonly [from: number, to: number, insert: string];

/** What the page says to the worker. The changes of one message all count in the text before them. */
export type ToWorker =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "changes"; readonly changes: readonly TextChange[] }
  | { readonly type: "search"; readonly id: number; readonly query: Query }
  | { readonly type: "replace"; readonly id: number; readonly query: Query; readonly template: string };

/** What the worker says. `pairs` as in `Hits`. */
export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "hits"; readonly id: number; readonly pairs: Uint32Array }
  /** What each hit becomes: `lengths` (UTF-16 code units) cut `joined` into as many pieces as there are hits. */
  | {
      readonly type: "replacements";
      readonly id: number;
      readonly pairs: Uint32Array;
      readonly lengths: Uint32Array;
      readonly joined: string;
    };

/** The text that the page shows, kept up with its changes. */
let text = "";

function answer(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

function changed(before: string, changes: readonly TextChange[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const [from, to, insert] of changes) {
    pieces.push(before.slice(at, from), insert);
    at = to;
  }
  pieces.push(before.slice(at));
  return pieces.join("");
}

function replacements(id: number, query: Query, template: string): void {
  const pairs = new PairsBuilder();
  const lengths: number[] = [];
  const pieces: string[] = [];
  forEachMatch(text, patternOf(query), (match, from, to) => {
    const piece = substitute(template, match);
    pairs.add(from, to);
    lengths.push(piece.length);
    pieces.push(piece);
  });
  answer({
    type: "replacements",
    id,
    pairs: pairs.build(),
    lengths: Uint32Array.from(lengths),
    joined: pieces.join(""),
  });
}

self.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case "text":
      text = data.text;
      break;
    case "changes":
      text = changed(text, data.changes);
      break;
    case "search": {
      const pairs = pairsIn(text, patternOf(data.query));
      answer({ type: "hits", id: data.id, pairs }, [pairs.buffer]);
      break;
    }
    case "replace":
      replacements(data.id, data.query, data.template);
      break;
  }
});

answer({ type: "ready" });
