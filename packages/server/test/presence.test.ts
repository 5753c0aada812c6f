import { Operation } from "@interline/ot";
import { describe, expect, test } from "vitest";
import { Presence } from "../src/presence.ts";

const user = { id: "u", name: "U", color: 1 };
let now = 1_000;
const clock = { now: () => now };
const caret = (at: number) => ({ anchor: at, head: at });

describe("presence", () => {
  test("a newcomer learns of everybody with their carets, and of nobody who went before", () => {
    const presence = new Presence(clock);
    presence.join(1, user);
    presence.join(2, user);
    presence.select(1, caret(4));
    presence.leave(2);
    expect(presence.newsSince(0)).toEqual({
      joined: [{ peer: 1, user, quietMs: 0, selection: caret(4) }],
      left: [],
      edits: [],
      moves: [],
    });
  });

  test("who knew a peer is told that it went; who did not is not", () => {
    const presence = new Presence(clock);
    presence.join(1, user);
    const before = presence.moment;
    presence.join(2, user);
    const between = presence.moment;
    presence.leave(2);
    expect(presence.newsSince(before)?.left).toEqual([]);
    expect(presence.newsSince(between)?.left).toEqual([2]);
    presence.prune(presence.moment);
    expect(presence.newsSince(presence.moment)).toBeUndefined();
  });

  test("carets move over what is committed, and that is no news", () => {
    const presence = new Presence(clock);
    presence.join(1, user);
    presence.select(1, caret(2));
    const { moment } = presence;
    presence.move(Operation.from(["xyz"], 2));
    expect(presence.newsSince(moment)).toBeUndefined();
    expect(presence.newsSince(0)?.joined[0]?.selection).toEqual(caret(5));
    presence.move(Operation.from([5, "at the caret"], 5));
    expect(presence.newsSince(0)?.joined[0]?.selection).toEqual(caret(5));
  });

  test("a selection that is set as it is already is no news", () => {
    const presence = new Presence(clock);
    presence.join(1, user);
    presence.select(1, caret(2));
    const { moment } = presence;
    presence.select(1, caret(2));
    presence.select(7, caret(2));
    expect(presence.moment).toBe(moment);
    presence.select(1, undefined);
    expect(presence.newsSince(moment)?.moves).toEqual([{ peer: 1, selection: undefined }]);
  });

  test("an edit is news though the caret stayed where it was, and is told apart from a move", () => {
    const presence = new Presence(clock);
    presence.join(1, user);
    presence.join(2, user);
    presence.select(1, caret(2));
    const { moment } = presence;
    presence.edit(1, caret(2));
    presence.select(2, caret(3));
    expect(presence.newsSince(moment)).toMatchObject({
      edits: [{ peer: 1, selection: caret(2) }],
      moves: [{ peer: 2, selection: caret(3) }],
    });
  });

  test("a new name is told as a join", () => {
    const presence = new Presence(clock);
    presence.join(1, user);
    const { moment } = presence;
    presence.rename(1, { ...user, name: "V" });
    expect(presence.newsSince(moment)).toMatchObject({ joined: [{ peer: 1, user: { name: "V" } }] });
  });

  test("news for a peer leave it out itself", () => {
    const presence = new Presence(clock);
    presence.join(1, user);
    presence.join(2, user);
    expect(presence.newsSince(0)!.without(1).joined).toEqual([{ peer: 2, user, quietMs: 0 }]);
  });

  test("a newcomer learns how long everybody has been quiet", () => {
    const presence = new Presence(clock);
    presence.join(1, user);
    presence.join(2, user);
    presence.join(3, user);
    now += 60_000;
    presence.edit(2, caret(0));
    presence.move(Operation.from(["x"], 1));
    presence.rename(3, { ...user, name: "V" });
    now += 5_000;
    expect(presence.newsSince(0)?.joined.map(({ quietMs }) => quietMs)).toEqual([65_000, 5_000, 65_000]);
  });
});
