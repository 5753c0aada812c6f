import { Prec, type Extension } from "@codemirror/state";
import { emacs } from "@replit/codemirror-emacs";

/** The keys of Emacs. Its undo is the writer's own, as everywhere. */
export const keys: Extension = Prec.highest(emacs());
