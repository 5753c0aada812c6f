/**
 * Registers `<interline-editor>`, `<interline-people>` and `<interline-status>`.
 * @module
 */
import { InterlineEditor } from "./interline-editor.ts";
import { InterlinePeople } from "./people/interline-people.ts";
import { InterlineStatus } from "./interline-status.ts";

const ELEMENTS = {
  "interline-editor": InterlineEditor,
  "interline-people": InterlinePeople,
  "interline-status": InterlineStatus,
};

// A page may load this twice, in two bundles or two versions: the first one stays.
for (const [name, element] of Object.entries(ELEMENTS)) {
  if (customElements.get(name) === undefined) customElements.define(name, element);
}

declare global {
  interface HTMLElementTagNameMap {
    "interline-editor": InterlineEditor;
    "interline-people": InterlinePeople;
    "interline-status": InterlineStatus;
  }
}
