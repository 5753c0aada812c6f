import { AccessError, CODES, type ErrorCode, isErrorCode, ServerError, statusOf } from "@interline/server";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ProgramMetrics } from "../../metrics.ts";

/** Codes of the HTTP library that callers meet, in our words. */
const FOREIGN: Readonly<Record<string, ErrorCode>> = {
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
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string = CODES[code].message, options?: ErrorOptions) {
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

function outcomeOf(error: Error): [status: number, code: ErrorCode] {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const isOurs = error instanceof ServerError || error instanceof ApiError || error instanceof AccessError;
  if (isOurs) return isErrorCode(code) ? [statusOf(code), code] : [500, "ERR_INTERNAL"];
  // An id that is too long for the router is as wrong as one that is a little too long.
  if (code === "FST_ERR_MAX_PARAM_LENGTH") return [statusOf("ERR_ADDRESS"), "ERR_ADDRESS"];
  const status = "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
  if (status >= 500) return [500, "ERR_INTERNAL"];
  return [
    status,
    FOREIGN[code] ?? (code.startsWith("FST_ERR_CTP") ? "ERR_BODY_SYNTAX" : "ERR_REQUEST_SHAPE"),
  ];
}
