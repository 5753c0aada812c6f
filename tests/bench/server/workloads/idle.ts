import { setTimeout as sleep } from "node:timers/promises";
import { PEERS } from "../messages.ts";
import { checkLength, openAll } from "./checks.ts";
import type { Workload } from "./workload.ts";

const CONNECTIONS = 1_000;
const LENGTH = 100;

/** Many connections, each with a document of its own that was written in once. */
export const idle: Workload = {
  name: "idle",
  peers: PEERS,
  async run(open, sample) {
    const write = async (document: string): Promise<void> => {
      const writer = await open(document);
      await writer.replace(0, 0, "-".repeat(LENGTH));
      checkLength(writer.text(), LENGTH);
    };
    // What the first connections need is needed once.
    for (let warm = 0; warm < 20; warm++) await write(`warm-${warm}`);
    await sleep(500);
    const before = await sample({ collectGarbage: true });
    await openAll(
      Array.from({ length: CONNECTIONS }, (_, number) => `idle-${number}`),
      async (document) => {
        await write(document);
        return undefined as never;
      },
    );
    await sleep(1_000);
    const after = await sample({ collectGarbage: true });
    return {
      connectionKb: (after.rssBytes - before.rssBytes) / 1000 / CONNECTIONS,
      connectionCpuMs: (after.cpuMs - before.cpuMs) / CONNECTIONS,
    };
  },
};
