import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";

/**
 * A server's site with a script of the test in front of each page's own: what engines without preload scripts
 * offer instead. Everything else passes through, WebSockets too.
 */
export class PreparedSite implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** `port`: of 127.0.0.1, where the server listens. */
  static async start(port: number, script: string): Promise<PreparedSite> {
    const server = createServer((asked, answer) => {
      const headers = { ...asked.headers, "accept-encoding": "identity", host: `127.0.0.1:${port}` };
      const { method, url: path } = asked;
      const forward = request({ host: "127.0.0.1", port, method, path, headers }, (got) => {
        const isPage = got.headers["content-type"]?.startsWith("text/html") === true;
        if (!isPage) {
          answer.writeHead(got.statusCode ?? 502, got.headers);
          got.pipe(answer);
          return;
        }
        const parts: Buffer[] = [];
        got.on("data", (part: Buffer) => parts.push(part));
        got.on("end", () => {
          const page = Buffer.concat(parts).toString();
          answer.writeHead(got.statusCode ?? 502, { "content-type": "text/html; charset=utf-8" });
          answer.end(page.replace("<head>", `<head><script>${script}</script>`));
        });
      });
      forward.on("error", () => answer.destroy());
      asked.pipe(forward);
    });
    server.on("upgrade", (asked, socket, head) => {
      const target = connect(port, "127.0.0.1");
      const lines = Object.entries({ ...asked.headers, host: `127.0.0.1:${port}` }).map(
        ([name, value]) => `${name}: ${String(value)}`,
      );
      // The server sees its own origin, as from its own page.
      const own = lines.filter((line) => !line.startsWith("origin:"));
      target.write(
        `GET ${asked.url} HTTP/1.1\r\n${own.join("\r\n")}\r\norigin: http://127.0.0.1:${port}\r\n\r\n`,
      );
      target.write(head);
      target.pipe(socket).pipe(target);
      target.on("error", () => socket.destroy());
      socket.on("error", () => target.destroy());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new PreparedSite(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
