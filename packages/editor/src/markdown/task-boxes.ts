import { type Extension, RangeSetBuilder } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  type PluginValue,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { css } from "lit";
import { styled } from "../surface/styled.ts";
import { toggledTask } from "./lines.ts";

const box = Decoration.mark({ class: "task" });

/** Marks the boxes of tasks in what is drawn, so that the pointer shows that they can be pressed. */
class TaskBoxes implements PluginValue {
  decorations: DecorationSet;

  constructor(view: EditorView) {
    this.decorations = boxesOf(view);
  }

  update(update: ViewUpdate): void {
    if (update.docChanged || update.viewportChanged) this.decorations = boxesOf(update.view);
  }
}

function boxesOf({ state, visibleRanges }: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of visibleRanges) {
    for (let position = from; position <= to; ) {
      const line = state.doc.lineAt(position);
      const task = line.length > 10_000 ? undefined : toggledTask(line.text);
      const at = line.from + (task?.at ?? 0);
      if (task !== undefined && at > from) builder.add(at - 1, at + 2, box);
      position = line.to + 1;
    }
  }
  return builder.finish();
}

const styles = css`
  .task {
    cursor: pointer;
  }
`;

/** A click on the box of a task presses it. */
export const taskBoxes: Extension = [
  ViewPlugin.fromClass(TaskBoxes, { decorations: (plugin) => plugin.decorations }),
  EditorView.domEventHandlers({
    mousedown(event, view) {
      const { target, button } = event;
      if (button !== 0 || event.shiftKey || view.state.readOnly) return false;
      if (!(target instanceof Element) || target.closest(".task") === null) return false;
      const line = view.state.doc.lineAt(view.posAtDOM(target));
      const task = toggledTask(line.text);
      if (task === undefined) return false;
      const from = line.from + task.at;
      view.dispatch({ changes: { from, to: from + 1, insert: task.insert }, userEvent: "input.task" });
      event.preventDefault();
      return true;
    },
  }),
  styled(styles),
];
