import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server that listens on a free port of the loopback interface, and the port. */
export async function listen(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer();
  server.listen(0, "127.0.0.1", 1024);
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}
