import { Prec, type Extension } from "@codemirror/state";
import { EmacsHandler, emacs } from "@replit/codemirror-emacs";
import { redo, undo } from "../surface/own-undo.ts";

// Its own would look for CodeMirror's history, which is not here.
EmacsHandler.bindKey("C-/|C-x u|S-C--|C-z", undo);
EmacsHandler.bindKey("S-C-/|S-C-x u|C--|S-C-z", redo);

/** The keys of Emacs. Its undo is the writer's own, as everywhere. */
export const keys: Extension = Prec.highest(emacs());
