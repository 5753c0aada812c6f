import { setTimeout as sleep } from "node:timers/promises";
import { percentile, seededRandom } from "../../measure.ts";
import { ALL_PEERS, type PeerName } from "../messages.ts";
import { checkLength, equalText, openAll, until } from "./checks.ts";
import type { Workload } from "./workload.ts";

const DURATION_MS = 2_500;
/** What a frame can carry everywhere. */
const PIECE = 100_000;

interface Shape {
  readonly documents: number;
  /** Per document. */
  readonly clients: number;
  /** Of each document at the start. */
  readonly length: number;
  /** Default: all. */
  readonly peers?: readonly PeerName[];
}

/** Each client inserts a character somewhere as soon as the one before is acknowledged. */
export function closedLoop(
  title: string,
  { documents, clients, length, peers = ALL_PEERS }: Shape,
): Workload {
  return {
    name: `closed loop, ${title}`,
    peers,
    async run(open, sample) {
      const rooms = await Promise.all(
        Array.from({ length: documents }, async (_, room) => {
          const writers = await openAll(Array<string>(clients).fill(`room-${room}`), open);
          for (let at = 0; at < length; at += PIECE) {
            await writers[0]?.replace(at, 0, "-".repeat(Math.min(PIECE, length - at)));
          }
          await until("all have the text", () => writers.every((writer) => writer.length === length));
          for (const writer of writers) writer.work();
          return { writers, operations: 0, heard: Array<number>(clients).fill(0) };
        }),
      );
      await sleep(500);
      const acknowledged: number[] = [];
      const before = await sample();
      const start = performance.now();
      await Promise.all(
        rooms.flatMap((room, number) =>
          room.writers.map(async (writer, index) => {
            writer.onInsert = (text) => {
              room.heard[index] = (room.heard[index] ?? 0) + text.length;
            };
            const random = seededRandom(1 + number * clients + index);
            while (performance.now() - start < DURATION_MS) {
              const from = performance.now();
              await writer.replace(Math.floor(random() * (writer.length + 1)), 0, "x");
              acknowledged.push(performance.now() - from);
              room.operations++;
              room.heard[index] = (room.heard[index] ?? 0) + 1;
            }
          }),
        ),
      );
      const seconds = (performance.now() - start) / 1000;
      await until("all operations have come to all", () =>
        rooms.every(({ heard, operations }) => heard.every((count) => count === operations)),
      );
      const after = await sample();
      for (const { writers, operations } of rooms) checkLength(equalText(writers), length + operations);
      const operations = acknowledged.length;
      return {
        cpuMsPerThousand: (1000 * (after.cpuMs - before.cpuMs)) / operations,
        operationsPerSecond: operations / seconds,
        acknowledgedP50Ms: percentile(acknowledged, 0.5),
        attemptsP99: percentileOf(after.attempts, before.attempts, 0.99),
        commands: after.commands - before.commands,
        batches: countOf(after.attempts, before.attempts).reduce((sum, count) => sum + count, 0),
      };
    },
  };
}

/** How many batches took so many attempts, by attempts, since `before`. */
function countOf(after: readonly number[], before: readonly number[]): number[] {
  return after.map((count, nth) => count - (before[nth] ?? 0));
}

/** The number of attempts that a part (0 to 1) of the batches was not above; NaN if there were none. */
function percentileOf(after: readonly number[], before: readonly number[], part: number): number {
  const counts = countOf(after, before);
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  const nth = counts.findIndex((count) => (seen += count) >= total * part && total > 0);
  return nth < 0 ? Number.NaN : nth;
}
