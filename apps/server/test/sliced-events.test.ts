import { describe, expect, test } from "vitest";
import { SlicedEvents } from "../src/http/api/sliced-events.ts";
import { jsonSlices } from "../src/http/long-answer.ts";

describe("events that are written to a stream", () => {
  test("a long one goes slice by slice, with turns of the event loop between; what follows waits behind it", async () => {
    const written: { units: number; turn: number }[] = [];
    const all: string[] = [];
    let turn = 0;
    let end: () => void = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const raw = {
      destroyed: false,
      write: (slice: string) => (all.push(slice), written.push({ units: slice.length, turn }), true),
      end: () => (end(), raw),
    };
    const events = new SlicedEvents(raw as never, () => {});
    const text = "x😀".repeat(300_000);
    events.write(["first"], 0);
    expect(all).toEqual(["first"]);
    events.write(jsonSlices({ text }), text.length);
    events.write(["last"], 0);
    events.end();
    expect(events.waitingUnits).toBe(text.length);
    const isOver = ended.then(() => true);
    while (!(await Promise.race([isOver, new Promise((resolve) => setImmediate(resolve, false))]))) turn++;
    expect(all.join("") === `first${JSON.stringify({ text })}last`).toBe(true);
    const slices = written.filter(({ units }) => units > 10);
    expect(Math.max(...slices.map(({ units }) => units))).toBeLessThanOrEqual(2 * 65_536);
    expect(new Set(slices.map((slice) => slice.turn)).size).toBe(slices.length);
    expect(events.waitingUnits).toBe(0);
  });
});
