import { ServerError } from "../errors.ts";

/**
 * How the records of a store are written.
 *
 * A version of the program that adds *kinds* of records, under keys of their own, leaves it as it is: older versions never touch
 * a kind that they do not know, and copy it into backups. One that adds a *field* to a record, or gives one another meaning,
 * raises it, and older versions refuse the store. They could pass the field over, but it may say who is kept out, and they would
 * lose it when they write the record again.
 */
const STORE_FORMAT = 1;

/** The record that holds it. Stores from before it was written have none, and format 1. */
export const FORMAT_KEY = "!f";

/**
 * Refuses a store of a format that is not known here. Returns the format to write down if the store has an older
 * one: from now on it is written as this version does.
 * @throws ServerError `ERR_STORE_TOO_NEW`; `ERR_STORE_CORRUPT` if it is no format
 */
export function checkFormat(
  stored: string | undefined,
  where: string,
  known: number = STORE_FORMAT,
): string | undefined {
  const number = stored === undefined || /^[1-9]\d{0,5}$/.test(stored) ? Number(stored ?? 0) : Number.NaN;
  if (Number.isNaN(number)) throw new ServerError("ERR_STORE_CORRUPT", `${where} has no known format`);
  if (number <= known) return number === known ? undefined : `${known}`;
  const message = `${where} was written by a newer version of the program (format ${number}; this one reads up to ${known})`;
  throw new ServerError("ERR_STORE_TOO_NEW", message);
}
