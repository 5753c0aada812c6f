import { setTimeout as sleep } from "node:timers/promises";
import { median } from "../../measure.ts";
import { COPIES, LENGTH, WARM_UPS } from "../long-histories.ts";
import { LONG_HISTORY } from "../messages.ts";
import { checkLength, equalText } from "./checks.ts";
import type { Workload } from "./workload.ts";

const ROUNDS = 25;
/** A document that nobody has open leaves this server's memory after 1 ms. */
const UNLOADED_AFTER_MS = 50;

/** The first open of a document that is in the log only: of a million operations, and of one. */
export const openLong: Workload = {
  name: "open",
  peers: [LONG_HISTORY],
  async run(open) {
    const timed = async (document: string): Promise<number> => {
      const start = performance.now();
      const writer = await open(document);
      const took = performance.now() - start;
      checkLength(writer.text(), LENGTH);
      await writer.leave();
      await sleep(UNLOADED_AFTER_MS);
      return took;
    };
    /** In turns, so that a busy machine disturbs all alike. */
    const inTurns = async <Kind extends string>(
      kinds: readonly Kind[],
      rounds: number,
    ): Promise<Record<Kind, number>> => {
      const times = new Map<Kind, number[]>(kinds.map((kind) => [kind, []]));
      for (let round = 0; round < rounds; round++) {
        for (const [kind, taken] of times) taken.push(await timed(`${kind}-${round % COPIES}`));
      }
      const medians = [...times].map(([kind, taken]) => [kind, median(taken)]);
      return Object.fromEntries(medians) as Record<Kind, number>;
    };
    // Until then the code of server and client is being compiled.
    for (let copy = 0; copy < WARM_UPS; copy++) await timed(`warm-${copy}`);
    const cold = await inTurns(["long", "short", "killed"], COPIES);
    const warm = await inTurns(["long", "short"], ROUNDS);
    equalText([await open("long-0"), await open("short-0")]);
    return {
      longColdMs: cold.long,
      shortColdMs: cold.short,
      killedColdMs: cold.killed,
      longMs: warm.long,
      shortMs: warm.short,
    };
  },
};
