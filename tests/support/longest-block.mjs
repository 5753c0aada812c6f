/**
 * Loaded into a server by `--import`: asked by SIGUSR2 it prints the longest time, in ms, that the event loop was kept by one thing since it was
 * asked last. Of each time the lesser of what the clock and the processor say: the clock counts what other programs took, the
 * processor what helper threads did beside.
 */
let longest = 0;
let cpu = process.cpuUsage();
let clock = performance.now();

setInterval(() => {
  const { user, system } = process.cpuUsage(cpu);
  longest = Math.max(longest, Math.min((user + system) / 1000, performance.now() - clock));
  cpu = process.cpuUsage();
  clock = performance.now();
}, 1).unref();

process.on("SIGUSR2", () => {
  process.stderr.write(`longest-block ${longest.toFixed(1)}\n`);
  longest = 0;
});
