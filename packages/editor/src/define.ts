/**
 * Registers `<interline-editor>`, `<interline-people>` and `<interline-status>`.
 * @module
 */
import { InterlineEditor } from "./interline-editor.ts";
import { InterlinePeople } from "./interline-people.ts";
import { InterlineStatus } from "./interline-status.ts";

customElements.define("interline-editor", InterlineEditor);
customElements.define("interline-people", InterlinePeople);
customElements.define("interline-status", InterlineStatus);

declare global {
  interface HTMLElementTagNameMap {
    "interline-editor": InterlineEditor;
    "interline-people": InterlinePeople;
    "interline-status": InterlineStatus;
  }
}
