/**
 * For those who write a log: how records look, and what is decided, as pure functions.
 * @module
 */
export { checkpointBytes, readCheckpoint } from "./checkpoint-bytes.ts";
export {
  decodeEntries,
  decodeEntry,
  encodeBatch,
  encodeEntry,
  type EntryValue,
  entryOf,
  parseRecord,
  tooManyFields,
} from "./records.ts";
export { decideExpiry } from "./rules.ts";
export { checkFormat } from "./store-format.ts";
export { upToWeight } from "./weight.ts";
