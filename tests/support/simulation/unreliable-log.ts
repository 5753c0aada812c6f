import type { DocumentLog } from "@interline/server";
import type { SeededRandom } from "../seeded-random.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What the simulated program's access to its store may do wrong. */
export interface LogFaults {
  /** Longest time that a call takes, in ms. */
  readonly maxDelayMs: number;
  /** Share of calls that fail: half of them before they took effect, half after it. */
  readonly failures: number;
}

/**
 * A program's access to a log that is slow, loses answers, and ends with the program: once `isDead`, no call takes effect or
 * comes back.
 */
export function unreliableLog(
  log: DocumentLog,
  clock: VirtualClock,
  random: SeededRandom,
  faults: LogFaults,
  program: { readonly isDead: boolean },
): DocumentLog {
  const wait = () =>
    new Promise<void>((resolve) => clock.setTimeout(() => resolve(), random.int(faults.maxDelayMs + 1)));
  async function call<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    await wait();
    if (program.isDead) return new Promise<never>(() => {});
    const fails = random.chance(faults.failures);
    if (fails && random.chance(0.5)) throw new Error("the store did not answer, nothing happened");
    const answer = await work();
    await wait();
    if (program.isDead) return new Promise<never>(() => {});
    if (fails) throw new Error("the store did not answer, but it happened");
    return answer;
  }
  return {
    openSession: (document, request) => call(() => log.openSession(document, request)),
    commit: (document, batch) => call(() => log.commit(document, batch)),
    readEntries: (document, after, to) => call(() => log.readEntries(document, after, to)),
    readHead: (document) => call(() => log.readHead(document)),
    loadCheckpoint: (document) => call(() => log.loadCheckpoint(document)),
    saveCheckpoint: (document, checkpoint) => call(() => log.saveCheckpoint(document, checkpoint)),
    trim: (document, upTo) => call(() => log.trim(document, upTo)),
    expireSessions: (document, retention) => call(() => log.expireSessions(document, retention)),
    settle: (document, session, settled) => call(() => log.settle(document, session, settled)),
    release: (document) => {
      if (!program.isDead) log.release(document);
    },
    close: () => Promise.resolve(),
  };
}
