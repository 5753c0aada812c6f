/**
 * Plain-text operations: pure functions with stated laws. Knows no network and no DOM.
 * @module
 */
export { apply } from "./apply.ts";
export { type AuthorRun, Authorship } from "./authorship.ts";
export type { AnyComponent, Component } from "./components.ts";
export { compose } from "./compose.ts";
export { Composer, composeAll } from "./composer.ts";
export { type DecodedOperation, decodeOperation, type OperationLimits } from "./decode.ts";
export { diff, diffInSteps } from "./diff.ts";
export { OtError, OtErrorCode, OtTypeErrorCode } from "./errors.ts";
export { History, type HistoryOptions, type HistoryPiece } from "./history.ts";
export { type InvertedText, type InvertibleComponent, invert, invertible } from "./invert.ts";
export { isNoop, Operation, OperationBuilder, replaceOperation, type Side } from "./operation.ts";
export { type Selection, transformPosition, transformSelection } from "./position.ts";
export type { TextPresence } from "./presence.ts";
export { splitOperation } from "./split.ts";
export {
  type DecodedHistory,
  decodeHistory,
  StoredHistoryErrorCode,
  type StoredHistoryLimits,
} from "./stored/decode.ts";
export { encodeHistory } from "./stored/encode.ts";
export type { StoredEntry, StoredHistory } from "./stored/format.ts";
export { Text } from "./text.ts";
export { transform, transformPair } from "./transform.ts";
export { type TextDocument, type TextSelection, type } from "./type.ts";
export { cancel } from "./undo/cancel.ts";
export { type LocalEdit, UndoHistory, type UndoOptions, type UndoStep } from "./undo/undo-history.ts";
export { countPoints, splitsPair, unitOfPoint } from "./unicode.ts";
