import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "../../measure.ts";
import { ALL_PEERS } from "../messages.ts";
import { checkLength, equalText, openAll, until } from "./checks.ts";
import type { Workload } from "./workload.ts";

const TYPISTS = 5;
const KEY_MS = 100;
/** Typed before anything is measured: until then the server's code is being compiled. */
const FIRST_KEYS = 25;
const KEYS = 40;
const LENGTH = 1_000;

/** Some type at a human pace, all read. A delivery is one character that has come to one of the others. */
export function fanOut(clients: number): Workload {
  return {
    name: `fan-out ${clients}`,
    peers: ALL_PEERS,
    async run(open, sample) {
      const [first, ...others] = await openAll(Array<string>(clients).fill("shared"), open);
      if (first === undefined) throw new RangeError("no clients");
      const writers = [first, ...others];
      await first.replace(0, 0, "-".repeat(LENGTH));
      await until("all have the text", () => others.every(({ length }) => length === LENGTH));
      for (const writer of writers) writer.work();
      await sleep(500);

      const typedAt: number[][] = Array.from({ length: TYPISTS }, () => []);
      const latencies: number[] = [];
      for (const writer of writers) {
        const seen = Array<number>(TYPISTS).fill(0);
        writer.onInsert = (text) => {
          const now = performance.now();
          for (const character of text) {
            const typist = character.charCodeAt(0) - 97;
            const nth = seen[typist] ?? 0;
            seen[typist] = nth + 1;
            latencies.push(now - (typedAt[typist]?.[nth] ?? Number.NaN));
          }
        };
      }
      let typed = 0;
      const type = async (keys: number): Promise<void> => {
        latencies.length = 0;
        await Promise.all(
          writers.slice(0, TYPISTS).map(async (writer, typist) => {
            const start = performance.now() + (KEY_MS / TYPISTS) * typist;
            let sent: Promise<void> = Promise.resolve();
            for (let key = 0; key < keys; key++) {
              await sleep(Math.max(0, start + key * KEY_MS - performance.now()));
              typedAt[typist]?.push(performance.now());
              const position = typist * (LENGTH / TYPISTS) + typed + key;
              sent = sent.then(() => writer.replace(position, 0, String.fromCharCode(97 + typist)));
            }
            await sent;
          }),
        );
        typed += keys;
        const deliveries = TYPISTS * keys * (clients - 1);
        await until("all keys have come to all", () => latencies.length === deliveries);
      };
      const read = (): number => writers.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
      await type(FIRST_KEYS);
      const bytes = read();
      const before = await sample();
      await type(KEYS);
      const after = await sample();
      checkLength(equalText(writers), LENGTH + TYPISTS * typed);
      const deliveries = latencies.length;
      return {
        cpuMicrosPerDelivery: (1000 * (after.cpuMs - before.cpuMs)) / deliveries,
        p50Ms: percentile(latencies, 0.5),
        p99Ms: percentile(latencies, 0.99),
        bytesPerDelivery: (read() - bytes) / deliveries,
      };
    },
  };
}
