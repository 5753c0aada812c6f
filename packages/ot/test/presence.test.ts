import { chainArbitrary } from "@interline/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Operation } from "../src/operation.ts";
import { transformPosition } from "../src/position.ts";
import { type } from "../src/type.ts";

const none = Operation.noop(0);

describe("presence over an operation", () => {
  it("moves each position that it holds, behind an insert there if the insert is its owner's", () => {
    fc.assert(
      fc.property(chainArbitrary(1), fc.nat(20), fc.nat(20), fc.boolean(), (chain, one, other, isOwn) => {
        const [operation = none] = chain.operations;
        const moved = (position: number): number =>
          transformPosition(
            position,
            operation.extend(Math.max(operation.baseLength, 40)),
            isOwn ? "right" : "left",
          );
        const start = Math.min(one, other);
        const length = Math.abs(one - other);
        for (const [presence, expected] of [
          [one, moved(one)],
          [
            [one, other],
            [moved(one), moved(other)],
          ],
          [
            { anchor: one, head: other, name: "Ann" },
            { anchor: moved(one), head: moved(other), name: "Ann" },
          ],
          [{ index: start }, { index: moved(start) }],
          [
            { index: start, length, name: "Ann" },
            { index: moved(start), length: moved(start + length) - moved(start), name: "Ann" },
          ],
        ]) {
          const given = Object.freeze(presence);
          expect(type.transformPresence(given, operation.toJSON(), isOwn)).toEqual(expected);
        }
      }),
    );
  });

  it.each([
    ["another's insert at a caret leaves it before the insert", 2, false, 2],
    ["one's own insert at a caret takes it along", 2, true, 4],
    ["whatever ShareDB says of the source of an own operation counts as own", 2, { source: "keyboard" }, 4],
    ["a selection from there on takes all of another's insert in", [2, 3], false, [2, 5]],
  ])("%s", (_, presence, isOwn, moved) => {
    expect(type.transformPresence(presence, [2, "é😀"], isOwn)).toEqual(moved);
  });

  it("that holds no position comes back as it is, whatever a peer has sent", () => {
    const peers = fc.oneof(fc.jsonValue(), fc.constantFrom(null, undefined, -1, 1e308, "3", { anchor: 1 }));
    fc.assert(
      fc.property(peers, (presence) => {
        expect(type.transformPresence(presence, [], true)).toEqual(presence);
        expect(() => type.transformPresence(presence, [1, "x", { d: 1 }], false)).not.toThrow();
      }),
    );
    expect(type.transformPresence(null, ["x"], true)).toBe(null);
    expect(type.transformPresence({ name: "Ann", anchor: "1", head: 2 }, ["x"])).toEqual({
      name: "Ann",
      anchor: "1",
      head: 2,
    });
  });
});
