import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { CODES, type ErrorCode, statusOf } from "@interline/server";
import type { ProgramMetrics } from "../metrics.ts";
import { BARE_HEADERS } from "./security-headers.ts";

/** What Node finds wrong before there is a request. */
const FOREIGN: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: "ERR_TIMEOUT",
  HPE_HEADER_OVERFLOW: "ERR_HEADER_TOO_LARGE",
};

/** Answers somebody whose bytes are no request, or too slow, and ends the connection. */
export function handleBadHead(
  error: Error & { code?: string },
  socket: Socket,
  metrics: ProgramMetrics,
): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const code = FOREIGN[error.code ?? ""] ?? "ERR_HEADER_SYNTAX";
  const status = statusOf(code);
  metrics.refused(code);
  const body = JSON.stringify({ code, message: CODES[code].message });
  const head = [
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
    ...BARE_HEADERS,
  ];
  if (socket.writable)
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${head.join("\r\n")}\r\n\r\n${body}`);
  socket.destroySoon();
}
