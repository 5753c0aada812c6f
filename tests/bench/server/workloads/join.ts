import { setTimeout as sleep } from "node:timers/promises";
import { loadTrace } from "../../../support/traces.ts";
import { median } from "../../measure.ts";
import { STORING_PEERS } from "../messages.ts";
import { openAll, until } from "./checks.ts";
import { typeHistory } from "./history.ts";
import type { Workload } from "./workload.ts";

const LENGTH = 1_000_000;
const PIECE = 100_000;
const TYPED = 20_000;
const WRITERS = 20;
const JOINS = 7;

/** A new client opens a large document that others have written for long: until it has the text. */
export const join: Workload = {
  name: "join",
  peers: STORING_PEERS,
  async run(open, sample) {
    const writers = await openAll(Array<string>(WRITERS).fill("large"), open);
    const [author] = writers;
    if (author === undefined) throw new RangeError("no writers");
    await author.replace(0, 0, "-");
    await until("all have the text", () => writers.every(({ length }) => length === 1));
    // The large pieces come last, since some peers take time in proportion to the text for every character typed.
    await typeHistory(writers, TYPED);
    author.work();
    const { endContent } = await loadTrace("automerge-paper");
    while (author.length < LENGTH) {
      const { length } = author;
      await author.replace(length, 0, endContent.slice(0, Math.min(PIECE, LENGTH - length)));
    }
    const text = author.text();
    await sleep(500);
    const times: number[] = [];
    const bytes: number[] = [];
    const before = await sample();
    for (let round = 0; round < JOINS; round++) {
      const start = performance.now();
      const joined = await open("large");
      const read = joined.text();
      times.push(performance.now() - start);
      bytes.push(joined.bytesRead);
      if (read !== text || text.length !== LENGTH) throw new Error("joined with another text");
      await joined.leave();
    }
    const { cpuMs } = await sample();
    return {
      joinMs: median(times),
      joinBytes: median(bytes),
      joinCpuMs: (cpuMs - before.cpuMs) / JOINS,
    };
  },
};
