import type { ProgramMetrics } from "../metrics.ts";
import type { App } from "./server.ts";

/** Load balancers ask by whatever name or address they have; the answers tell nobody anything. */
const ANY_HOST = { config: { isForAnyHost: true } };

/** What an operator asks: whether the process is alive, whether it takes clients, and what it does. */
export function healthRoutes({
  isReady,
  metrics,
}: {
  readonly isReady: () => boolean;
  readonly metrics: ProgramMetrics;
}): (app: App) => Promise<void> {
  return async (app) => {
    app.addHook("onRequest", async (_request, reply) => {
      reply.header("cache-control", "no-store");
    });
    app.get("/healthz", ANY_HOST, async (_request, reply) =>
      reply.type("text/plain; charset=utf-8").send("ok\n"),
    );
    app.get("/readyz", ANY_HOST, async (_request, reply) => {
      reply.type("text/plain; charset=utf-8");
      return isReady() ? reply.send("ready\n") : reply.code(503).send("not ready\n");
    });
    app.get("/metrics", async (_request, reply) =>
      reply.type(metrics.contentType).send(await metrics.text()),
    );
  };
}
