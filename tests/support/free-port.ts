import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Returns a TCP port of 127.0.0.1 that nothing listens on at the moment, from 15 000 to 29 999. Systems take the ports of
 * outgoing connections from above that range: a server that was here can come back, even if clients keep trying meanwhile.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    probe.close();
    await once(probe, "close");
    return port;
  }
  throw new Error("No free port was found in 100 attempts.");
}
