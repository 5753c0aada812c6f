import { statusOf } from "@interline/server";
import type { ProgramMetrics } from "../metrics.ts";
import type { App } from "./server.ts";

/** The methods of each route, by its path as it is declared, with `:id` in it. */
type Routes = ReadonlyMap<string, ReadonlySet<string>>;

/** Answers a method that a route does not have with 405 and those that it has. For all routes that are added from now on. */
export function refuseOtherMethods(app: App, metrics: ProgramMetrics): void {
  const routes = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    // Preflights are for every path.
    if (url.includes("*")) return;
    const methods = routes.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    routes.set(url, methods);
  });
  app.addHook("onRequest", async (request, reply) => {
    const allowed = request.is404 ? methodsOf(routes, request.url.split("?", 1)[0] ?? "") : [];
    if (allowed.length === 0) return undefined;
    const code = "ERR_METHOD_NOT_ALLOWED";
    metrics.refused(code);
    const allow = allowed.join(", ");
    reply.code(statusOf(code)).header("allow", allow).header("cache-control", "no-store");
    return reply.send({ code, message: `${request.method} is not for this address: ${allow}` });
  });
}

/** Those of a path, in alphabetical order; none if there is no such route. */
function methodsOf(routes: Routes, path: string): readonly string[] {
  const segments = path.split("/");
  const found = [...routes].filter(([route]) => isAt(route.split("/"), segments));
  return [...new Set(found.flatMap(([, methods]) => [...methods]))].toSorted();
}

function isAt(route: readonly string[], segments: readonly string[]): boolean {
  return (
    route.length === segments.length &&
    route.every((part, index) => part.startsWith(":") || part === segments[index])
  );
}
