/**
 * Keys of the embedded store: `document!kind!rest`. "!" sorts before every character of a document id, so no document's keys lie among
 * another's. Versions are padded, so that keys sort as numbers do.
 */

const VERSION_DIGITS = 16;

export function entryKey(document: string, version: number): string {
  return `${document}!e!${String(version).padStart(VERSION_DIGITS, "0")}`;
}

export function rowKey(document: string, session: string): string {
  return `${document}!s!${session}`;
}

/** All keys of rows of a document. */
export function rowRange(document: string): { gt: string; lt: string } {
  return { gt: `${document}!s!`, lt: `${document}!s"` };
}

/** The session of a row's key. */
export function sessionOf(key: string): string {
  return key.slice(key.lastIndexOf("!") + 1);
}

/** All keys of its entries. */
export function entryRange(document: string): { gt: string; lt: string } {
  return { gt: `${document}!e!`, lt: `${document}!e"` };
}

export function headKey(document: string): string {
  return `${document}!h`;
}

export function checkpointKey(document: string): string {
  return `${document}!c`;
}

/** The version of an entry's key. */
export function versionOf(key: string): number {
  return Number(key.slice(-VERSION_DIGITS));
}
