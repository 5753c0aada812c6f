import { EditorState, type Extension, RangeSetBuilder } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  keymap,
  type PluginValue,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { standardKeys } from "./standard-keys.ts";

const automatic = Decoration.line({ attributes: { dir: "auto" } });

/** Gives each drawn line its own direction, taken from its first strong letter. */
class LineDirections implements PluginValue {
  decorations: DecorationSet;

  constructor(view: EditorView) {
    this.decorations = LineDirections.#of(view);
  }

  update(update: ViewUpdate): void {
    if (update.docChanged || update.viewportChanged) this.decorations = LineDirections.#of(update.view);
  }

  static #of(view: EditorView): DecorationSet {
    const builder = new RangeSetBuilder<Decoration>();
    for (const { from, to } of view.visibleRanges) {
      for (let position = from; position <= to; ) {
        const line = view.state.doc.lineAt(position);
        builder.add(line.from, line.from, automatic);
        position = line.to + 1;
      }
    }
    return builder.finish();
  }
}

/** What prose needs: spelling, and both directions. Tab leaves. */
export const prose: Extension = [
  EditorView.perLineTextDirection.of(true),
  ViewPlugin.fromClass(LineDirections, { decorations: (directions) => directions.decorations }),
  EditorView.contentAttributes.of({
    spellcheck: "true",
    autocorrect: "on",
    autocapitalize: "sentences",
    writingsuggestions: "true",
  }),
];

/** What any text needs: line ends, own caret, no key that traps the focus. */
export const plainText: Extension = [
  EditorState.lineSeparator.of("\n"),
  EditorView.clipboardInputFilter.of((text) => text.replaceAll(/\r\n?/g, "\n")),
  drawSelection({ cursorBlinkRate: 0 }),
  keymap.of(standardKeys),
];
