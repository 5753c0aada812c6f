import type { Writer } from "../clients/writer.ts";
import { until } from "./checks.ts";

/** Characters that are typed at one place, before the next is looked for. */
const RUN = 20;

/** Some write one character after another, in runs, until there are so many operations. */
export async function typeHistory(writers: readonly Writer[], operations: number): Promise<void> {
  const each = operations / writers.length;
  const lengths = writers.map(({ length }) => length + operations);
  await Promise.all(
    writers.map(async (writer, index) => {
      let position = 0;
      for (let key = 0; key < each; key++) {
        if (key % RUN === 0) position = Math.floor((writer.length * ((index * 37 + key) % 101)) / 101);
        await writer.replace(position++, 0, "abcdefgh "[key % 9] ?? "x");
      }
    }),
  );
  await until("all have the history", () => writers.every(({ length }, index) => length === lengths[index]));
}
