import type { DocumentServer } from "@interline/server";
import { Type } from "typebox";
import type { App } from "../server.ts";
import { idOf } from "./documents.ts";
import { faults, OperationShape, Params, Version } from "./schemas.ts";

const tags = ["history"];

/** Operations: adding one, and those that there were. */
export async function historyRoutes(app: App, { documents }: DocumentServer): Promise<void> {
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
    async (request) => {
      const { after = 0, limit = 100 } = request.query;
      const entries = await documents.entries(idOf(request), after, limit);
      const operations = entries.map(({ version, author, time, operation }) => ({
        version,
        author,
        time,
        operation: operation.toJSON(),
      }));
      return { operations, next: entries.length === limit ? (entries.at(-1)?.version ?? null) : null };
    },
  );
}
