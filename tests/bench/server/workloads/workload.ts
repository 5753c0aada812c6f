import type { Writer } from "../clients/writer.ts";
import type { Measured, PeerName, Sampler } from "../messages.ts";

/** Something that clients do to a server, with what is measured meanwhile. */
export interface Workload {
  readonly name: string;
  /** Who can do it. The relay keeps no text, so nobody can join or come back there. */
  readonly peers: readonly PeerName[];
  /** Throws if the result is not right. */
  run(open: (document: string) => Promise<Writer>, sample: Sampler): Promise<Measured>;
}
