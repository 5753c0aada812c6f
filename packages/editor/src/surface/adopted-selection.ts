type WithSelection = ShadowRoot & { getSelection?: () => Selection | null };

/**
 * Lets a shadow root that was moved into another document answer where the selection is. In Chromium it keeps
 * the selection object of the window that it came from, which stays empty (seen in 156), and the document's
 * own does not look into shadow roots. So what is read comes from the composed ranges, and all else goes to
 * the document's selection, which may be set to places in a shadow root. Firefox and WebKit have no
 * `getSelection` of shadow roots, and need nothing.
 */
export function followSelection(root: WithSelection): void {
  if (!("getSelection" in root)) return;
  root.getSelection = () => {
    const selection = root.ownerDocument.getSelection();
    return selection && new Proxy(selection, { get: (target, name) => read(target, root, name) });
  };
}

function read(selection: Selection, root: ShadowRoot, name: string | symbol): unknown {
  const value: unknown = Reflect.get(selection, name, selection);
  const [range] = selection.getComposedRanges({ shadowRoots: [root] });
  if (range === undefined) return typeof value === "function" ? value.bind(selection) : value;
  const { startContainer, startOffset, endContainer, endOffset, collapsed } = range;
  const isBackward = selection.direction === "backward";
  switch (name) {
    case "anchorNode":
      return isBackward ? endContainer : startContainer;
    case "anchorOffset":
      return isBackward ? endOffset : startOffset;
    case "focusNode":
      return isBackward ? startContainer : endContainer;
    case "focusOffset":
      return isBackward ? startOffset : endOffset;
    case "isCollapsed":
      return collapsed;
    case "getRangeAt":
      return () => {
        const live = root.ownerDocument.createRange();
        live.setStart(startContainer, startOffset);
        live.setEnd(endContainer, endOffset);
        return live;
      };
    default:
      return typeof value === "function" ? value.bind(selection) : value;
  }
}
