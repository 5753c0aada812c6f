import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompositionHold } from "../src/surface/composition-hold.ts";

describe("a composition", () => {
  it("holds nothing back once it is over", () => {
    const hold = new CompositionHold();
    expect(hold.next(false, 0)).toBe("show");
    expect(hold.next(true, 1)).toBe("wait");
    expect(hold.next(false, 2)).toBe("show");
  });

  it("is ended when it has not changed for ten seconds, and shown over if it goes on", () => {
    const hold = new CompositionHold();
    expect(hold.next(true, 0)).toBe("wait");
    hold.changed(5_000);
    expect(hold.next(true, 14_999)).toBe("wait");
    expect(hold.next(true, 15_000)).toBe("end");
    expect(hold.next(true, 15_017)).toBe("show");
    expect(hold.next(true, 15_034)).toBe("wait");
  });

  it("law: whatever the keyboard does, nothing is held for more than a minute and two frames", () => {
    const FRAME = 16;
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 64, maxLength: 64 }), (changes) => {
        const hold = new CompositionHold();
        let shownAt = 0;
        for (let now = 0; now < 130_000; now += FRAME) {
          if (changes[Math.floor(now / 1_000) % changes.length]) hold.changed(now);
          if (hold.next(true, now) === "show") shownAt = now;
          expect(now - shownAt).toBeLessThanOrEqual(60_000 + 2 * FRAME);
        }
      }),
      { numRuns: 3 },
    );
  });
});
