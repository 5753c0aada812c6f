import type { Environment } from "@interline/client";
import { describe, expect, it } from "vitest";
import { startBalancer } from "../support/balancer.ts";
import { TestCluster } from "../support/cluster.ts";
import { Crowd, WRITERS } from "../support/crowd.ts";
import { nodeEnvironment } from "../support/node-environment.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { watchMoves } from "../support/watch-moves.ts";

/** Clients that a server sends away per second. */
const RATE = 20;

describe("a rolling restart under load", () => {
  it("[I1] [I2] one server after another is drained and comes back: every word is there once, and nobody comes in a crowd", async () => {
    await using cluster = await TestCluster.start({ args: ["--drain-rate", `${RATE}`] });
    await using balancer = await startBalancer(cluster.nodes, "");
    const random = seededRandom();
    const environment = nodeEnvironment();
    const leaveAfterMs: number[] = [];
    let connects = 0;
    const counted: Environment = {
      ...environment,
      openSocket(url, subprotocols) {
        connects++;
        const socket = environment.openSocket(
          `ws://127.0.0.1:${balancer.port}/sync${new URL(url).search}`,
          subprotocols,
        );
        return watchMoves(socket, (afterMs) => leaveAfterMs.push(afterMs));
      },
    };
    const crowd = new Crowd(random, counted);
    try {
      await crowd.typesOn(40);
      const begun = connects;
      for (const { server } of cluster.nodes) {
        expect(await server.stop()).toBe(0);
        await crowd.typesOn(20);
        await server.restart();
        await crowd.isSavedAgain();
      }
      expect(await crowd.check(cluster)).toBeGreaterThan(100);
      // Sent away one by one, they come back one by one: nobody more than once for each server that went.
      expect(connects - begun).toBeGreaterThan(0);
      expect(connects - begun).toBeLessThanOrEqual(WRITERS * cluster.nodes.length);
      // Each server asks its clients to leave at most at the rate that it was given.
      expect(leaveAfterMs.length).toBeGreaterThan(0);
      for (const afterMs of new Set(leaveAfterMs)) {
        expect(leaveAfterMs.filter((other) => other === afterMs).length).toBeLessThanOrEqual(
          cluster.nodes.length,
        );
        expect(afterMs % (1_000 / RATE)).toBe(0);
      }
    } finally {
      crowd.close();
    }
  });
});
