import { describe, expect, test } from "vitest";
import { CarrierChoice, type CarrierName } from "../../src/carriers/carrier-choice.ts";

/** A choice in a network that lets some carriers through, and those that were tried. */
function tries(choice: CarrierChoice, passes: readonly CarrierName[], count: number): CarrierName[] {
  return Array.from({ length: count }, () => {
    const { current } = choice;
    if (passes.includes(current)) choice.worked();
    else choice.failed();
    return current;
  });
}

describe("the carrier that is tried", () => {
  test("is a WebSocket where one gets through", () => {
    expect(tries(new CarrierChoice(), ["websocket", "polling"], 3)).toEqual([
      "websocket",
      "websocket",
      "websocket",
    ]);
  });

  test("is the next one where it does not", () => {
    expect(tries(new CarrierChoice(), ["polling"], 4)).toEqual([
      "websocket",
      "event-stream",
      "polling",
      "polling",
    ]);
    expect(tries(new CarrierChoice(), [], 4)).toEqual(["websocket", "event-stream", "polling", "websocket"]);
  });

  test("stays the same while the server is away for a moment", () => {
    const choice = new CarrierChoice();
    tries(choice, ["websocket"], 1);
    expect(tries(choice, [], 2)).toEqual(["websocket", "websocket"]);
    tries(choice, ["websocket"], 1);
    expect(tries(choice, [], 4)).toEqual(["websocket", "websocket", "websocket", "event-stream"]);
  });

  test("is a WebSocket again once one gets through, and is asked for less and less often", () => {
    const choice = new CarrierChoice();
    expect(choice.upgradeAfterMs).toBeUndefined();
    tries(choice, ["event-stream"], 2);
    expect(choice.upgradeAfterMs).toBe(60_000);
    choice.probed(false);
    expect([choice.current, choice.upgradeAfterMs]).toEqual(["event-stream", 120_000]);
    for (let more = 0; more < 10; more++) choice.probed(false);
    expect(choice.upgradeAfterMs).toBe(960_000);
    choice.probed(true);
    expect([choice.current, choice.upgradeAfterMs]).toEqual(["websocket", undefined]);
  });
});
