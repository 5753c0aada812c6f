/**
 * For those who write a log: how records look, and what is decided, as pure functions.
 * @module
 */
export {
  decodeCheckpoint,
  decodeEntry,
  encodeBatch,
  encodeCheckpoint,
  encodeEntry,
  type EntryValue,
  entryOf,
  parseRecord,
} from "./records.ts";
export { decideExpiry } from "./rules.ts";
export { upToWeight } from "./weight.ts";
