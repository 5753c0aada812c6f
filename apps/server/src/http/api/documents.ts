import {
  type DocumentRecord,
  type DocumentServer,
  type DocumentText,
  guestIdOf,
  isSecret,
} from "@interline/server";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { App } from "../server.ts";
import { Conditions, versionToChange } from "./conditions.ts";
import { assertMayMake, readable } from "./let-in.ts";
import { type OwnerLink, ownerLinkFor } from "./owner-link.ts";
import {
  DocumentId,
  DocumentShape,
  DocumentWithVersion,
  faults,
  NewDocumentShape,
  Params,
  Secret,
  Title,
} from "./schemas.ts";
import { MAX_TEXT_BYTES } from "./text-body.ts";

const tags = ["documents"];
/** Records that are looked at for one page. */
const MAX_SCANNED = 1000;

interface ListedDocument extends Omit<DocumentRecord, "deletedAt"> {
  readonly deletedAt: number | null;
}

/** A record as the API shows it. */
function listed(record: DocumentRecord): ListedDocument {
  return { ...record, deletedAt: record.deletedAt ?? null };
}

export function withVersion({ record, version, text, ownerLink }: Made): object {
  return { ...listed(record), version, length: text.points, ownerLink };
}

interface NewDocument {
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  readonly text?: string | undefined;
  readonly secret?: string | undefined;
}

interface Made extends DocumentText {
  /** For somebody without a login. */
  readonly ownerLink?: OwnerLink | undefined;
}

/** Makes a document for whoever asks. Who has no login gets the link that makes them its owner. */
export async function create(
  server: DocumentServer,
  request: Pick<FastifyRequest, "visitor" | "author" | "base">,
  { id, title, text, secret = "" }: NewDocument,
): Promise<Made> {
  const { documents, gatekeeper } = server;
  await assertMayMake(gatekeeper, request, id);
  const { visitor, author } = request;
  const guest = isSecret(secret) ? guestIdOf(secret) : "";
  const made = await documents.create({ id, title, text, author, owner: visitor?.id ?? guest });
  if (gatekeeper.isOpen || visitor?.id !== undefined) return made;
  const ownerLink = await ownerLinkFor(server, request, made.record, { secret, isMaker: true });
  return { ...made, ownerLink };
}

/** Where the API has it. */
export function pathOf({ base }: Pick<FastifyRequest, "base">, { record }: DocumentText): string {
  return `${base}api/v1/documents/${record.id}`;
}

/** Making, finding, naming, putting away. */
export async function documentRoutes(app: App, server: DocumentServer): Promise<void> {
  const { documents, gatekeeper } = server;

  app.post(
    "/documents",
    {
      config: { needs: "write" },
      bodyLimit: MAX_TEXT_BYTES,
      schema: {
        tags,
        operationId: "createDocument",
        summary: "Make a document",
        description:
          "There is no such document before all of its text is durable. Line ends of `text` become `\\n`. Without a login you get `ownerLink`, which makes you the owner; with `secret` you can ask for it again if this answer is lost.",
        body: Type.Object(
          {
            id: Type.Optional(DocumentId),
            title: Type.Optional(Title),
            text: Type.Optional(Type.String()),
            secret: Type.Optional(Secret),
          },
          { additionalProperties: false },
        ),
        response: { 201: NewDocumentShape, ...faults },
      },
    },
    async (request, reply) => {
      const made = await create(server, request, request.body as NewDocument);
      return reply.code(201).header("location", pathOf(request, made)).send(withVersion(made));
    },
  );

  app.get(
    "/documents",
    {
      config: { needs: "read", isForMembers: true },
      schema: {
        tags,
        operationId: "listDocuments",
        summary: "List documents, in the order of their ids",
        description:
          "Those that you may read; without a token nobody lists them. A page may be shorter than `limit`, or empty, and not be the last. `next` says whether there is more.",
        querystring: Type.Object({
          after: Type.Optional(Type.String({ maxLength: 128, description: "Begins after this id" })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
          deleted: Type.Optional(Type.Boolean({ default: false, description: "Those that were deleted" })),
        }),
        response: {
          200: Type.Object({
            documents: Type.Array(DocumentShape),
            next: Type.Union([Type.String(), Type.Null()], { description: "`after` of the next page" }),
          }),
          ...faults,
        },
      },
    },
    async (request) => {
      const { after = "", limit = 100, deleted = false } = request.query;
      const options = { after, limit, isDeleted: deleted, maxScanned: MAX_SCANNED };
      const { records, next } = await documents.page(options);
      const shown = await readable(gatekeeper, request, records);
      return { documents: shown.map(listed), next: next ?? null };
    },
  );

  app.get(
    "/documents/:id",
    {
      config: { needs: "read" },
      schema: {
        tags,
        operationId: "getDocument",
        summary: "What is known of a document, beside its text",
        params: Params,
        response: { 200: DocumentWithVersion, ...faults },
      },
    },
    async (request) => withVersion(await documents.read(idOf(request))),
  );

  app.patch(
    "/documents/:id",
    {
      config: { needs: "write" },
      schema: {
        tags,
        operationId: "renameDocument",
        summary: "Rename a document",
        params: Params,
        headers: Conditions,
        body: Type.Object({ title: Title }, { additionalProperties: false }),
        response: { 200: DocumentShape, ...faults },
      },
    },
    async (request) => {
      const { title } = request.body as { title: string };
      await versionToChange(server, request);
      return listed(await documents.rename(idOf(request), title));
    },
  );

  app.delete(
    "/documents/:id",
    {
      config: { needs: "own" },
      schema: {
        tags,
        operationId: "deleteDocument",
        summary: "Put a document away",
        description: "Who has it open is told. Its text is kept: `undelete` brings it back.",
        params: Params,
        headers: Conditions,
        response: { 200: DocumentShape, ...faults },
      },
    },
    async (request) => {
      await versionToChange(server, request);
      return listed(await documents.delete(idOf(request)));
    },
  );

  app.post(
    "/documents/:id/undelete",
    {
      config: { needs: "own" },
      schema: {
        tags,
        operationId: "undeleteDocument",
        summary: "Bring a deleted document back",
        params: Params,
        response: { 200: DocumentShape, ...faults },
      },
    },
    async (request) => listed(await documents.undelete(idOf(request))),
  );

  app.get(
    "/documents/:id/people",
    {
      config: { needs: "read" },
      schema: {
        tags,
        operationId: "listPeople",
        summary: "Who has it open now",
        params: Params,
        response: {
          200: Type.Object({
            people: Type.Array(
              Type.Object({
                id: Type.String(),
                name: Type.String(),
                color: Type.Integer(),
                quietMs: Type.Integer({ description: "How long they have not moved or written" }),
              }),
            ),
          }),
          ...faults,
        },
      },
    },
    async (request) => {
      const people = await documents.people(idOf(request));
      return { people: people.map(({ user, quietMs }) => ({ ...user, quietMs })) };
    },
  );
}

/** The document of a request's path. */
export function idOf({ params }: { readonly params: unknown }): string {
  return (params as { id: string }).id;
}
