/**
 * True if an element may take the focus by itself: nothing else has it, in this document, in the shadow roots
 * in it, and in the pages around it as far as they can be seen.
 */
export function isFocusFree({ ownerDocument }: Element): boolean {
  if (isTaken(ownerDocument)) return false;
  const view = ownerDocument.defaultView;
  const frame = view?.frameElement;
  if (view === null || view === view.parent) return true;
  // In a frame: the page around must have no other place for the keys. What cannot be seen is not taken away.
  if (frame === null || frame === undefined) return ownerDocument.hasFocus();
  return frame.ownerDocument.activeElement === frame || isFocusFree(frame);
}

/** The focus of a shadow root shows as its host's, so any element but the page itself has it. */
function isTaken({ activeElement, body, documentElement }: Document): boolean {
  return activeElement !== null && activeElement !== body && activeElement !== documentElement;
}
