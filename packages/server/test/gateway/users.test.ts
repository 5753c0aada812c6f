import { expect, test } from "vitest";
import { Users } from "../../src/gateway/users.ts";
import { DEFAULT_SERVER_LIMITS } from "../../src/limits.ts";
import { ManualClock } from "../manual-clock.ts";

const rate = { perSecond: 1, burst: 5 };
const limits = { ...DEFAULT_SERVER_LIMITS, userMessages: rate, userBytes: rate };

test("[I9] people who went are forgotten once what they sent makes no difference", async () => {
  const clock = new ManualClock();
  const users = new Users(limits, clock);
  users.join("idle");
  users.leave("idle");
  expect(users.size).toBe(0);
  for (const id of ["ann", "bob"]) {
    users.join(id)?.count(3, clock.now());
    users.leave(id);
  }
  expect(users.size).toBe(2);
  await clock.pass(2_999);
  users.join("someone");
  expect(users.size).toBe(3);
  await clock.pass(1);
  users.leave("someone");
  expect(users.size).toBe(0);
});

test("[I9] people who went are remembered up to a number, however much they sent", () => {
  const clock = new ManualClock();
  const users = new Users(limits, clock);
  for (let person = 0; person < 10_100; person++) {
    users.join(`p${person}`)?.count(3, clock.now());
    users.leave(`p${person}`);
  }
  expect(users.size).toBe(10_000);
  expect(users.join("p10099")?.count(3, clock.now())).toBeGreaterThan(0);
  expect(users.join("p0")?.count(3, clock.now())).toBe(0);
});
