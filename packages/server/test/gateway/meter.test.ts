import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bucket } from "../../src/gateway/meter.ts";

describe("a bucket", () => {
  test("lets a burst through, then says how long to wait", () => {
    const bucket = new Bucket({ perSecond: 10, burst: 3 }, 0);
    expect([1, 1, 1, 1, 1].map((amount) => bucket.take(amount, 0))).toEqual([0, 0, 0, 100, 200]);
    expect(bucket.take(1, 200)).toBe(100);
    expect(bucket.take(0, 300)).toBe(0);
    expect(bucket.take(3, 10_000)).toBe(0);
    expect(bucket.take(1, 10_000)).toBe(100);
  });

  test("never bounds an unbounded rate", () => {
    const bucket = new Bucket({ perSecond: Number.POSITIVE_INFINITY, burst: Number.POSITIVE_INFINITY }, 0);
    expect([1e9, 1e15, 1].map((amount) => bucket.take(amount, 5))).toEqual([0, 0, 0]);
  });

  test("lets no more through than the burst and what the time allows, to whoever waits as told", () => {
    const sends = fc.array(fc.record({ amount: fc.integer({ min: 1, max: 50 }), pauseMs: fc.nat(500) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(sends, fc.integer({ min: 1, max: 100 }), fc.nat(200), (sent, perSecond, burst) => {
        const bucket = new Bucket({ perSecond, burst }, 0);
        let now = 0;
        let total = 0;
        for (const { amount, pauseMs } of sent) {
          now += pauseMs;
          // What is taken now may be owed, but all before it is paid for.
          expect(total).toBeLessThanOrEqual(burst + (now * perSecond) / 1000 + 1e-6);
          total += amount;
          now += bucket.take(amount, now);
        }
      }),
    );
  });
});
