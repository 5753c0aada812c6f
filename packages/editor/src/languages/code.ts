import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import {
  addCursorAbove,
  addCursorBelow,
  copyLineDown,
  copyLineUp,
  cursorMatchingBracket,
  deleteLine,
  indentLess,
  indentMore,
  indentSelection,
  indentWithTab,
  insertBlankLine,
  insertNewlineAndIndent,
  moveLineDown,
  moveLineUp,
  selectParentSyntax,
  simplifySelection,
  toggleBlockComment,
  toggleComment,
} from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { selectNextOccurrence } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  EditorView,
  highlightActiveLine,
  type KeyBinding,
  keymap,
  rectangularSelection,
} from "@codemirror/view";
import { styled } from "../surface/styled.ts";
import { said } from "../surface/said.ts";
import { codeStyles } from "./code.styles.ts";
import { specialCharacters } from "./special-characters.ts";

const keys: readonly KeyBinding[] = [
  ...closeBracketsKeymap,
  indentWithTab,
  { key: "Enter", run: insertNewlineAndIndent, shift: insertNewlineAndIndent },
  { key: "Escape", run: simplifySelection },
  { key: "Alt-ArrowUp", run: moveLineUp, shift: copyLineUp },
  { key: "Alt-ArrowDown", run: moveLineDown, shift: copyLineDown },
  { key: "Mod-Alt-ArrowUp", run: addCursorAbove },
  { key: "Mod-Alt-ArrowDown", run: addCursorBelow },
  { key: "Mod-d", run: selectNextOccurrence, preventDefault: true },
  { key: "Mod-Enter", run: insertBlankLine },
  { key: "Mod-i", run: selectParentSyntax, preventDefault: true },
  { key: "Mod-[", run: indentLess },
  { key: "Mod-]", run: indentMore },
  { key: "Mod-Alt-\\", run: indentSelection },
  { key: "Shift-Mod-k", run: deleteLine },
  { key: "Shift-Mod-\\", run: cursorMatchingBracket },
  { key: "Mod-/", run: toggleComment },
  { key: "Alt-A", run: toggleBlockComment },
];

/** What code needs beside its grammar. Tab indents; after Escape it leaves. */
export function code(tabSize: number): Extension {
  return [
    EditorState.allowMultipleSelections.of(true),
    rectangularSelection(),
    highlightActiveLine(),
    bracketMatching(),
    closeBrackets(),
    indentOnInput(),
    indentUnit.of(" ".repeat(tabSize)),
    specialCharacters,
    keymap.of(keys),
    EditorView.contentAttributes.of(({ state }) => ({ "aria-description": state.facet(said)().tabIndents })),
    styled(codeStyles),
  ];
}
