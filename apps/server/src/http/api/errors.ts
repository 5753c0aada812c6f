import { ServerError } from "@interline/server";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ProgramMetrics } from "../../metrics.ts";

/** HTTP status by code. Codes of operations that are refused are not here: 422. */
const STATUS: Readonly<Record<string, number>> = {
  ERR_DOCUMENT_NOT_FOUND: 404,
  ERR_LINK_NOT_FOUND: 404,
  ERR_DOCUMENT_DELETED: 410,
  ERR_HISTORY_TRIMMED: 410,
  ERR_BASE_TRIMMED: 410,
  ERR_DOCUMENT_EXISTS: 409,
  ERR_VERSION_AHEAD: 409,
  ERR_VERSION_MISMATCH: 412,
  ERR_DOCUMENT_TOO_LARGE: 413,
  ERR_OPERATION_TOO_LARGE: 413,
  ERR_FORBIDDEN: 403,
  ERR_READ_ONLY: 403,
  ERR_ACCESS_UNAVAILABLE: 503,
  ERR_LINK_REVOKED: 401,
  ERR_REQUEST_SHAPE: 400,
  ERR_DOCUMENT_ID: 400,
  ERR_BODY_SYNTAX: 400,
  ERR_TEXT_ENCODING: 400,
  ERR_TITLE: 400,
  ERR_BODY_TOO_COMPLEX: 400,
  ERR_BODY_TOO_LARGE: 413,
  ERR_ACCESS_OPEN: 409,
  ERR_RATE_LIMITED: 429,
  ERR_TOO_MANY_CONNECTIONS: 429,
  ERR_TOO_MANY_READS: 429,
  ERR_DOCUMENT_FULL: 503,
  ERR_STORE_UNAVAILABLE: 503,
  ERR_STORE_FAILED: 503,
};

/** Codes of the HTTP library that callers meet, in our words. */
const FOREIGN: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "ERR_BODY_TOO_LARGE",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "ERR_CONTENT_TYPE",
  FST_ERR_CTP_EMPTY_JSON_BODY: "ERR_BODY_SYNTAX",
  FST_ERR_CTP_INVALID_JSON_BODY: "ERR_BODY_SYNTAX",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "ERR_BODY_SYNTAX",
  FST_ERR_BAD_URL: "ERR_ADDRESS",
  FST_ERR_VALIDATION: "ERR_REQUEST_SHAPE",
};

/** A fault of the API that the server as a library does not know. */
export class ApiError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiError";
    this.code = code;
  }
}

/** Answers a fault with a code and its status. What nobody expected is logged, and told without details. */
export function handleError(
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
  metrics: ProgramMetrics,
): FastifyReply {
  const [status, code] = outcomeOf(error);
  metrics.refused(code);
  reply.header("cache-control", "no-store");
  if (status === 503 || status === 429) reply.header("retry-after", "1");
  if (status < 500) return reply.code(status).send({ code, message: error.message });
  request.log.error({ event: "request-failed", route: request.routeOptions.url, error }, "a request failed");
  return reply.code(status).send({ code, message: "this cannot be done now" });
}

function outcomeOf(error: Error): [status: number, code: string] {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (error instanceof ServerError || error instanceof ApiError) return [STATUS[code] ?? 422, code];
  // An id that is too long for the router is as wrong as one that is a little too long.
  if (code === "FST_ERR_MAX_PARAM_LENGTH") return [400, "ERR_ADDRESS"];
  if (code in STATUS) return [STATUS[code] ?? 500, code];
  const status = "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
  if (status >= 500) return [500, "ERR_INTERNAL"];
  return [
    status,
    FOREIGN[code] ?? (code.startsWith("FST_ERR_CTP") ? "ERR_BODY_SYNTAX" : "ERR_REQUEST_SHAPE"),
  ];
}
