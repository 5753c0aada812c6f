/**
 * Loaded into a server by `--import`: asked by SIGUSR2 it prints the longest time, in ms, that the event loop
 * was kept by one thing since it was asked last, and how much of that was garbage collection. Counted is
 * processor time of the main thread alone (`schedstat` of Linux, proc(5)): neither what other programs took
 * nor what helper threads did beside.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { PerformanceObserver } from "node:perf_hooks";

const file = openSync("/proc/self/schedstat", "r");
const bytes = Buffer.alloc(64);

/** Processor time of the main thread so far, in ms. */
function processorMs() {
  const length = readSync(file, bytes, 0, bytes.length, 0);
  return Number.parseInt(bytes.toString("latin1", 0, length), 10) / 1e6;
}

let longest = { ms: 0, from: 0, to: 0 };
/** Collections, by their begin and end on the clock. */
let collections = [];
let start = { ms: processorMs(), at: performance.now() };

new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) {
    collections.push({ from: startTime, to: startTime + duration });
  }
  if (collections.length > 1000) collections = collections.slice(-500);
}).observe({ entryTypes: ["gc"] });

setInterval(() => {
  const end = { ms: processorMs(), at: performance.now() };
  const ms = end.ms - start.ms;
  if (ms > longest.ms) longest = { ms, from: start.at, to: end.at };
  start = end;
}, 1).unref();

process.on("SIGUSR2", () => {
  const { ms, from, to } = longest;
  const within = collections.filter((collection) => collection.from >= from && collection.to <= to);
  const collected = within.reduce((sum, collection) => sum + collection.to - collection.from, 0);
  process.stderr.write(`longest-block ${ms.toFixed(1)} collecting ${Math.min(ms, collected).toFixed(1)}\n`);
  longest = { ms: 0, from: 0, to: 0 };
  start = { ms: processorMs(), at: performance.now() };
});
process.on("exit", () => closeSync(file));
