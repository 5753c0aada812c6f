import { once } from "node:events";
import { createServer, type IncomingMessage, request as ask } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";

/**
 * An HTTP proxy, as company networks have them, that lets no WebSocket through. `isBuffering`: it passes an answer on when all of it has
 * come, as virus scanners do. `isSilent`: it does not say that it lets no WebSocket through.
 */
export async function startHttpProxy(
  targetPort: number,
  { isBuffering, isSilent = false }: { readonly isBuffering: boolean; readonly isSilent?: boolean },
): Promise<AsyncDisposable & { readonly port: number; letUpgradesThrough(): void }> {
  const server = createServer((request, response) => {
    const { method, url: path, headers } = request;
    const asked = ask({ port: targetPort, method, path, headers }, (answer) => {
      if (!isBuffering) {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        return answer.pipe(response);
      }
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      return answer.on("end", () => {
        const body = Buffer.concat(parts);
        const { "transfer-encoding": _, ...kept } = answer.headers;
        response.writeHead(answer.statusCode ?? 502, { ...kept, "content-length": body.length }).end(body);
      });
    });
    asked.on("error", () => response.destroy());
    response.on("close", () => asked.destroy());
    request.pipe(asked);
  });
  const silent = new Set<Duplex>();
  let refuse = (_request: IncomingMessage, socket: Duplex): void => {
    if (isSilent) silent.add(socket.on("error", () => {}));
    else socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
  };
  server.on("upgrade", (request, socket) => refuse(request, socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    /** From now on WebSockets get through. */
    letUpgradesThrough() {
      refuse = (request, socket) => {
        const target = connect(targetPort, "127.0.0.1");
        const head = [`${request.method} ${request.url} HTTP/1.1`];
        for (let index = 0; index < request.rawHeaders.length; index += 2) {
          head.push(`${request.rawHeaders[index]}: ${request.rawHeaders[index + 1]}`);
        }
        target.write(`${head.join("\r\n")}\r\n\r\n`);
        for (const [from, to] of [
          [socket, target],
          [target, socket],
        ] as const) {
          from.pipe(to);
          from.on("error", () => to.destroy());
          from.on("close", () => to.destroy());
        }
      };
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      for (const socket of silent) socket.destroy();
      await once(server, "close");
    },
  };
}
