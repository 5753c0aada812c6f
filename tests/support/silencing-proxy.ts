import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort } from "./free-port.ts";

/** A TCP proxy of 127.0.0.1 before a Redis, that can keep back whatever Redis publishes, while commands are answered. */
export class SilencingProxy implements AsyncDisposable {
  readonly port: number;
  /** True: what is published is lost. */
  isSilent = false;
  /** How often something was kept back. */
  lost = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, port: number, targetPort: number) {
    this.#server = server;
    this.port = port;
    server.on("connection", (client: Socket) => this.#link(client, targetPort));
  }

  static async start(targetPort: number): Promise<SilencingProxy> {
    const port = await freePort();
    const server = createServer({ noDelay: true }).listen(port, "127.0.0.1");
    await once(server, "listening");
    return new SilencingProxy(server, port, targetPort);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #link(client: Socket, targetPort: number): void {
    const redis = connect({ port: targetPort, host: "127.0.0.1", noDelay: true });
    let isSubscriber = false;
    client.on("data", (bytes) => {
      isSubscriber ||= bytes.includes("ssubscribe");
      redis.write(bytes);
    });
    redis.on("data", (bytes) => {
      if (this.isSilent && isSubscriber) this.lost++;
      else client.write(bytes);
    });
    for (const [one, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => {});
      one.once("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}
