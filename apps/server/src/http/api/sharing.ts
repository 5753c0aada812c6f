import { type DocumentServer, type GeneralAccess, ROLES } from "@interline/server";
import { type TSchema, Type } from "typebox";
import type { App } from "../server.ts";
import { idOf } from "./documents.ts";
import { ApiError } from "./errors.ts";
import { ownerLinkFor } from "./owner-link.ts";
import { faults, OwnerLinkShape, Params, Secret } from "./schemas.ts";

const tags = ["sharing"];
const Access: TSchema = Type.Enum(
  ROLES.filter((role) => role !== "own"),
  { description: "What those may do who come without a token" },
);
const Frozen = Type.Boolean({ description: "True: only owners write" });
const AccessShape = Type.Object({
  access: Access,
  frozen: Frozen,
  owned: Type.Boolean({ description: "False: somebody with a login may claim it" }),
});
const PersonParams = Type.Object({
  ...Params.properties,
  person: Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$", description: "Id of a person, as others see it" }),
});

/** What owners decide about a document: general access, freezing it, removing and blocking people; and who owns it. */
export async function sharingRoutes(app: App, server: DocumentServer): Promise<void> {
  const { documents, gatekeeper, sharing } = server;

  /** Rejects where nothing can be decided. */
  async function decidable(request: { readonly params: unknown }): Promise<string> {
    if (gatekeeper.isOpen) {
      throw new ApiError("ERR_ACCESS_OPEN", "everybody may do everything here: nothing can be decided");
    }
    const id = idOf(request);
    await documents.record(id);
    return id;
  }

  async function shown(id: string): Promise<object> {
    const { general, isFrozen, isOwned } = await sharing.read(id);
    return { access: general, frozen: isFrozen, owned: isOwned };
  }

  app.get(
    "/documents/:id/access",
    {
      config: { needs: "read" },
      schema: {
        tags,
        operationId: "getAccess",
        summary: "What a document gives to those who come without a token",
        params: Params,
        response: { 200: AccessShape, ...faults },
      },
    },
    async (request) => {
      await documents.record(idOf(request));
      return shown(idOf(request));
    },
  );

  app.patch(
    "/documents/:id/access",
    {
      config: { needs: "own" },
      schema: {
        tags,
        operationId: "setAccess",
        summary: "Set the general access, or freeze a document",
        description:
          "What is left out stays. It holds at once, also for who has the document open, on all servers.",
        params: Params,
        body: Type.Object(
          { access: Type.Optional(Access), frozen: Type.Optional(Frozen) },
          { additionalProperties: false },
        ),
        response: { 200: AccessShape, ...faults },
      },
    },
    async (request) => {
      const id = await decidable(request);
      const { access, frozen } = request.body as { access?: GeneralAccess; frozen?: boolean };
      await sharing.change(id, {
        ...(access !== undefined && { access }),
        ...(frozen !== undefined && { isFrozen: frozen }),
      });
      return shown(id);
    },
  );

  app.post(
    "/documents/:id/owner",
    {
      config: { needs: "write" },
      schema: {
        tags,
        operationId: "claimDocument",
        summary: "Own a document that nobody owns",
        description: [
          "With a login: any such document that you may write. Without one: a document that you have started, which `secret` shows; you get the owner link,",
          "the same one each time. `secret` is what the document's id is a hash of; or, where somebody has chosen the id, the id that your client said in",
          "`hello` when it wrote the first words.",
        ].join(" "),
        params: Params,
        body: Type.Object({ secret: Type.Optional(Secret) }, { additionalProperties: false }),
        response: { 200: Type.Object({ ownerLink: Type.Optional(OwnerLinkShape) }), ...faults },
      },
    },
    async (request) => {
      const id = await decidable(request);
      const person = request.visitor?.id;
      if (person !== undefined) {
        if (await sharing.claim(id, person)) return {};
        throw owned();
      }
      const { secret = "" } = request.body as { secret?: string };
      const record = await documents.record(id);
      const ownerLink = await ownerLinkFor(server, request, record, { secret, isMaker: false });
      if (ownerLink !== undefined) return { ownerLink };
      if ((await sharing.read(id)).isOwned) throw owned();
      throw new ApiError(
        "ERR_FORBIDDEN",
        "only who has started the document may own it, or somebody with a login",
      );
    },
  );

  app.delete(
    "/documents/:id/people/:person",
    {
      config: { needs: "own" },
      schema: {
        tags,
        operationId: "removePerson",
        summary: "Remove a person",
        description:
          "What they have open ends at once. They may come again: block them, revoke their link or change the general access if they should not.",
        params: PersonParams,
        response: { 204: Type.Null({ description: "They are out" }), ...faults },
      },
    },
    async (request, reply) => {
      await decide(request, { isRemoved: true });
      return reply.code(204).send(null);
    },
  );

  app.get(
    "/documents/:id/blocked",
    {
      config: { needs: "own" },
      schema: {
        tags,
        operationId: "listBlocked",
        summary: "Who is blocked",
        params: Params,
        response: { 200: Type.Object({ people: Type.Array(Type.String()) }), ...faults },
      },
    },
    async (request) => {
      const { people } = await sharing.read(await decidable(request));
      return {
        people: [...people].flatMap(([person, { isBlocked }]) => (isBlocked ? [person] : [])).toSorted(),
      };
    },
  );

  app.put(
    "/documents/:id/blocked/:person",
    {
      config: { needs: "own" },
      schema: {
        tags,
        operationId: "blockPerson",
        summary: "Block a person",
        description:
          "What they have open ends at once, and they are not let in again. A guest can come as another one: where that matters, set the general access to `none` and give links.",
        params: PersonParams,
        response: { 204: Type.Null({ description: "They are blocked" }), ...faults },
      },
    },
    async (request, reply) => {
      await decide(request, { isRemoved: true, isBlocked: true });
      return reply.code(204).send(null);
    },
  );

  app.delete(
    "/documents/:id/blocked/:person",
    {
      config: { needs: "own" },
      schema: {
        tags,
        operationId: "unblockPerson",
        summary: "Let a blocked person in again",
        params: PersonParams,
        response: { 204: Type.Null({ description: "They are not blocked" }), ...faults },
      },
    },
    async (request, reply) => {
      await decide(request, { isBlocked: false });
      return reply.code(204).send(null);
    },
  );

  async function decide(
    request: { readonly params: unknown },
    change: { readonly isRemoved?: boolean; readonly isBlocked?: boolean },
  ): Promise<void> {
    const id = await decidable(request);
    const { person } = request.params as { person: string };
    if (await sharing.changePerson(id, person, change)) return;
    throw new ApiError("ERR_TOO_MANY_PEOPLE", "too many people were removed from this document or blocked");
  }
}

function owned(): ApiError {
  return new ApiError("ERR_DOCUMENT_OWNED", "somebody owns this document");
}
