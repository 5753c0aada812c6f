import type { IncomingMessage } from "node:http";
import type { Credentials } from "./access.ts";

/**
 * What a request shows in its `Authorization: Bearer` header, be it a token or not. An address is never looked at: it ends up in logs and
 * histories.
 * @public
 */
export function credentialsOf({ headers }: Pick<IncomingMessage, "headers">): Credentials {
  return { token: /^Bearer +(\S.*)$/i.exec(headers.authorization ?? "")?.[1] };
}
