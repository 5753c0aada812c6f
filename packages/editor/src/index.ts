/**
 * A shared text as web components. Importing this registers nothing: import `@interline/editor/define` for that.
 * @module
 */
export {
  FollowingEvent,
  HighlightingEvent,
  MergedEvent,
  PeersEvent,
  PersonEvent,
  QuietEvent,
  ReadyEvent,
  RecoveryEvent,
  RefusedEvent,
  RemoteEvent,
  ResetEvent,
  ScrollEvent,
  OutdatedEvent,
  StatusEvent,
  TooLongEvent,
  UpdateEvent,
} from "./events.ts";
export { InterlineEditor } from "./interline-editor.ts";
export type { CaretPosition } from "./surface/caret-place.ts";
export { InterlinePeople } from "./people/interline-people.ts";
export { InterlineStatus } from "./interline-status.ts";
export { isLive, isWritable, type Merge, type Session } from "./session.ts";
export { denialWords } from "./words/code-words.ts";
export { englishWords } from "./words/language.ts";
export { setWords, Wording } from "./words/wording.ts";
export type { CodeWords, LogDeed, LogPlace, StatusWords, Words, WordsChange } from "./words/words.ts";
export type { WritingWords } from "./words/writing-words.ts";
export { copyText, downloadText } from "./text-file.ts";
export { tokens } from "./tokens.styles.ts";
