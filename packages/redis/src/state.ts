import type { Head } from "@interline/server";
import type { ColdReply } from "./cold-documents.ts";
import type { RedisStore } from "./redis-store.ts";
import { STATE } from "./scripts.ts";

/** What `STATE` answers: the head, of which log it is, and where the document is if it is cold. */
export type StateReply = [
  version: string,
  entryId: string,
  length: string,
  logId: string,
  ...([] | ColdReply),
];

export async function readState(store: RedisStore, document: string): Promise<StateReply> {
  return (await store.run(STATE, [store.keys.head(document)], [])) as StateReply;
}

export function headOf([version, entryId, length]: readonly [string, string, string, ...unknown[]]): Head {
  return { version: Number(version), entryId, length: Number(length) };
}
