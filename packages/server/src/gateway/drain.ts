import type { Clock } from "../clock.ts";
import type { Connection } from "./connection.ts";

/** @public */
export interface DrainOptions {
  /** Clients that leave per second: whatever they go to must take them in. Default 100. */
  readonly perSecond?: number | undefined;
  /** `ws:` or `wss:` address where they go to. Default: where they came from. */
  readonly url?: string | undefined;
  /** How long after its time the last may still be here, in ms. Default 1,000. */
  readonly graceMs?: number | undefined;
}

/** Asks everybody to leave, one after another. Resolves when all have gone, or `graceMs` after the last should have. */
export async function drain(
  connections: readonly Connection[],
  clock: Clock,
  { perSecond = 100, url, graceMs = 1_000 }: DrainOptions,
): Promise<void> {
  if (connections.length === 0) return;
  for (const [position, connection] of connections.entries()) {
    connection.move(Math.round((position * 1000) / perSecond), url);
  }
  let timer: unknown;
  const late = new Promise<void>((resolve) => {
    timer = clock.setTimeout(resolve, (connections.length * 1000) / perSecond + graceMs);
  });
  await Promise.race([late, Promise.all(connections.map((connection) => connection.gone()))]);
  clock.clearTimeout(timer);
}
