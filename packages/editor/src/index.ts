/**
 * A shared text as web components. Importing this registers nothing: import `@interline/editor/define` for that.
 * @module
 */
export {
  MergedEvent,
  PeersEvent,
  PersonEvent,
  ReadyEvent,
  RecoveryEvent,
  RemoteEvent,
  ScrollEvent,
  OutdatedEvent,
  StatusEvent,
  TooLongEvent,
  UpdateEvent,
} from "./events.ts";
export { type CaretPosition, InterlineEditor } from "./interline-editor.ts";
export { InterlinePeople } from "./interline-people.ts";
export { InterlineStatus } from "./interline-status.ts";
export { isLive, isWritable, type Merge, type Session } from "./session.ts";
export { denialWords } from "./code-words.ts";
export { copyText, downloadText } from "./text-file.ts";
export { tokens } from "./tokens.styles.ts";
