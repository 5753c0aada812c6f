import {
  addressOf,
  allows,
  credentialsOf,
  type DocumentServer,
  EVERY_DOCUMENT,
  isOriginAllowed,
  isRefusal,
  type Role,
  type User,
  userOf,
  type Visitor,
} from "@interline/server";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ProgramMetrics } from "../../metrics.ts";
import type { App } from "../server.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the visitor must be allowed, with the document of the path or, without one, with all. Undefined: nothing. */
    readonly needs?: Role | undefined;
  }
  interface FastifyRequest {
    /** Who asks. */
    visitor: Visitor | undefined;
    /** See `addressOf`. */
    address: string;
    /** Whose name goes to what the request writes. */
    author: User;
  }
}

/** Where nobody is asked who they are. */
const NOBODY: User = { id: "api", name: "API", color: 1 };

export interface LetInOptions {
  readonly documents: DocumentServer;
  readonly allowedOrigins: readonly string[];
  readonly metrics: ProgramMetrics;
  readonly isProxied: boolean | undefined;
}

/**
 * Asks everybody who they are and whether they may, before a body is read. Every route says in its `config` what it needs; one that does
 * not say is for owners of everything only.
 */
export function letIn(api: App, { documents, allowedOrigins, metrics, isProxied }: LetInOptions): void {
  const { gatekeeper } = documents;
  const refuse = (
    reply: FastifyReply,
    status: number,
    { code, message }: { code: string; message: string },
  ): FastifyReply => {
    metrics.refused(code);
    if (status === 401) reply.header("www-authenticate", "Bearer");
    return reply.code(status).send({ code, message });
  };

  api.decorateRequest("visitor", undefined);
  api.decorateRequest("author");
  api.decorateRequest("address", "");
  api.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "no-store");
    if (!isOriginAllowed(request.raw, allowedOrigins)) {
      return refuse(reply, 403, {
        code: "ERR_ORIGIN_FORBIDDEN",
        message: "pages of this origin may not ask",
      });
    }
    if (request.is404 || !needsVisitor(request)) return undefined;
    const encoding = request.headers["content-encoding"] ?? "identity";
    if (encoding !== "identity") {
      return refuse(reply, 415, { code: "ERR_CONTENT_ENCODING", message: "bodies are taken as they are" });
    }
    request.address = addressOf(request.raw, isProxied);
    const visitor = await gatekeeper.admit(credentialsOf(request), request.address);
    if (isRefusal(visitor)) {
      if (visitor.waitMs !== undefined) reply.header("retry-after", Math.ceil(visitor.waitMs / 1000));
      return refuse(reply, statusOf(visitor.code), visitor);
    }
    request.visitor = visitor;
    request.author = gatekeeper.isOpen ? NOBODY : userOf(visitor, NOBODY);
    const waitMs = documents.admitRequest(visitor.id ?? request.address, bytesOf(request));
    if (waitMs > 0) {
      reply.header("retry-after", Math.ceil(waitMs / 1000));
      return refuse(reply, 429, { code: "ERR_RATE_LIMITED", message: "too much at once" });
    }
    const needs = neededBy(request);
    const { id } = request.params as { id?: string };
    const role = await gatekeeper.roleOf(visitor, id ?? EVERY_DOCUMENT);
    if (isRefusal(role)) return refuse(reply, statusOf(role.code), role);
    if (allows(role, needs)) return undefined;
    if (allows(role, "read") && needs === "write") {
      return refuse(reply, 403, { code: "ERR_READ_ONLY", message: "this may be read, not written" });
    }
    return refuse(reply, 403, { code: "ERR_FORBIDDEN", message: `this needs the right to ${needs}` });
  });
}

/** Bytes that the body of a request may have. */
function bytesOf({ headers, routeOptions }: FastifyRequest): number {
  const length = headers["content-length"];
  if (length !== undefined) return Number(length);
  return headers["transfer-encoding"] === undefined ? 0 : routeOptions.bodyLimit;
}

function needsVisitor({ method, routeOptions: { config } }: FastifyRequest): boolean {
  return method !== "OPTIONS" && (!("needs" in config) || config.needs !== undefined);
}

function neededBy({ routeOptions: { config } }: FastifyRequest): Role {
  return config.needs ?? "own";
}

function statusOf(code: string): number {
  if (code === "ERR_ACCESS_UNAVAILABLE") return 503;
  if (code === "ERR_TOO_MANY_LOGINS") return 429;
  return code === "ERR_FORBIDDEN" ? 403 : 401;
}
