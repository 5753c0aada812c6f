import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "../../measure.ts";
import type { Writer } from "../clients/writer.ts";
import { ALL_PEERS } from "../messages.ts";
import { checkLength, equalText, openAll, until } from "./checks.ts";
import type { Workload } from "./workload.ts";

const TYPISTS = 5;
const KEY_MS = 100;
const KEYS = 60;
/**
 * Typed fast before anything is measured, into other documents that are left then, and into the one that is
 * measured: a server runs for weeks, and what compiling its code costs in the first minute, again at each
 * thing that it has not seen yet, would be most of what is seen here.
 */
const FIRST_ROOMS = 4;
const FIRST_KEYS = 250;
const SECOND_KEYS = 120;
const FAST_KEY_MS = 10;
const LENGTH = 1_000;

/** Some type at a human pace, all read. A delivery is one character that has come to one of the others. */
export function fanOut(clients: number): Workload {
  return {
    name: `fan-out ${clients}`,
    peers: ALL_PEERS,
    async run(open, sample) {
      for (let number = 0; number < FIRST_ROOMS; number++) {
        const first = await openRoom(await openAll(Array<string>(clients).fill(`first-${number}`), open));
        await first.type(FIRST_KEYS, FAST_KEY_MS);
        await Promise.all(first.writers.map((writer) => writer.leave()));
      }
      const { writers, type } = await openRoom(await openAll(Array<string>(clients).fill("shared"), open));
      await type(SECOND_KEYS, FAST_KEY_MS);
      await sleep(500);

      const read = (): number => writers.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
      const bytes = read();
      const before = await sample();
      const latencies = await type(KEYS, KEY_MS);
      const after = await sample();
      checkLength(equalText(writers), LENGTH + TYPISTS * (SECOND_KEYS + KEYS));
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

interface Room {
  readonly writers: readonly Writer[];
  /** Resolves to how long each character took to each of the others, in ms. */
  readonly type: (keys: number, keyMs: number) => Promise<readonly number[]>;
}

/** Writers in one document that have the same text. */
async function openRoom(writers: readonly Writer[]): Promise<Room> {
  await writers[0]?.replace(0, 0, "-".repeat(LENGTH));
  await until("all have the text", () => writers.every(({ length }) => length === LENGTH));
  for (const writer of writers) writer.work();
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
  const type = async (keys: number, keyMs: number): Promise<readonly number[]> => {
    latencies.length = 0;
    await Promise.all(
      writers.slice(0, TYPISTS).map(async (writer, typist) => {
        const start = performance.now() + (keyMs / TYPISTS) * typist;
        let sent: Promise<void> = Promise.resolve();
        for (let key = 0; key < keys; key++) {
          await sleep(Math.max(0, start + key * keyMs - performance.now()));
          typedAt[typist]?.push(performance.now());
          const position = typist * (LENGTH / TYPISTS) + typed + key;
          sent = sent.then(() => writer.replace(position, 0, String.fromCharCode(97 + typist)));
        }
        await sent;
      }),
    );
    typed += keys;
    const deliveries = TYPISTS * keys * (writers.length - 1);
    await until("all keys have come to all", () => latencies.length === deliveries);
    return [...latencies];
  };
  return { writers, type };
}
