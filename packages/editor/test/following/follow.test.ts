import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Follow, type FollowEvent, followed, IDLE, nextOf } from "../../src/following/follow.ts";

/** The states and whether the view scrolled, after each of some events. */
function after(...events: FollowEvent[]): [string, boolean][] {
  let state = IDLE;
  return events.map((event) => {
    const next = followed(state, event);
    state = next.state;
    return [state.kind, next.scrolls];
  });
}

const follow = (at: number | undefined): FollowEvent => ({ type: "follow", user: "ana", at });

describe("following", () => {
  it("goes along only when the caret leaves the middle 60 %", () => {
    expect(after(follow(0.5), { type: "moved", at: 0.79 }, { type: "moved", at: 0.81 })).toEqual([
      ["following", false],
      ["following", false],
      ["following", true],
    ]);
    expect(after(follow(7), { type: "moved", at: 0.21 }, { type: "moved", at: 0.19 })).toEqual([
      ["following", true],
      ["following", false],
      ["following", true],
    ]);
    // Nobody knows where she is: there is nowhere to go.
    expect(after(follow(undefined), { type: "moved", at: undefined })).toEqual([
      ["following", false],
      ["following", false],
    ]);
  });

  it("pauses when the reader scrolls, and goes on when they scroll back or ask for it", () => {
    expect(
      after(
        follow(0.5),
        { type: "scrolled", at: 0.4 },
        { type: "moved", at: 3 },
        { type: "scrolled", at: 0.5 },
        { type: "moved", at: 0.9 },
      ),
    ).toEqual([
      ["following", false],
      ["paused", false],
      ["paused", false],
      ["paused", false],
      ["paused", false],
    ]);
    expect(
      after(
        follow(0.5),
        { type: "scrolled", at: -1 },
        { type: "scrolled", at: 0.5 },
        { type: "moved", at: 0.9 },
      ),
    ).toEqual([
      ["following", false],
      ["paused", false],
      ["following", false],
      ["following", true],
    ]);
    expect(after(follow(0.5), { type: "scrolled", at: 2 }, follow(2))).toEqual([
      ["following", false],
      ["paused", false],
      ["following", true],
    ]);
  });

  it("ends with typing, with a key and with their leaving; not with selecting", () => {
    expect(after(follow(0.5), { type: "selected" }, { type: "typed" })).toEqual([
      ["following", false],
      ["following", false],
      ["idle", false],
    ]);
    for (const type of ["typed", "stop", "left"] as const) {
      expect(after(follow(0.5), { type: "scrolled", at: 3 }, { type })).toContainEqual(["idle", false]);
    }
  });

  it("scrolls only while it follows, never by what the reader did, and never when the caret is in the middle", () => {
    const at = fc.option(fc.double({ min: -3, max: 3, noNaN: true }), { nil: undefined });
    const event: fc.Arbitrary<FollowEvent> = fc.oneof(
      at.map(follow),
      at.map((where): FollowEvent => ({ type: "scrolled", at: where })),
      at.map((where): FollowEvent => ({ type: "moved", at: where })),
      fc.constantFrom<FollowEvent>(
        { type: "typed" },
        { type: "stop" },
        { type: "selected" },
        { type: "left" },
      ),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 50 }), (events) => {
        let state: Follow = IDLE;
        for (const happened of events) {
          const next = followed(state, happened);
          if (next.scrolls) {
            expect(next.state.kind).toBe("following");
            expect(["follow", "moved"]).toContain(happened.type);
            const where = "at" in happened ? happened.at : undefined;
            expect(where !== undefined && (where < 0.2 || where > 0.8)).toBe(true);
          }
          if (happened.type === "scrolled" && state.kind === "following")
            expect(next.state.kind).toBe("paused");
          if (happened.type === "selected") expect(next.state).toBe(state);
          state = next.state;
        }
      }),
    );
  });

  it("the next one is the one behind in the row, going round", () => {
    expect(nextOf(["a", "b"], undefined)).toBe("a");
    expect(nextOf(["a", "b"], "a")).toBe("b");
    expect(nextOf(["a", "b"], "b")).toBe("a");
    expect(nextOf(["a", "b"], "gone")).toBe("a");
    expect(nextOf([], "a")).toBeUndefined();
  });
});
