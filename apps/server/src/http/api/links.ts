import type { DocumentServer, LinkRole, ShareLink } from "@interline/server";
import { Type } from "typebox";
import type { App } from "../server.ts";
import { idOf } from "./documents.ts";
import { ApiError } from "./errors.ts";
import { linkPath } from "./owner-link.ts";
import { faults, Params, Role } from "./schemas.ts";

const tags = ["share links"];
const Time = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Expiry = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "In ms since 1970, and in the future. Left out: never",
});
const Link = Type.Object({
  id: Type.String(),
  role: Role,
  parent: Type.Union([Type.String(), Type.Null()], {
    description: "The link by which its maker came in: with that one it ends",
  }),
  createdBy: Type.String(),
  createdAt: Time,
  expiresAt: Type.Union([Time, Type.Null()]),
  revokedAt: Type.Union([Time, Type.Null()]),
});
const NewLink = Type.Object({
  link: Link,
  token: Type.String({ description: "Told once" }),
  path: Type.String({ description: "Address of the document with the token in its fragment" }),
});

interface ShownLink extends Omit<ShareLink, "document" | "parent" | "expiresAt" | "revokedAt"> {
  readonly parent: string | null;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

/** Links that let people in without a login. */
export async function linkRoutes(app: App, server: DocumentServer): Promise<void> {
  const { links, documents, gatekeeper } = server;

  app.post(
    "/documents/:id/links",
    {
      config: { needs: "own" },
      schema: {
        tags,
        operationId: "createLink",
        summary: "Make a share link",
        description:
          "Who has the link needs no login. Only owners make one. If you came in by a link yourself, this one ends with yours: when that is revoked, and when its time is over.",
        params: Params,
        body: Type.Object({ role: Role, expiresAt: Type.Optional(Expiry) }, { additionalProperties: false }),
        response: { 201: NewLink, ...faults },
      },
    },
    async (request, reply) => {
      if (gatekeeper.isOpen) {
        throw new ApiError("ERR_ACCESS_OPEN");
      }
      const id = idOf(request);
      await documents.read(id);
      const { role, expiresAt } = request.body as { role: LinkRole; expiresAt?: number };
      const time = Date.now();
      if (expiresAt !== undefined && expiresAt <= time) {
        throw new ApiError(
          "ERR_REQUEST_SHAPE",
          `expiresAt is over: it is in ms since 1970, and now is ${time}; leave it out for a link that does not expire`,
        );
      }
      const { author, visitor } = request;
      const parent = visitor?.link;
      const made = await links.create({
        document: id,
        role,
        parent,
        expiresAt,
        createdBy: author.id,
        time,
      });
      return reply.code(201).send({
        link: shown(made.link),
        token: made.token,
        path: linkPath(request, id, made.token),
      });
    },
  );

  app.get(
    "/documents/:id/links",
    {
      config: { needs: "own" },
      schema: {
        tags,
        operationId: "listLinks",
        summary: "The share links of a document, the revoked ones too",
        params: Params,
        response: { 200: Type.Object({ links: Type.Array(Link) }), ...faults },
      },
    },
    async (request) => ({ links: (await links.list(idOf(request))).map(shown) }),
  );

  app.delete(
    "/documents/:id/links/:link",
    {
      config: { needs: "own" },
      schema: {
        tags,
        operationId: "revokeLink",
        summary: "Revoke a share link",
        description:
          "And every link that was made by somebody who came in by it. Whoever came in by one of them is cut off within a second.",
        params: Type.Object({ ...Params.properties, link: Type.String({ minLength: 1, maxLength: 64 }) }),
        response: { 204: Type.Null({ description: "It lets nobody in any more" }), ...faults },
      },
    },
    async (request, reply) => {
      const { id, link } = request.params as { id: string; link: string };
      if (!(await links.revoke(id, link, Date.now()))) {
        throw new ApiError("ERR_LINK_NOT_FOUND");
      }
      await server.recheck();
      return reply.code(204).send(null);
    },
  );
}

function shown({ document: _document, parent, expiresAt, revokedAt, ...link }: ShareLink): ShownLink {
  return { ...link, parent: parent ?? null, expiresAt: expiresAt ?? null, revokedAt: revokedAt ?? null };
}
