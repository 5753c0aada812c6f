import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "../../measure.ts";
import { ON_REDIS } from "../messages.ts";
import { equalText, openAll, until } from "./checks.ts";
import type { Workload } from "./workload.ts";

const FIRST_KEYS = 50;
const KEYS = 300;
const KEY_MS = 20;

/** One types, one reads, at another server where there are two: how long a character takes. */
export const latency: Workload = {
  name: "latency",
  peers: [ON_REDIS],
  async run(open) {
    const writers = await openAll(["latency", "latency"], open);
    const [typist, reader] = writers;
    if (typist === undefined || reader === undefined) throw new RangeError("no clients");
    for (const writer of writers) writer.work();
    const typedAt: number[] = [];
    const latencies: number[] = [];
    reader.onInsert = (text) => {
      const now = performance.now();
      for (const _ of text) latencies.push(now - (typedAt[latencies.length] ?? Number.NaN));
    };
    for (let key = 0; key < FIRST_KEYS + KEYS; key++) {
      await sleep(KEY_MS);
      typedAt.push(performance.now());
      await typist.replace(key, 0, "x");
    }
    await until("all keys have come", () => latencies.length === FIRST_KEYS + KEYS);
    equalText(writers);
    return { p50Ms: percentile(latencies.slice(FIRST_KEYS), 0.5) };
  },
};
