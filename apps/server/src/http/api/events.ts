import { credentialsOf, type DocumentEvent, type DocumentServer, type VersionId } from "@interline/server";
import { Type } from "typebox";
import type { App } from "../server.ts";
import { idOf } from "./documents.ts";
import { ApiError } from "./errors.ts";
import { jsonSlices } from "../long-answer.ts";
import { faults, Params } from "./schemas.ts";
import { SlicedEvents } from "./sliced-events.ts";

/** How long a listener whose stream broke waits until it asks again, in ms. */
const RETRY_MS = 1_000;

/** What happens to a document, as Server-Sent Events. */
export async function eventRoutes(app: App, server: DocumentServer): Promise<void> {
  app.get(
    "/documents/:id/events",
    {
      config: { needs: "read" },
      exposeHeadRoute: false,
      schema: {
        tags: ["events"],
        operationId: "watchDocument",
        summary: "What happens to a document, as Server-Sent Events",
        description: [
          "Events: `opened` (version), `operation` (from, version, operation), `snapshot` (version, text: what was missed is not to be had),",
          "`people` (joined, left), `access` (role), `ended` (code). Ids name states of the text, from the first event on: with `Last-Event-ID` what came",
          "after that state follows, or a `snapshot` if that is not kept any more.",
        ].join(" "),
        params: Params,
        headers: Type.Object({
          "last-event-id": Type.Optional(Type.String({ pattern: "^(?:\\d{1,15}\\.[\\w-]{0,64})?$" })),
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
      const { version, entryId } = stateOf(request.headers["last-event-id"]) ?? now;
      const since: VersionId = { version, entryId };
      const free = server.holdConnection(request.address);
      if (free === undefined) throw new ApiError("ERR_TOO_MANY_CONNECTIONS");
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
      // From here on nothing is missed, however early the stream breaks.
      raw.write(`retry: ${RETRY_MS}\n${idLine(since)}\n`);
      raw.on("error", () => {});
      const events = new SlicedEvents(raw, () => watching.drained());
      const watching = server.watch({
        document: id,
        credentials: credentialsOf(request),
        since,
        bufferedBytes: () => raw.writableLength + events.waitingUnits,
        onEvent: (event) => {
          if (event.type === "quiet") events.write([":\n\n"], 0);
          else events.write(framed(event, since), unitsOf(event));
          if (event.type === "ended") events.end();
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

/**
 * What was missed before `opened` follows it: its id is the state that the listener has. In slices, so that a
 * long text is never written at once.
 */
function* framed(event: DocumentEvent, since: VersionId): Generator<string> {
  const { type, ...fields } = event;
  const state = "entryId" in event ? event : type === "opened" ? since : undefined;
  const id = state === undefined ? "" : idLine(state);
  yield `event: ${type}\n${id}data: `;
  yield* jsonSlices(fields);
  yield "\n\n";
}

/** About how much text an event has, in UTF-16 code units. */
function unitsOf(event: DocumentEvent): number {
  if (event.type === "snapshot") return event.text.length;
  if (event.type !== "operation") return 0;
  return event.operation.reduce((sum: number, part) => sum + (typeof part === "string" ? part.length : 1), 0);
}

function idLine({ version, entryId }: VersionId): string {
  return `id: ${version}.${entryId}\n`;
}

/** The state that an event's id names. */
function stateOf(eventId: string | undefined): VersionId | undefined {
  const [, version, entryId] = /^(\d{1,15})\.([\w-]{0,64})$/.exec(eventId ?? "") ?? [];
  return version === undefined ? undefined : { version: Number(version), entryId: entryId ?? "" };
}
