import { EditorState, type Extension } from "@codemirror/state";
import { isByScript } from "../surface/text-field.ts";
import { isRemote } from "../surface/whole-characters.ts";

/** Where nothing can be typed no command of foreign keys changes anything either: not all of them ask. */
export const untouchable: Extension = EditorState.changeFilter.of(
  (transaction) =>
    !transaction.startState.readOnly ||
    transaction.annotation(isRemote) === true ||
    transaction.annotation(isByScript) === true,
);
