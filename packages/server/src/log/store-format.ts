import { ServerError } from "../errors.ts";

/**
 * How the records of a store are written. A version of the program that writes what an older one would
 * misread, or lose when it writes a record again, raises it; one that only adds kinds of records, which older
 * ones leave alone, does not.
 */
export const STORE_FORMAT = 1;

/** The record that holds it. Stores from before it was written have none, and format 1. */
export const FORMAT_KEY = "!f";

/**
 * Refuses a store of a format that is not known here.
 * @throws ServerError `ERR_STORE_TOO_NEW`; `ERR_STORE_CORRUPT` if it is no format
 */
export function assertReadable(format: string | undefined, where: string): void {
  if (format === undefined) return;
  const number = /^[1-9]\d{0,5}$/.test(format) ? Number(format) : Number.NaN;
  if (Number.isNaN(number)) throw new ServerError("ERR_STORE_CORRUPT", `${where} has no known format`);
  if (number <= STORE_FORMAT) return;
  const message = `${where} was written by a newer version of the program (format ${number}; this one reads up to ${STORE_FORMAT})`;
  throw new ServerError("ERR_STORE_TOO_NEW", message);
}
