import { Prec, type Extension } from "@codemirror/state";
import { CodeMirror, vim } from "@replit/codemirror-vim";
import { redo, undo } from "../surface/own-undo.ts";

// Its own would look for CodeMirror's history, which is not here.
CodeMirror.commands["undo"] = ({ cm6 }) => undo(cm6);
CodeMirror.commands["redo"] = ({ cm6 }) => redo(cm6);

/** The keys of Vim. Its undo is the writer's own, as everywhere. */
export const keys: Extension = Prec.highest(vim({ status: true }));
