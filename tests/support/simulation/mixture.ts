import { seededRandom } from "../seeded-random.ts";
import type { WorldOptions } from "./world.ts";

/**
 * A world whose faults are drawn from its seed, each there or not and as often as it comes: swarm testing (Groce and others, "Swarm
 * Testing", ISSTA 2012). What two faults do together is met where a third does not hide it.
 */
export function mixtureOf(seed: number): WorldOptions {
  const random = seededRandom(seed ^ 0x5f3759df);
  const between = (low: number, high: number): number => low + random.int(high - low);
  const sometimes = (probability: number, low: number, high: number): number | undefined =>
    random.chance(probability) ? between(low, high) : undefined;

  const servers = random.chance(0.6) ? between(2, 4) : 1;
  // A server that crashed has forgotten what a log lost that went back in time: what only it knew is lost.
  const failoversEveryMs = servers > 1 && random.chance(0.35) ? 8_000 : undefined;
  const crashesEveryMs = failoversEveryMs === undefined ? sometimes(0.5, 2_000, 12_000) : undefined;
  const maxHistoryEntries = failoversEveryMs === undefined ? sometimes(0.2, 15, 55) : undefined;
  const hasDisk = random.chance(0.5);
  const killsEveryMs = hasDisk ? sometimes(0.7, 800, 4_800) : undefined;
  const mayFail = hasDisk && killsEveryMs === undefined && random.chance(0.4);
  // Where history is gone letters could not be counted: see `WorldOptions.takesBack` in the fixed worlds.
  const isCounted = failoversEveryMs === undefined && maxHistoryEntries === undefined;
  const options: { [Key in keyof WorldOptions]: WorldOptions[Key] | undefined } = {
    seed,
    writers: between(2, 7),
    servers,
    durationMs: between(20_000, 60_000),
    breaksEveryMs: sometimes(0.7, 400, 5_000),
    stallsEveryMs: sometimes(0.4, 4_000, 20_000),
    crashesEveryMs,
    failoversEveryMs,
    maxHistoryEntries,
    newsLoss: servers > 1 && random.chance(0.5) ? 0.8 * random.next() : 0,
    logFailures: random.chance(0.4) ? 0.25 * random.next() : 0,
    logDelayMs: between(1, 100),
    disk: hasDisk ? { maxDelayMs: between(1, 80), failures: mayFail ? 0.3 * random.next() : 0 } : undefined,
    killsEveryMs,
    sharesDevices: hasDisk && random.chance(0.4),
    takesBack: isCounted && random.chance(0.5),
    initialTexts: sometimes(0.3, 1, 4),
  };
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as WorldOptions;
}
