import { simulateGrouping, simulateTyping } from "@interline/testing";
import { type } from "ot-text-unicode";
import { expect, it } from "vitest";

it("never mixes words if pending operations are left, but then history must not be grouped", () => {
  expect(simulateTyping(type, { pendingSide: "left" })).toMatchObject({ schedules: 300, mixed: 0 });
  expect(simulateGrouping(type, { pendingSide: "left", schedules: 1000 })).toMatchObject({
    diverged: 32,
    first: { seed: 6, texts: ["xv", "xw", "xw", "xw"] },
  });
});

it("may group history if pending operations are right, but then mixes words", () => {
  expect(simulateTyping(type, { pendingSide: "right" })).toMatchObject({ schedules: 300, mixed: 150 });
  expect(simulateGrouping(type, { pendingSide: "right", schedules: 1000 })).toMatchObject({ diverged: 0 });
});
