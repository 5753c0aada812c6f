/** The least processor time, in µs, that `work` took of so many runs: what else runs on the machine does not count. */
export function processorTime(work: () => unknown, { runs = 7, repeats = 5 } = {}): number {
  return Math.min(
    ...Array.from({ length: runs }, () => {
      const before = process.cpuUsage();
      for (let again = 0; again < repeats; again++) work();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / repeats;
    }),
  );
}

/**
 * The processor time, in µs, of a loop that is the same everywhere: a million additions over an array. Costs are stated as multiples of
 * it, so that a slow machine, or one that is slow just now, is compared with itself.
 */
export function calibration(): number {
  const numbers = Int32Array.from({ length: 1_000_000 }, (_, index) => index);
  let sum = 0;
  const loop = (): void => {
    for (let index = 0; index < numbers.length; index++) sum = (sum + (numbers[index] ?? 0)) | 0;
  };
  loop();
  const cost = processorTime(loop);
  if (Number.isNaN(sum)) throw new Error("The loop was optimised away.");
  return cost;
}
