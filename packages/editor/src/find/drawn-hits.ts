import { type Extension, RangeSetBuilder, StateEffect, type StateEffectType } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  type PluginValue,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import type { MovedHits } from "./moved-hits.ts";

/**
 * At most so many hits are drawn at once. A window of text has room for less; a line of a megabyte has more,
 * and its layout takes ever longer.
 */
const DRAWN = 1_000;

const hit = Decoration.mark({ class: "hit" });
const current = Decoration.mark({ class: "hit current" });

/** There are other hits to draw. */
export const hitsChanged: StateEffectType<null> = StateEffect.define();

/** Draws the hits in what is visible of the text; the one that is selected stands out. */
export function drawnHits(hits: (view: EditorView) => MovedHits | undefined): Extension {
  class DrawnHits implements PluginValue {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = draw(view, hits(view));
    }

    update(update: ViewUpdate): void {
      const areOthers = update.transactions.some(({ effects }) =>
        effects.some((effect) => effect.is(hitsChanged)),
      );
      if (areOthers || update.docChanged || update.selectionSet || update.viewportChanged)
        this.decorations = draw(update.view, hits(update.view));
    }
  }
  return ViewPlugin.fromClass(DrawnHits, { decorations: (plugin) => plugin.decorations });
}

function draw({ state, visibleRanges }: EditorView, hits: MovedHits | undefined): DecorationSet {
  if (hits === undefined) return Decoration.none;
  const builder = new RangeSetBuilder<Decoration>();
  const { main } = state.selection;
  let drawn = 0;
  let end = -1;
  for (const range of visibleRanges) {
    for (const { from, to } of hits.within(range.from, range.to)) {
      // What lies in two visible ranges is drawn once.
      if (from === to || from < end) continue;
      if (++drawn > DRAWN) return builder.finish();
      builder.add(from, to, from === main.from && to === main.to ? current : hit);
      end = to;
    }
  }
  return builder.finish();
}
