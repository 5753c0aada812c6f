import { performance } from "node:perf_hooks";

/** An expected failure: its message is all that a person has to read, so it is shown without a stack. */
export class Stop extends Error {
  /**
   * @param {string} message
   * @param {number} [exitCode]
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.name = "Stop";
    this.exitCode = exitCode;
  }
}

/** A person or the system asked us to end; there is nothing to explain. */
export class Interrupted extends Stop {
  /** @param {number} exitCode */
  constructor(exitCode) {
    super("", exitCode);
    this.name = "Interrupted";
  }
}

/**
 * Runs one step and prints one line for it: the title, then how long it took, or "unchanged" when `work`
 * answers that, or that it failed.
 *
 * @param {string} title
 * @param {() => Promise<unknown>} work
 */
export async function step(title, work) {
  process.stdout.write(title.padEnd(12));
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  try {
    console.log((await work()) === "unchanged" ? "unchanged" : seconds());
  } catch (error) {
    console.log(`failed after ${seconds()}`);
    throw error;
  }
}
