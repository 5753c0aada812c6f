import { median } from "../../measure.ts";
import { STORING_PEERS } from "../messages.ts";
import { checkLength, equalText, openAll, until } from "./checks.ts";
import { typeHistory } from "./history.ts";
import type { Workload } from "./workload.ts";

const LENGTH = 1_000;
const MISSED = 5_000;
const PENDING = 500;
const WRITERS = 10;
/** Not measured: until then the code of server and client is being compiled. */
const FIRST_ROUNDS = 2;
const ROUNDS = 3;

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
    const times: number[] = [];
    const bytes: number[] = [];
    const cpu: number[] = [];
    for (let round = 1; round <= FIRST_ROUNDS + ROUNDS; round++) {
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
      times.push(performance.now() - start);
      cpu.push((await sample()).cpuMs - before.cpuMs);
      bytes.push(away.bytesRead + away.bytesWritten);
      const total = LENGTH + round * (MISSED + PENDING);
      await until("the others have all", () => writers.every((writer) => writer.length === total));
      checkLength(equalText(all), total);
    }
    const medianOf = (values: readonly number[]): number => median(values.slice(FIRST_ROUNDS));
    return { backMs: medianOf(times), backBytes: medianOf(bytes), backCpuMs: medianOf(cpu) };
  },
};
