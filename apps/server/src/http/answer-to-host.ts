import { type DocumentServer, statusOf } from "@interline/server";
import type { ProgramMetrics } from "../metrics.ts";
import type { App } from "./server.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** True: answered whatever host the request names. */
    readonly isForAnyHost?: boolean | undefined;
  }
}

/** Refuses requests for hosts that this server does not answer to: the page, the API and the metrics. */
export function answerToHost(app: App, documents: DocumentServer, metrics: ProgramMetrics): void {
  app.addHook("onRequest", async (request, reply) => {
    if (request.routeOptions.config.isForAnyHost === true) return undefined;
    const refusal = documents.hostRefusal(request.raw);
    if (refusal === undefined) return undefined;
    metrics.refused(refusal.code);
    reply.code(statusOf(refusal.code)).header("cache-control", "no-store");
    // A person who opens the page reads a sentence.
    const isPage = request.headers.accept?.includes("text/html") === true;
    if (isPage) return reply.type("text/plain; charset=utf-8").send(`${refusal.message}\n`);
    return reply.send(refusal);
  });
}
