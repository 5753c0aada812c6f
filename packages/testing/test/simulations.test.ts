import { type as textUnicode } from "ot-text-unicode";
import { describe, expect, it } from "vitest";
import { type ComposingType, type JsonOperation, simulateGrouping, simulateTyping } from "../src/index.ts";
import { own, ownFunctions, ownSubject } from "./subjects.ts";

const stock = textUnicode as ComposingType<string, JsonOperation>;

describe("two people who type forward at one place", () => {
  it("tie-left: never mix their words while pending operations are left", () => {
    expect(simulateTyping(own, { pendingSide: "left", schedules: 1000 })).toEqual({
      schedules: 1000,
      mixed: 0,
      diverged: 0,
    });
  });

  it("mix them while pending operations are right", () => {
    const outcome = simulateTyping(own, { pendingSide: "right" });
    expect(outcome).toMatchObject({ schedules: 300, diverged: 0 });
    expect(outcome.mixed).toBeGreaterThan(100);
    expect(outcome.first?.texts[0]).toMatch(/ab+a|ba+b/);
  });

  it("do the same again for the same seed", () => {
    const { first } = simulateTyping(own, { pendingSide: "right" });
    const again = simulateTyping(own, { pendingSide: "right", seed: first!.seed, schedules: 1 });
    expect(again).toEqual({ schedules: 1, mixed: 1, diverged: 0, first });
  });

  it("diverge when the sides are mixed up", () => {
    const confused = {
      ...own,
      transform: (a: JsonOperation, b: JsonOperation) => own.transform(a, b, "left"),
    };
    expect(simulateTyping(confused, { pendingSide: "left" }).diverged).toBeGreaterThan(0);
  });
});

describe("a server and clients that group history at random", () => {
  const schedules = 1000;

  it("group-protocol: converge with the mirrored compose and pending on the left", () => {
    expect(simulateGrouping(own, { pendingSide: "left", schedules })).toEqual({ schedules, diverged: 0 });
    expect(simulateGrouping(ownFunctions, { pendingSide: "left", subject: ownSubject })).toEqual({
      schedules: 300,
      diverged: 0,
    });
  });

  it("group-protocol: diverge when either the compose or the side is the other one", () => {
    expect(simulateGrouping(stock, { pendingSide: "left", schedules }).diverged).toBeGreaterThan(10);
    expect(simulateGrouping(own, { pendingSide: "right", schedules }).diverged).toBeGreaterThan(10);
  });

  it("converge with both the other way round, and whenever history is taken one by one", () => {
    expect(simulateGrouping(stock, { pendingSide: "right", schedules }).diverged).toBe(0);
    expect(simulateGrouping(stock, { pendingSide: "left", schedules, history: "one by one" }).diverged).toBe(
      0,
    );
    expect(simulateGrouping(own, { pendingSide: "right", schedules, history: "one by one" }).diverged).toBe(
      0,
    );
  });

  it("do the same again for the same seed", () => {
    const { first } = simulateGrouping(stock, { pendingSide: "left", schedules });
    const again = simulateGrouping(stock, { pendingSide: "left", seed: first!.seed, schedules: 1 });
    expect(again).toEqual({ schedules: 1, diverged: 1, first });
  });
});
