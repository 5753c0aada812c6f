import { credentialsOf, type DocumentEvent, type DocumentServer, type VersionId } from "@interline/server";
import { Type } from "typebox";
import type { App } from "../server.ts";
import { idOf } from "./documents.ts";
import { ApiError } from "./errors.ts";
import { faults, Params } from "./schemas.ts";

/** What happens to a document, as Server-Sent Events. */
export async function eventRoutes(app: App, server: DocumentServer): Promise<void> {
  app.get(
    "/documents/:id/events",
    {
      config: { needs: "read" },
      exposeHeadRoute: false,
      schema: {
        tags: ["events"],
        summary: "What happens to a document, as Server-Sent Events",
        description: [
          "Events: `opened` (version), `operation` (from, version, operation), `snapshot` (version, text: what was missed is not to be had),",
          "`people` (joined, left), `access` (role), `ended` (code). `Last-Event-ID` resumes where the last operation was.",
        ].join(" "),
        params: Params,
        headers: Type.Object({
          "last-event-id": Type.Optional(Type.String({ pattern: "^\\d{1,16}\\.[\\w-]{0,64}$" })),
        }),
        response: {
          200: {
            description: "The events, until somebody goes",
            content: { "text/event-stream": { schema: Type.String() } },
          },
          ...faults,
        },
      },
    },
    async (request, reply) => {
      const id = idOf(request);
      const now = await server.documents.read(id);
      const since = stateOf(request.headers["last-event-id"]) ?? now;
      const free = server.holdConnection(request.address);
      if (free === undefined) throw new ApiError("ERR_TOO_MANY_CONNECTIONS", "too many connections are open");
      reply.hijack();
      const { raw } = reply;
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) raw.setHeader(name, value);
      }
      raw.writeHead(200, {
        "content-type": "text/event-stream",
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
      });
      raw.flushHeaders();
      raw.on("error", () => {});
      const watching = server.watch({
        document: id,
        credentials: credentialsOf(request),
        since: { version: since.version, entryId: since.entryId },
        bufferedBytes: () => raw.writableLength,
        onEvent: (event) => {
          raw.write(framed(event));
          if (event.type === "ended") raw.end();
        },
      });
      raw.on("drain", () => watching.drained());
      raw.on("close", () => {
        free();
        watching.close();
      });
    },
  );
}

function framed(event: DocumentEvent): string {
  if (event.type === "quiet") return ":\n\n";
  const { type, ...fields } = event;
  const id = "entryId" in event ? `id: ${event.version}.${event.entryId}\n` : "";
  return `event: ${type}\n${id}data: ${JSON.stringify(fields)}\n\n`;
}

/** The state that an event's id names. */
function stateOf(eventId: string | undefined): VersionId | undefined {
  const [, version, entryId] = /^(\d{1,16})\.([\w-]{0,64})$/.exec(eventId ?? "") ?? [];
  return version === undefined ? undefined : { version: Number(version), entryId: entryId ?? "" };
}
