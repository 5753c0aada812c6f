import { type DocumentServer, SLICE_UNITS, weightOf } from "@interline/server";
import { Type } from "typebox";
import type { App } from "../server.ts";
import { holdRead, JSON_TYPE, jsonSlices, sliced } from "../long-answer.ts";
import { idOf } from "./documents.ts";
import { faults, OperationShape, Params, Version } from "./schemas.ts";

const tags = ["history"];
/**
 * Where a page of operations ends: about the UTF-16 code units that they insert. One operation may be longer.
 */
const PAGE_WEIGHT = 262_144;

/** Operations: adding one, and those that there were. */
export async function historyRoutes(app: App, server: DocumentServer): Promise<void> {
  const { documents } = server;
  app.post(
    "/documents/:id/operations",
    {
      config: { needs: "write" },
      schema: {
        tags,
        operationId: "addOperation",
        summary: "Add an operation",
        description: "Made for the text at `version`; it is moved over what came since.",
        params: Params,
        body: Type.Object({ version: Version, operation: OperationShape }, { additionalProperties: false }),
        response: { 201: Type.Object({ version: Version }), ...faults },
      },
    },
    async (request, reply) => {
      const { version, operation } = request.body;
      const written = await documents.submit(idOf(request), version, operation, request.author);
      return reply.code(201).send({ version: written.version });
    },
  );

  app.get(
    "/documents/:id/operations",
    {
      config: { needs: "read" },
      schema: {
        tags,
        operationId: "listOperations",
        summary: "What was written, operation by operation",
        description: "At most `limit`, and fewer where they are long: `next` says whether there is more.",
        params: Params,
        querystring: Type.Object({
          after: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
        }),
        response: {
          200: Type.Object({
            operations: Type.Array(
              Type.Object({
                version: Version,
                author: Type.String({ description: "Id of the person" }),
                time: Type.Integer(),
                operation: OperationShape,
              }),
            ),
            next: Type.Union([Type.Integer(), Type.Null()], { description: "`after` of the next page" }),
          }),
          ...faults,
        },
      },
    },
    async (request, reply) => {
      const { after = 0, limit = 100 } = request.query;
      const page = { after, limit, maxWeight: PAGE_WEIGHT };
      const { entries, next = null } = await documents.entriesPage(idOf(request), page);
      const operations = entries.map(({ version, author, time, operation }) => ({
        version,
        author,
        time,
        operation: operation.toJSON(),
      }));
      if (entries.reduce((sum, { operation }) => sum + weightOf(operation), 0) < SLICE_UNITS) {
        return { operations, next };
      }
      holdRead(server, request, reply);
      return reply.type(JSON_TYPE).send(sliced(jsonSlices({ operations, next })));
    },
  );
}
