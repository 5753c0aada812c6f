import type { Extension } from "@codemirror/state";
import { EditorView, ViewPlugin } from "@codemirror/view";

/**
 * The focus is in the text and nowhere else. What delegates it into the shadow root, such as `autofocus`
 * before the text is known, finds the scroller first, where keys would go nowhere and the browser would draw
 * its own ring. `tabindex` says the same to tools that do not know that an editable element can be focused
 * (axe-core 4: `scrollable-region-focusable`).
 */
export const focusInText: Extension = [
  EditorView.contentAttributes.of({ tabindex: "0" }),
  ViewPlugin.define((view) => {
    const pass = (): void => view.focus();
    view.scrollDOM.addEventListener("focus", pass);
    return { destroy: () => view.scrollDOM.removeEventListener("focus", pass) };
  }),
];

/**
 * The caret keeps as much room above it as the first line has, so that going to the start shows that line as
 * it stood at first.
 */
export const roomAbove: Extension = EditorView.scrollMargins.of(({ documentPadding }) => ({
  top: documentPadding.top,
}));
