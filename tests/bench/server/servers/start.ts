import type { PeerName } from "../messages.ts";

/** Starts a server on a free port of the loopback interface and returns the port. It runs as long as the process. */
export async function start(peer: PeerName): Promise<number> {
  switch (peer) {
    case "interline":
    case "interline, compressed":
      return (await import("./interline.ts")).startInterline();
    case "interline, in memory":
      return (await import("./interline.ts")).startInMemory();
    case "interline, long history":
      return (await import("./interline.ts")).startWithHistory();
    case "interline, Redis":
      return (await import("./interline.ts")).startOnRedis();
    case "sharedb, Redis":
      return (await import("./sharedb.ts")).startShareDb(process.env["REDIS_URL"]);
    case "relay":
      return (await import("./relay.ts")).startRelay();
    case "relay, durable":
      return (await import("./relay.ts")).startDurableRelay();
    case "sharedb":
      return (await import("./sharedb.ts")).startShareDb();
    case "y-websocket":
      return (await import("./y-websocket.ts")).startYWebSocket();
    case "hocuspocus":
      return (await import("./hocuspocus.ts")).startHocuspocus();
  }
}
