/** What a key does about other people. */
export type PeopleCommand = "follow" | "jump" | "log" | "quiet";

const COMMANDS: Readonly<Record<string, PeopleCommand>> = { f: "follow", j: "jump", r: "log", q: "quiet" };

type Key = Pick<KeyboardEvent, "key" | "keyCode" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey">;

/**
 * The command of a key: Ctrl-Alt and a letter, on a Mac Command-Option. Where Alt Gr, which Windows reports as Ctrl-Alt, makes another
 * character of it (on German keyboards Q becomes @), it is that character and no command.
 */
export function peopleCommandOf(event: Key, isMac: boolean): PeopleCommand | undefined {
  const { key, keyCode, altKey, ctrlKey, metaKey, shiftKey } = event;
  const isMod = isMac ? metaKey && !ctrlKey : ctrlKey && !metaKey;
  if (!isMod || !altKey || shiftKey) return undefined;
  // Option makes another character of each letter, and so does a keyboard for another script: the key code still names the letter.
  const isOther = isMac || key.charCodeAt(0) > 127;
  const letter = isOther ? String.fromCharCode(keyCode).toLowerCase() : key.toLowerCase();
  return Object.hasOwn(COMMANDS, letter) ? COMMANDS[letter] : undefined;
}

/** True where the keys have the names of a Mac's. */
export function isMac(): boolean {
  return /^(Mac|iP)/.test(navigator.platform);
}
