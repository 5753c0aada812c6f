import type { Extension } from "@codemirror/state";
import { highlightSpecialChars } from "@codemirror/view";

/**
 * What CodeMirror leaves out of those that cannot be seen: joiners, invisible operators, and the rest of what
 * turns the direction, which can make code read otherwise than it runs ("Trojan Source", CVE-2021-42574). A
 * joiner within an emoji is part of it.
 */
const MORE =
  /[\u180e\u200c\u202a-\u202c\u2060-\u2065\u2068\u206a-\u206f\u{e0000}-\u{e007f}]|(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d/u;

/** Shows characters that cannot be seen by their numbers, as `U+202E`. */
export const specialCharacters: Extension = highlightSpecialChars({
  addSpecialChars: MORE,
  render: (code, description) => {
    const shown = document.createElement("span");
    const number = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    shown.className = "special";
    shown.textContent = number;
    shown.title = description ?? number;
    return shown;
  },
});
