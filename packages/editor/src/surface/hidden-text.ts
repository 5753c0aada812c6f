import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/** Tells when text begins or ends to be hidden above or below the visible part. */
export function hiddenText(tell: (hasMoreAbove: boolean, hasMoreBelow: boolean) => void): Extension {
  let told = "";
  const look = (view: EditorView): void => {
    view.requestMeasure({
      key: tell,
      read: ({ scrollDOM, contentHeight, documentPadding }) => {
        const { scrollTop, clientHeight } = scrollDOM;
        const textEnd = contentHeight - documentPadding.bottom;
        return { above: scrollTop > documentPadding.top / 2, below: scrollTop + clientHeight < textEnd };
      },
      write: ({ above, below }) => {
        const now = `${above} ${below}`;
        if (now !== told) tell(above, below);
        told = now;
      },
    });
  };
  return [
    EditorView.domEventObservers({ scroll: (_event, view) => look(view) }),
    EditorView.updateListener.of((update) => {
      if (update.geometryChanged || update.docChanged) look(update.view);
    }),
  ];
}
