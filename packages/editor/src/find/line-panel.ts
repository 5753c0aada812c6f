import { EditorSelection } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { html, render } from "lit";
import { said } from "../surface/said.ts";

/** Draws the field for the number of a line, as `12`, or with a column, as `12:5`; both from 1. */
export function drawLinePanel(panel: HTMLElement, view: EditorView, close: () => void): void {
  const { doc, selection } = view.state;
  const words = view.state.facet(said)();
  panel.ariaLabel = words.goToLine;
  const go = (event: Event): void => {
    event.preventDefault();
    const field = panel.querySelector("input");
    const place = field === null ? undefined : placeOf(field.value);
    close();
    if (place !== undefined) goToLine(view, place.line, place.column);
  };
  render(
    html`<form @submit=${go}>
      <label
        ><span>${words.goToLine}</span
        ><input
          type="text"
          inputmode="numeric"
          autocomplete="off"
          enterkeyhint="go"
          .value=${String(doc.lineAt(selection.main.head).number)}
      /></label>
      <span class="count">${words.ofLines(doc.lines)}</span>
      <button>${words.go}</button>
    </form>`,
    panel,
  );
}

/** A line and a column, from 1, as somebody writes them. */
export function placeOf(written: string): { line: number; column: number } | undefined {
  const [, line, column] = /^\s*(\d+)(?:\s*[:,.]\s*(\d+))?\s*$/.exec(written) ?? [];
  return line === undefined ? undefined : { line: Number(line), column: Number(column ?? 1) };
}

/**
 * Puts the caret at a line and column, both from 1: the last ones where there are not so many. Columns count
 * UTF-16 code units.
 */
export function goToLine(view: EditorView, line: number, column: number): void {
  const { doc } = view.state;
  const { from, to } = doc.line(Math.max(1, Math.min(line, doc.lines)));
  const range = EditorSelection.cursor(Math.min(to, from + Math.max(0, column - 1)));
  view.dispatch({
    selection: range,
    effects: EditorView.scrollIntoView(range, { y: "center" }),
    userEvent: "select",
  });
  view.focus();
}
