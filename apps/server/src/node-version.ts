/** The oldest Node that the program runs on. */
const OLDEST = [20, 19] as const;

/** The sentence for an operator whose Node is too old for the program; undefined if it is not. `version` as in `20.19.0`. */
export function tooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `Interline needs Node ${OLDEST.join(".")} or later, and this is ${version}. Install a newer one, or name it in front: /path/to/node main.js\n`;
}
