import { Server } from "@hocuspocus/server";

/** Hocuspocus as it comes, with nothing to keep documents in. */
export async function startHocuspocus(): Promise<number> {
  const server = new Server({ port: 0, address: "127.0.0.1", quiet: true, stopOnSignals: false });
  await server.listen();
  return server.address.port;
}
