import type { DocumentStatus } from "@interline/client";
import type { Shelf } from "./preferences.ts";

const KEY = "interline.renewed";

/**
 * Whether a page that the server has left behind should reload: only when nothing waits to be saved, and once
 * from each build. A page that gets the same build again, from a cache on the way, stays as it is and says
 * why.
 *
 * @param shelf what lasts as long as the tab; undefined: the browser keeps nothing, so that it could not be
 *   known that it was tried
 * @param build names the build that this page is of
 */
export function shouldRenew(
  { pendingEdits }: Pick<DocumentStatus, "pendingEdits">,
  shelf: Shelf | undefined,
  build: string,
): boolean {
  if (pendingEdits > 0 || shelf === undefined) return false;
  try {
    if (shelf.getItem(KEY) === build) return false;
    shelf.setItem(KEY, build);
    return shelf.getItem(KEY) === build;
  } catch {
    return false;
  }
}
