import { setTimeout as sleep } from "node:timers/promises";
import type { Writer } from "../clients/writer.ts";
import { type Measured, type PeerName, PEERS, type Sampler } from "../messages.ts";
import { checkLength, MEMORY_SETTLES_MS, openAll } from "./checks.ts";
import type { Workload } from "./workload.ts";

const CONNECTIONS = 1_000;
const LENGTH = 100;
const WARM_DOCUMENTS = 20;
const WARM_KEYS = 300;

/** Many connections, each with a document of its own that was written in once. */
export const idle: Workload = idleIn("idle", CONNECTIONS, PEERS);

/** The same with all connections in so many documents. */
export function idleIn(name: string, documents: number, peers: readonly PeerName[]): Workload {
  return { name, peers, run: (open, sample) => run(open, sample, documents) };
}

async function run(
  open: (document: string) => Promise<Writer>,
  sample: Sampler,
  documents: number,
): Promise<Measured> {
  const write = async (document: string): Promise<void> => {
    const writer = await open(document);
    await writer.replace(0, 0, "-".repeat(LENGTH));
    if (documents === CONNECTIONS) checkLength(writer.text(), LENGTH);
  };
  // What any load takes, for however many connections, is taken before.
  for (let warm = 0; warm < WARM_DOCUMENTS; warm++) {
    const writer = await open(`warm-${warm}`);
    for (let key = 0; key < WARM_KEYS; key++) await writer.replace(key, 0, "-");
    checkLength(writer.text(), WARM_KEYS);
  }
  await sleep(MEMORY_SETTLES_MS);
  const before = await sample({ collectGarbage: true });
  await openAll(
    Array.from({ length: CONNECTIONS }, (_, number) => `idle-${number % documents}`),
    async (document) => {
      await write(document);
      return undefined as never;
    },
  );
  await sleep(MEMORY_SETTLES_MS);
  const after = await sample({ collectGarbage: true });
  return {
    connectionKb: (after.rssBytes - before.rssBytes) / 1000 / CONNECTIONS,
    usedKb: (after.usedBytes - before.usedBytes) / 1000 / CONNECTIONS,
    connectionCpuMs: (after.cpuMs - before.cpuMs) / CONNECTIONS,
  };
}
