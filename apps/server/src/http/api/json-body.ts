import { parse } from "secure-json-parse";
import type { App } from "../server.ts";
import { ApiError } from "./errors.ts";

/** What the parser says of a key with which a careless program could be made to change its prototypes. */
const RESERVED = "Object contains forbidden prototype property";

/** Has a scope take bodies of JSON. */
export function takeJson(app: App): void {
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, parse(body));
    } catch (error) {
      const isReserved = error instanceof Error && error.message === RESERVED;
      done(
        new ApiError(
          "ERR_BODY_SYNTAX",
          isReserved
            ? "the body has a reserved key: __proto__, or constructor with a prototype"
            : "the body is not JSON",
        ),
      );
    }
  });
}
