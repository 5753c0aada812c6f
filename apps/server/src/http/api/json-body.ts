import { parse } from "secure-json-parse";
import { ApiError } from "./errors.ts";

/** What the parser says of a key with which a careless program could be made to change its prototypes. */
const RESERVED = "Object contains forbidden prototype property";

/**
 * The value of a body of JSON. @throws ApiError `ERR_BODY_SYNTAX` for what is no JSON, or has a key that
 * would be dangerous.
 */
export function parseBody(body: string): unknown {
  try {
    return parse(body);
  } catch (cause) {
    const isReserved = cause instanceof Error && cause.message === RESERVED;
    const message = isReserved
      ? "the body has a reserved key: __proto__, or constructor with a prototype"
      : undefined;
    throw new ApiError("ERR_BODY_SYNTAX", message, { cause });
  }
}
