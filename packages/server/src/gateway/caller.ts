import type { IncomingMessage } from "node:http";
import { SPEAKS_PARAMETER } from "@interline/protocol";
import type { Credentials } from "../access/access.ts";
import { credentialsOf } from "../access/credentials.ts";
import { addressOf } from "./address.ts";

/** What the request that began a connection says of the client. */
export interface Caller {
  /** A token in `hello` goes before. */
  readonly credentials: Credentials;
  /** See `addressOf`. */
  readonly address: string;
  /** What it says that it speaks, unchecked; undefined: nothing, as clients before version 1.1. */
  readonly speaks: string | undefined;
}

/** Reads the head of a request. Cost linear in its address. */
export function callerOf(request: IncomingMessage, { isProxied }: { readonly isProxied: boolean }): Caller {
  const query = request.url?.split("?", 2)[1];
  return {
    credentials: credentialsOf(request),
    address: addressOf(request, isProxied),
    speaks: new URLSearchParams(query).get(SPEAKS_PARAMETER) ?? undefined,
  };
}
