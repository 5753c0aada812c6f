import {
  addressOf,
  allows,
  CODES,
  credentialsOf,
  type DocumentServer,
  type ErrorCode,
  EVERY_DOCUMENT,
  type Gatekeeper,
  isDocumentId,
  isRefusal,
  type Refusal,
  type Role,
  ServerError,
  SLICE_UNITS,
  statusOf,
  type User,
  userOf,
  type Visitor,
} from "@interline/server";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ProgramMetrics } from "../../metrics.ts";
import { holdRead } from "../long-answer.ts";
import type { App } from "../server.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the visitor must be allowed, with the document of the path or, without one, with all. Undefined: nothing. */
    readonly needs?: Role | undefined;
    /** True: not for those who have only what everybody has. */
    readonly isForMembers?: boolean | undefined;
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
  readonly metrics: ProgramMetrics;
  readonly isProxied: boolean | undefined;
}

/**
 * Asks everybody who they are and whether they may, before a body is read. Every route says in its `config` what it needs; one that does
 * not say is for owners of everything only.
 */
export function letIn(api: App, { documents, metrics, isProxied }: LetInOptions): void {
  const { gatekeeper } = documents;
  const refuse = (
    reply: FastifyReply,
    { code, message = CODES[code].message }: { code: ErrorCode; message?: string },
  ): FastifyReply => {
    metrics.refused(code);
    const status = statusOf(code);
    if (status === 401) reply.header("www-authenticate", "Bearer");
    if (status === 503) reply.header("retry-after", "1");
    return reply.code(status).send({ code, message });
  };

  api.decorateRequest("visitor", undefined);
  api.decorateRequest("author");
  api.decorateRequest("address", "");
  api.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "no-store");
    const foreign = documents.originRefusal(request.raw);
    if (foreign !== undefined) return refuse(reply, foreign);
    if (request.is404 || !needsVisitor(request)) return undefined;
    const encoding = request.headers["content-encoding"] ?? "identity";
    if (encoding !== "identity") {
      return refuse(reply, { code: "ERR_CONTENT_ENCODING" });
    }
    request.address = addressOf(request.raw, isProxied);
    const visitor = await gatekeeper.admit(credentialsOf(request), request.address);
    if (isRefusal(visitor)) {
      if (visitor.waitMs !== undefined) reply.header("retry-after", Math.ceil(visitor.waitMs / 1000));
      return refuse(reply, visitor);
    }
    request.visitor = visitor;
    request.author = gatekeeper.isOpen ? NOBODY : userOf(visitor, NOBODY);
    const waitMs = documents.admitRequest(visitor.id ?? request.address, bytesOf(request));
    if (waitMs > 0) {
      reply.header("retry-after", Math.ceil(waitMs / 1000));
      return refuse(reply, { code: "ERR_RATE_LIMITED" });
    }
    return mayRefuse(request, reply);
  });
  // A body may be long under way, and rights may have gone meanwhile.
  api.addHook("preHandler", async (request, reply) => {
    const { visitor, body } = request;
    return visitor === undefined || body === undefined ? undefined : mayRefuse(request, reply);
  });
  // Long texts hold a place before they are made. Lists and histories of many small things may be long too.
  api.addHook("onSend", async (request, reply, payload) => {
    const isLong = typeof payload === "string" && payload.length > SLICE_UNITS;
    if (isLong && request.visitor !== undefined) holdRead(documents, request, reply);
    return payload;
  });

  async function mayRefuse(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const { id } = request.params as { id?: string };
    const refusal = await refusalFor(gatekeeper, request, id ?? EVERY_DOCUMENT, neededBy(request));
    return refusal === undefined ? undefined : refuse(reply, refusal);
  }
}

/** Who asks, and by which id others know them. */
type Asker = Pick<FastifyRequest, "visitor" | "author"> & Partial<Pick<FastifyRequest, "routeOptions">>;

/** Why a visitor may not do with a document, or with all, what needs this role. */
async function refusalFor(
  gatekeeper: Gatekeeper,
  { visitor, author, routeOptions }: Asker,
  document: string,
  needs: Role,
): Promise<Refusal | undefined> {
  if (visitor === undefined) return undefined;
  const rights = await gatekeeper.rightsOf(visitor, document, author.id);
  if (isRefusal(rights)) return rights;
  const isForMembers = routeOptions?.config.isForMembers === true;
  if (allows(rights.role, needs) && !(isForMembers && rights.isGeneral)) return undefined;
  return allows(rights.role, "read") && needs === "write"
    ? { code: "ERR_READ_ONLY", message: CODES.ERR_READ_ONLY.message }
    : { code: "ERR_FORBIDDEN", message: `this needs the right to ${needs}` };
}

/**
 * Asks what the path does not show: whether a visitor who may make documents may make this one.
 * @throws ServerError with the code of the refusal
 */
export async function assertMayMake(
  gatekeeper: Gatekeeper,
  { visitor, author }: Asker,
  id: string | undefined,
): Promise<void> {
  if (id === undefined || !isDocumentId(id)) return;
  const refusal = await refusalFor(gatekeeper, { visitor, author }, id, "write");
  if (refusal !== undefined) throw new ServerError(refusal.code, refusal.message);
}

/** Those documents that a visitor may read: a login may except some from what it gives with all. */
export async function readable<Document extends { readonly id: string }>(
  gatekeeper: Gatekeeper,
  { visitor, author }: Asker,
  documents: readonly Document[],
): Promise<readonly Document[]> {
  if (gatekeeper.isOpen) return documents;
  const asker = { visitor, author };
  const refusals = await Promise.all(documents.map(({ id }) => refusalFor(gatekeeper, asker, id, "read")));
  return documents.filter((_, index) => refusals[index] === undefined);
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
