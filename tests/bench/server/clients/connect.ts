import type { PeerName } from "../messages.ts";
import type { Connect } from "./writer.ts";

/** The client for a peer's server. */
export async function clientOf(peer: PeerName): Promise<Connect> {
  switch (peer) {
    case "interline":
    case "interline, in memory":
    case "interline, long history":
    case "interline, Redis":
      return (await import("./interline.ts")).connectInterline;
    case "interline, compressed":
      return (await import("./interline.ts")).connectCompressed;
    case "relay":
    case "relay, durable":
      return (await import("./relay.ts")).connectRelay;
    case "sharedb":
    case "sharedb, Redis":
      return (await import("./sharedb.ts")).connectShareDb;
    case "y-websocket":
      return (await import("./y-websocket.ts")).connectYWebSocket;
    case "hocuspocus":
      return (await import("./hocuspocus.ts")).connectHocuspocus;
  }
}
