import type { IncomingMessage } from "node:http";
import type { Credentials } from "./access.ts";

/** What a request shows in its `Authorization: Bearer` header. An address is never looked at: it ends up in logs and histories. @public */
export function credentialsOf({ headers }: Pick<IncomingMessage, "headers">): Credentials {
  return { token: /^Bearer +([\x21-\x7e]{1,8192})$/i.exec(headers.authorization ?? "")?.[1] };
}
