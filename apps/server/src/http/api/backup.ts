import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import type { DocumentServer } from "@interline/server";
import { Type } from "typebox";
import { holdRead } from "../long-answer.ts";
import type { App } from "../server.ts";
import { faults } from "./schemas.ts";

/** Everything there is, for who owns it all. */
export async function backupRoutes(
  app: App,
  server: DocumentServer,
  backup: () => AsyncIterable<string>,
): Promise<void> {
  app.get(
    "/backup",
    {
      config: { needs: "own" },
      exposeHeadRoute: false,
      schema: {
        tags: ["operation"],
        operationId: "getBackup",
        summary: "All documents as they are at this moment",
        description: "For `interline restore`. Writing goes on meanwhile.",
        response: {
          200: {
            description: "The backup",
            content: { "application/gzip": { schema: Type.String({ format: "binary" }) } },
          },
          ...faults,
        },
      },
    },
    async (request, reply) => {
      holdRead(server, request, reply);
      const zip = createGzip({ level: 1 });
      const lines = Readable.from(backup());
      lines.on("error", (error) => {
        request.log.error({ event: "backup-failed", error }, "a backup could not be read to its end");
        zip.destroy(error);
      });
      zip.on("close", () => lines.destroy());
      return reply.type("application/gzip").send(lines.pipe(zip));
    },
  );
}
