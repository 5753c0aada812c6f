import { type DocumentRecord, type DocumentServer, hasStarted, isStartedId } from "@interline/server";
import type { FastifyRequest } from "fastify";

/** As the API tells it. */
export interface OwnerLink {
  readonly id: string;
  readonly token: string;
  readonly path: string;
}

interface Proof {
  /** What the client says that only it knows. */
  readonly secret: string;
  /** True: they have made the document just now, with an id that nobody can have started before. */
  readonly isMaker: boolean;
}

/**
 * The owner link of a document, for who has started it and has no login. Undefined if they have not, or if it
 * is somebody else's already.
 * @throws AccessError `ERR_LINK_REVOKED`
 */
export async function ownerLinkFor(
  { links, sharing }: DocumentServer,
  { base, author }: Pick<FastifyRequest, "base" | "author">,
  { id, owner }: DocumentRecord,
  { secret, isMaker }: Proof,
): Promise<OwnerLink | undefined> {
  // Whoever makes a document of an id that is a hash may have heard of it from the one who started it.
  const isTheirs = (isMaker && !isStartedId(id)) || hasStarted(id, secret, owner);
  if (!isTheirs || (await sharing.hasLoginOwner(id))) return undefined;
  const made = await links.ownerLink(id, author.id, Date.now());
  return made && { id: made.link.id, token: made.token, path: linkPath({ base }, id, made.token) };
}

/** Address of a document with the token of a link, which no server sees there. */
export function linkPath({ base }: Pick<FastifyRequest, "base">, id: string, token: string): string {
  return `${base}d/${id}#token=${token}`;
}
