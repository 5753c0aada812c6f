import { Operation, replaceOperation } from "@interline/ot";
import type { User } from "@interline/protocol";
import type { DocumentHost } from "../document-host.ts";
import { ServerError } from "../errors.ts";
import type { LiveDocument } from "../live-document.ts";
import { Writer } from "./writer.ts";

/**
 * Makes a text the first edit of a document that has never had one: as version 1 or not at all, so exactly once in the
 * document's life, whichever of several servers is asked by whom. A text that is too long changes nothing.
 * @throws ServerError `ERR_STORE_UNAVAILABLE` if it is not known whether it was written: ask again.
 */
export async function plantSeed(
  host: DocumentHost,
  document: string,
  text: string,
  author: User,
): Promise<void> {
  const hasBegun = await host.use(document, ({ head }) => Promise.resolve(head.version > 0));
  if (hasBegun) return;
  try {
    await new Writer(host, document, host.newSession()).write(author, () => (live) => firstEdit(live, text));
  } catch (error) {
    if (!(error instanceof ServerError) || !FINE.has(error.code)) throw error;
  }
}

/** Somebody else was first, or nobody can begin with this. */
const FINE: ReadonlySet<string> = new Set(["ERR_VERSION_MISMATCH", "ERR_DOCUMENT_TOO_LARGE"]);

function firstEdit({ head: { version, length } }: LiveDocument, text: string) {
  if (version > 0) return { version, operation: Operation.noop(length) };
  return { version, operation: replaceOperation(0, 0, text, 0), isStrict: true };
}
