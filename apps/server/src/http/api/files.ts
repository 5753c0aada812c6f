import { type DocumentServer, SLICE_UNITS, titleOf } from "@interline/server";
import { Type } from "typebox";
import type { App } from "../server.ts";
import { holdRead, plain } from "../long-answer.ts";
import { create, idOf, pathOf, withVersion } from "./documents.ts";
import { DocumentId, faults, NewDocumentShape, Params } from "./schemas.ts";
import { MAX_TEXT_BYTES, takeText } from "./text-body.ts";

const tags = ["files"];
const FORMATS = { txt: "text/plain", md: "text/markdown" } as const;

/** Documents from files, and files of documents. */
export async function fileRoutes(app: App, server: DocumentServer): Promise<void> {
  const { documents } = server;
  takeText(app);

  app.post(
    "/import",
    {
      config: { needs: "write" },
      bodyLimit: MAX_TEXT_BYTES,
      schema: {
        tags,
        operationId: "importFile",
        summary: "Make a document of a .txt or .md file",
        description: "The body is the file, in UTF-8. Line ends become `\\n`; a byte order mark is left out.",
        consumes: ["text/plain", "text/markdown"],
        querystring: Type.Object({
          filename: Type.Optional(Type.String({ maxLength: 300, description: "Makes the title" })),
          id: Type.Optional(DocumentId),
        }),
        body: Type.String(),
        response: { 201: NewDocumentShape, ...faults },
      },
    },
    async (request, reply) => {
      const { filename = "", id } = request.query as { filename?: string; id?: string };
      const title = titleOf(filename.replace(/^.*[\\/]/s, "").replace(/\.(txt|md|markdown)$/i, ""));
      const made = await create(server, request, { id, title, text: request.body });
      return reply.code(201).header("location", pathOf(request, made)).send(withVersion(made));
    },
  );

  app.get(
    "/documents/:id/export",
    {
      config: { needs: "read" },
      schema: {
        tags,
        operationId: "exportFile",
        summary: "The text as a file",
        params: Params,
        querystring: Type.Object({ format: Type.Optional(Type.Enum(["txt", "md"], { default: "txt" })) }),
        response: {
          200: {
            description: "The file",
            content: { "text/plain": { schema: Type.String() }, "text/markdown": { schema: Type.String() } },
          },
          ...faults,
        },
      },
    },
    async (request, reply) => {
      const { format = "txt" } = request.query;
      const { record, text } = await documents.read(idOf(request));
      if (text.units > SLICE_UNITS) holdRead(server, request, reply);
      const name = `${record.title === "" ? record.id : record.title}.${format}`;
      return reply
        .type(`${FORMATS[format]}; charset=utf-8`)
        .header("content-disposition", attachment(name))
        .send(plain(text));
    },
  );
}

/** RFC 6266: a plain name for old programs, and the true one. */
function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%/]/g, "_");
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
