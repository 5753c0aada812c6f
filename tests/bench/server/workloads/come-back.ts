import { STORING_PEERS } from "../messages.ts";
import { checkLength, equalText, openAll, until } from "./checks.ts";
import { typeHistory } from "./history.ts";
import type { Workload } from "./workload.ts";

const LENGTH = 1_000;
const MISSED = 5_000;
const PENDING = 500;
const WRITERS = 10;

/** Somebody comes back with edits of their own to many of others: until both sides have all. */
export const comeBack: Workload = {
  name: "come back",
  peers: STORING_PEERS,
  async run(open, sample) {
    const [away, ...writers] = await openAll(Array<string>(1 + WRITERS).fill("shared"), open);
    const [author] = writers;
    if (away === undefined || author === undefined) throw new RangeError("no writers");
    await author.replace(0, 0, "-".repeat(LENGTH));
    const all = [away, ...writers];
    await until("all have the text", () => all.every(({ length }) => length === LENGTH));
    for (const writer of all) writer.work();
    await away.leave();
    await typeHistory(writers, MISSED);
    for (let key = 0; key < PENDING; key++) {
      const run = Math.floor(key / 20);
      void away.replace(run * 40 + (key % 20), 0, "y");
    }
    const before = await sample();
    const start = performance.now();
    await away.comeBack();
    away.work();
    const backMs = performance.now() - start;
    const after = await sample();
    const total = LENGTH + MISSED + PENDING;
    const backBytes = away.bytesRead + away.bytesWritten;
    await until("the others have all", () => writers.every((writer) => writer.length === total));
    checkLength(equalText(all), total);
    return { backMs, backBytes, backCpuMs: after.cpuMs - before.cpuMs };
  },
};
