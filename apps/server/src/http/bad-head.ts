import type { Socket } from "node:net";
import type { ProgramMetrics } from "../metrics.ts";
import { BARE_HEADERS } from "./security-headers.ts";

/** What Node finds wrong before there is a request. */
const ANSWERS: Readonly<Record<string, readonly [status: string, code: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "ERR_TIMEOUT"],
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "ERR_HEADER_TOO_LARGE"],
};
const OTHERWISE = ["400 Bad Request", "ERR_HEADER_SYNTAX"] as const;

/** Answers somebody whose bytes are no request, or too slow, and ends the connection. */
export function handleBadHead(
  error: Error & { code?: string },
  socket: Socket,
  metrics: ProgramMetrics,
): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const [status, code] = ANSWERS[error.code ?? ""] ?? OTHERWISE;
  metrics.refused(code);
  const body = JSON.stringify({ code, message: status.slice(4) });
  const head = [
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    "Connection: close",
    ...BARE_HEADERS,
  ];
  if (socket.writable) socket.write(`HTTP/1.1 ${status}\r\n${head.join("\r\n")}\r\n\r\n${body}`);
  socket.destroySoon();
}
