import { type Extension, Prec } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { CodeMirror, Vim, vim } from "@replit/codemirror-vim";
import { css } from "lit";
import { type FindAction, findAction } from "../find/find-keys.ts";
import { styled } from "../surface/styled.ts";
import { redo, undo } from "../surface/own-undo.ts";
import { untouchable } from "./untouchable.ts";

type Editor = Parameters<(typeof CodeMirror.commands)["undo"]>[0] & {
  readonly cm6: EditorView;
};

/** Undo as everywhere: of own edits only. Then the caret stands where the text changed, as Vim has it. */
function takes(command: typeof undo) {
  return (editor: Editor): void => {
    const operation = editor.curOp as { $changeStart?: number | undefined } | undefined;
    if (operation) operation.$changeStart = undefined;
    command(editor.cm6);
    const start = operation?.$changeStart;
    if (start !== undefined) editor.cm6.dispatch({ selection: { anchor: start } });
  };
}

Object.assign(CodeMirror.commands, { undo: takes(undo), redo: takes(redo) });

const does = (action: FindAction) => (editor: unknown) => {
  const view = (editor as Editor).cm6;
  view.state.facet(findAction)(view, action);
};

/** What is looked for by a pattern is looked for in the panel: Vim's own search would freeze the page. */
const SEARCHES: Readonly<Record<string, FindAction>> = { "/": "open", "?": "open", n: "next", N: "previous" };
for (const [key, action] of Object.entries(SEARCHES)) {
  Vim.defineAction(`interline-${action}`, does(action));
  Vim.mapCommand(key, "action", `interline-${action}`, {}, { context: "normal" });
}
for (const [name, short] of [
  ["substitute", "s"],
  ["global", "g"],
  ["vglobal", "v"],
] as const) {
  Vim.defineEx(name, short, does("openReplace"));
}

const styles = css`
  .cm-editor .cm-fat-cursor {
    background: var(--il-accent) !important;
    color: var(--il-page) !important;
  }
  .cm-editor:not(.cm-focused) .cm-fat-cursor {
    outline: 1px solid var(--il-accent) !important;
    background: none !important;
    color: transparent !important;
  }
  .cm-editor .cm-panels {
    border: 0;
    background: var(--il-margin);
    color: var(--il-ink-soft);
  }
  .cm-editor .cm-vim-panel,
  .cm-editor .cm-vim-panel input {
    background: none;
    color: inherit;
    font: var(--il-label);
  }
`;

/** The keys of Vim. */
export const keys: Extension = [untouchable, Prec.highest(vim({ status: true })), styled(styles)];
