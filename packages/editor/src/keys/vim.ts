import { Prec, type Extension } from "@codemirror/state";
import { vim } from "@replit/codemirror-vim";

/** The keys of Vim. Its undo is the writer's own, as everywhere. */
export const keys: Extension = Prec.highest(vim({ status: true }));
