import { type DocumentServer, type DocumentText, SLICE_UNITS, slicesOf } from "@interline/server";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { App } from "../server.ts";
import { holdRead, JSON_TYPE, jsonSlices, LongString, plain, sliced } from "../long-answer.ts";
import { Conditions, etagOf, isUnchanged, versionToChange } from "./conditions.ts";
import { idOf } from "./documents.ts";
import { faults, Params, Version } from "./schemas.ts";
import { MAX_TEXT_BYTES, takeText } from "./text-body.ts";

const tags = ["text"];
const TextBody = Type.Object({ text: Type.String() }, { additionalProperties: false });
const Written = Type.Object({ version: Version });

/** Reading a text, and writing it as a whole. */
export async function textRoutes(app: App, server: DocumentServer): Promise<void> {
  const { documents } = server;
  takeText(app);

  app.get(
    "/documents/:id/text",
    {
      config: { needs: "read" },
      schema: {
        tags,
        operationId: "getText",
        summary: "The text, as JSON with its version or as it is",
        params: Params,
        headers: Conditions,
        querystring: Type.Object({
          version: Type.Optional(
            Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: "An older version" }),
          ),
        }),
        response: {
          200: {
            description: "The text",
            content: {
              "application/json": { schema: Type.Object({ version: Version, text: Type.String() }) },
              "text/plain": { schema: Type.String() },
            },
          },
          304: Type.Null({ description: "Still the version of `If-None-Match`" }),
          ...faults,
        },
      },
    },
    async (request, reply) => {
      const { version } = request.query;
      const id = idOf(request);
      const read = await (version === undefined ? documents.read(id) : documents.readAt(id, version));
      reply.header("etag", etagOf(read.version)).header("cache-control", "no-cache").header("vary", "accept");
      if (isUnchanged(request, read.version)) return reply.code(304).send(null);
      if (read.text.units > SLICE_UNITS) holdRead(server, request, reply);
      return sendText(request, reply, read);
    },
  );

  app.put(
    "/documents/:id/text",
    {
      config: { needs: "write" },
      bodyLimit: MAX_TEXT_BYTES,
      schema: {
        tags,
        operationId: "replaceText",
        summary: "Replace the text",
        description:
          "By the smallest operation that does it: what others write at the same time stays. All of it is written or nothing, also when the server crashes meanwhile; a long text is several versions. With `If-Match`, only if the document is at that version. Line ends become `\\n`: there is no `ETag` in the answer then, since the text is not what was sent.",
        consumes: ["application/json", "text/plain", "text/markdown"],
        params: Params,
        headers: Conditions,
        body: Type.Union([TextBody, Type.String()]),
        response: { 200: Written, ...faults },
      },
    },
    async (request, reply) => {
      const body = request.body;
      const text = typeof body === "string" ? body : body.text;
      const ifVersion = await versionToChange(server, request);
      const written = await documents.replace(idOf(request), text, { author: request.author, ifVersion });
      // Where something came between, what is there now is not what was sent (RFC 9110, section 9.3.4).
      if (written.isExact) reply.header("etag", etagOf(written.version));
      return reply.send({ version: written.version });
    },
  );

  app.post(
    "/documents/:id/text",
    {
      config: { needs: "write" },
      bodyLimit: MAX_TEXT_BYTES,
      schema: {
        tags,
        operationId: "appendText",
        summary: "Add text at the end",
        description: "All of it is written or nothing. Line ends become `\\n`.",
        consumes: ["application/json", "text/plain", "text/markdown"],
        params: Params,
        headers: Conditions,
        body: Type.Union([TextBody, Type.String()]),
        response: { 200: Written, ...faults },
      },
    },
    async (request) => {
      const body = request.body;
      const text = typeof body === "string" ? body : body.text;
      const ifVersion = await versionToChange(server, request);
      const { version } = await documents.append(idOf(request), text, request.author, ifVersion);
      return { version };
    },
  );
}

/** As JSON, unless the caller would rather have the text as it is. */
function sendText(
  request: FastifyRequest,
  reply: FastifyReply,
  { version, text }: DocumentText,
): FastifyReply {
  const accept = request.headers.accept ?? "*/*";
  const isPlain = /\btext\/(plain|markdown|\*)/.test(accept) && !/\bapplication\/(json|\*)/.test(accept);
  if (isPlain) return reply.type("text/plain; charset=utf-8").send(plain(text));
  reply.type(JSON_TYPE);
  if (text.units <= SLICE_UNITS) return reply.send({ version, text: text.toString() });
  return reply.send(sliced(jsonSlices({ version, text: new LongString(slicesOf(text)) })));
}
