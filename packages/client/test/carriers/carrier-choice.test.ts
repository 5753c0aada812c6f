import { describe, expect, test } from "vitest";
import { CarrierChoice, type CarrierName, CARRIERS } from "../../src/carriers/carrier-choice.ts";

/** A choice in a network that lets some carriers through, and what was tried each time. */
function tries(choice: CarrierChoice, passes: readonly CarrierName[], count: number): string[] {
  return Array.from({ length: count }, () => {
    const { candidates } = choice;
    const first = candidates.find((carrier) => passes.includes(carrier));
    if (first === undefined) choice.failed();
    else choice.worked(first);
    return candidates.join(" ");
  });
}

const ALL = "websocket event-stream polling";

describe("what is tried", () => {
  test("is everything, the best first, until something has got through; then that alone", () => {
    const choice = new CarrierChoice(CARRIERS);
    expect(tries(choice, [], 3)).toEqual([ALL, ALL, ALL]);
    expect(tries(choice, ["polling"], 3)).toEqual([ALL, "polling", "polling"]);
    expect(choice.current).toBe("polling");
  });

  test("stays the same while the server is away for a moment", () => {
    const choice = new CarrierChoice(CARRIERS);
    tries(choice, ["websocket"], 1);
    expect(tries(choice, [], 2)).toEqual(["websocket", "websocket"]);
    tries(choice, ["websocket"], 1);
    expect(tries(choice, [], 5)).toEqual(["websocket", "websocket", "websocket", ALL, ALL]);
  });

  test("is the best again, with the others behind it, once one opens; and that is tried less and less often", () => {
    const choice = new CarrierChoice(CARRIERS);
    expect(choice.upgradeAfterMs).toBeUndefined();
    tries(choice, ["event-stream"], 2);
    expect(choice.upgradeAfterMs).toBe(60_000);
    choice.probed(false);
    expect([choice.current, choice.upgradeAfterMs]).toEqual(["event-stream", 120_000]);
    for (let more = 0; more < 10; more++) choice.probed(false);
    expect(choice.upgradeAfterMs).toBe(960_000);
    choice.probed(true);
    expect(tries(choice, ["websocket"], 2)).toEqual([ALL, "websocket"]);
    expect([choice.current, choice.upgradeAfterMs]).toEqual(["websocket", undefined]);
  });

  test("is nothing but WebSockets where nothing else is to be had", () => {
    expect(tries(new CarrierChoice(["websocket"]), [], 5)).toEqual(
      Array.from({ length: 5 }, () => "websocket"),
    );
  });
});
