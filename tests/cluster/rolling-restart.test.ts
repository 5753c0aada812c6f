import type { Environment } from "@interline/client";
import { describe, expect, it } from "vitest";
import { startBalancer } from "../support/balancer.ts";
import { TestCluster } from "../support/cluster.ts";
import { Crowd, WRITERS } from "../support/crowd.ts";
import { nodeEnvironment } from "../support/node-environment.ts";
import { seededRandom } from "../support/seeded-random.ts";

/** Clients that a server sends away per second. */
const RATE = 20;

describe("a rolling restart under load", () => {
  it("[I1] [I2] one server after another is drained and comes back: every word is there once, and nobody comes in a crowd", async () => {
    await using cluster = await TestCluster.start({ args: ["--drain-rate", `${RATE}`] });
    await using balancer = await startBalancer(cluster.nodes, "");
    const random = seededRandom();
    const environment = nodeEnvironment();
    const connects: number[] = [];
    const counted: Environment = {
      ...environment,
      openSocket(_url, subprotocols) {
        connects.push(performance.now());
        return environment.openSocket(`ws://127.0.0.1:${balancer.port}/sync`, subprotocols);
      },
    };
    const crowd = new Crowd(random, counted);
    try {
      await crowd.typesOn(40);
      const begun = connects.length;
      for (const { server } of cluster.nodes) {
        expect(await server.stop()).toBe(0);
        await crowd.typesOn(20);
        await server.restart();
        await crowd.isSavedAgain();
      }
      expect(await crowd.check(cluster)).toBeGreaterThan(100);
      const later = connects.slice(begun);
      // Sent away one by one, they come back one by one: nobody more than once for each server that went.
      expect(later.length).toBeGreaterThan(0);
      expect(later.length).toBeLessThanOrEqual(WRITERS * cluster.nodes.length);
      // However they lie, no half second has more than the rate allows, and as much again for chance.
      const most = Math.max(
        ...later.map((at) => later.filter((other) => other >= at && other < at + 500).length),
      );
      expect(most).toBeLessThanOrEqual(RATE);
    } finally {
      crowd.close();
    }
  });
});
