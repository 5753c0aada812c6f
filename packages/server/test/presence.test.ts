import * as fc from "fast-check";
import { Operation } from "@interline/ot";
import { GONE_MS, MAX_GONE } from "@interline/protocol";
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
      joined: [{ peer: 1, user, quietMs: 0, isAway: false, selection: caret(4) }],
      left: [],
      gone: [],
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
    expect(presence.newsSince(0)!.without(1).joined).toEqual([{ peer: 2, user, quietMs: 0, isAway: false }]);
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

describe("away", () => {
  test("[P2] is told once, to who was here and to who comes, and leaves the caret where it is", () => {
    const presence = new Presence(clock);
    presence.join(1, user);
    presence.select(1, caret(4));
    const { moment } = presence;
    now += 5_000;
    presence.setAway(1, true);
    const away = { peer: 1, user, quietMs: 0, isAway: true, selection: caret(4) };
    expect(presence.newsSince(moment)?.joined).toEqual([away]);
    expect(presence.newsSince(0)?.joined).toEqual([away]);
    const told = presence.moment;
    presence.setAway(1, true);
    presence.setAway(7, true);
    expect(presence.newsSince(told)).toBeUndefined();
    presence.setAway(1, false);
    expect(presence.newsSince(told)?.joined).toEqual([{ ...away, isAway: false }]);
  });

  test("[P2] who comes with a hidden page is away from the start", () => {
    const presence = new Presence(clock);
    presence.join(1, user, true);
    expect(presence.newsSince(0)?.joined).toMatchObject([{ isAway: true }]);
  });
});

describe("gone", () => {
  const person = (id: string) => ({ id, name: id.toUpperCase(), color: 1 });
  const goneSince = (presence: Presence, moment: number) => presence.newsSince(moment)?.gone;

  test("[P3] is told once to who was here, with their number, and to who comes with how long ago", () => {
    const presence = new Presence(clock);
    presence.join(1, person("ann"));
    presence.join(2, person("bob"));
    const before = presence.moment;
    presence.leave(2);
    expect(presence.newsSince(before)).toMatchObject({
      left: [2],
      gone: [{ user: person("bob"), goneMs: 0 }],
    });
    const told = presence.moment;
    now += 300_000;
    presence.select(1, caret(1));
    expect(goneSince(presence, told)).toEqual([]);
    expect(goneSince(presence, 0)).toEqual([{ user: person("bob"), goneMs: 300_000 }]);
  });

  test("[P3] several tabs are one person, gone with the last of them", () => {
    const presence = new Presence(clock);
    presence.join(1, person("ann"));
    presence.join(2, person("bob"));
    presence.join(3, person("bob"));
    let { moment } = presence;
    presence.leave(2);
    expect(presence.newsSince(moment)).toMatchObject({ left: [2], gone: [] });
    moment = presence.moment;
    presence.leave(3);
    expect(presence.newsSince(moment)).toMatchObject({ left: [3], gone: [{ user: person("bob") }] });
  });

  test("[P3] who is back is not gone, whoever hears of it when", () => {
    const presence = new Presence(clock);
    presence.join(1, person("ann"));
    presence.join(2, person("bob"));
    const before = presence.moment;
    presence.leave(2);
    const between = presence.moment;
    presence.join(3, person("bob"));
    expect(presence.newsSince(before)).toMatchObject({ joined: [{ peer: 3 }], left: [2], gone: [] });
    expect(presence.newsSince(between)).toMatchObject({ joined: [{ peer: 3 }], left: [], gone: [] });
    expect(goneSince(presence, 0)).toEqual([]);
  });

  test("[P3] who becomes somebody else is gone as who they were", () => {
    const presence = new Presence(clock);
    presence.join(1, person("ann"));
    const { moment } = presence;
    presence.rename(1, { ...person("ann"), name: "Ann R." });
    expect(goneSince(presence, moment)).toEqual([]);
    presence.rename(1, person("bob"));
    expect(goneSince(presence, moment)).toEqual([{ user: { ...person("ann"), name: "Ann R." }, goneMs: 0 }]);
    presence.rename(1, person("ann"));
    expect(goneSince(presence, moment)).toMatchObject([{ user: { id: "bob" } }]);
  });

  test("[P4] the last 20 within an hour are remembered, the last to go last", () => {
    const presence = new Presence(clock);
    presence.join(1, person("ann"));
    for (let peer = 2; peer < 30; peer++) {
      presence.join(peer, person(`p${peer}`));
      presence.leave(peer);
      now += 1;
    }
    const ids = goneSince(presence, 0)?.map(({ user: { id } }) => id);
    expect(ids).toEqual(Array.from({ length: MAX_GONE }, (_, index) => `p${30 - MAX_GONE + index}`));
    now += GONE_MS - MAX_GONE;
    expect(goneSince(presence, 0)).toHaveLength(MAX_GONE - 1);
    now += MAX_GONE;
    expect(goneSince(presence, 0)).toEqual([]);
  });
});

describe("gone at another server", () => {
  const person = (id: string) => ({ id, name: id.toUpperCase(), color: 1 });

  test("[P4] is taken with when that was, unless they are here or it is known; the last 20 are kept", () => {
    const presence = new Presence(clock);
    presence.join(1, person("ann"));
    presence.join(2, person("bob"));
    presence.leave(2);
    const { moment } = presence;
    presence.learnGone([
      { user: person("ann"), goneMs: 5 },
      { user: person("bob"), goneMs: 5 },
      { user: person("old"), goneMs: GONE_MS },
    ]);
    expect(presence.moment).toBe(moment);
    presence.learnGone([{ user: person("cat"), goneMs: 5 }]);
    expect(presence.newsSince(moment)?.gone).toEqual([{ user: person("cat"), goneMs: 5 }]);
    expect(presence.gone.map(({ user }) => user.id)).toEqual(["cat", "bob"]);
    const many = Array.from({ length: 30 }, (_, index) => ({
      user: person(`p${index}`),
      goneMs: 1_000 - index,
    }));
    presence.learnGone(many);
    expect(presence.gone.map(({ user }) => user.id)).toEqual([
      ...many.slice(12).map(({ user }) => user.id),
      "cat",
      "bob",
    ]);
    const full = presence.moment;
    presence.learnGone([{ user: person("dan"), goneMs: 2_000 }]);
    expect(presence.moment).toBe(full);
    presence.join(3, person("cat"));
    expect(presence.gone.map(({ user }) => user.id)).not.toContain("cat");
  });

  test("what is told of a peer again is no news, and an author's caret stands after what it typed", () => {
    const presence = new Presence(clock);
    presence.join(1, person("ann"), false, 4_000);
    expect(presence.peer(1)?.quietMs).toBe(4_000);
    presence.select(1, caret(1), 3_000);
    const { moment } = presence;
    presence.update(1, person("ann"), false, 3_000);
    presence.move(Operation.from([1, "xyz"], 2), 1);
    expect(presence.moment).toBe(moment);
    expect(presence.peer(1)).toMatchObject({ selection: caret(4), quietMs: 3_000 });
    presence.update(1, person("ann"), true, 0);
    expect(presence.newsSince(moment)?.joined).toMatchObject([
      { isAway: true, quietMs: 0, selection: caret(4) },
    ]);
  });
});

test("[P1] whoever takes the news, at whatever moments, knows all others that are here and nobody else", () => {
  const person = (id: string) => ({ id, name: id, color: 1 });
  const act = fc.tuple(
    fc.constantFrom("join", "leave", "rename", "away", "select", "edit", "hear"),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 0, max: 1 }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60, size: "max" }), (acts) => {
      const presence = new Presence(clock);
      const here = new Map<number, { id: string; isAway: boolean }>();
      const hearers = [0, 1].map(() => ({
        seen: 0,
        known: new Map<number, { id: string; isAway: boolean }>(),
      }));
      const hear = (hearer: (typeof hearers)[number]): void => {
        const news = presence.newsSince(hearer.seen);
        for (const peer of news?.left ?? []) hearer.known.delete(peer);
        for (const { peer, user, isAway } of news?.joined ?? [])
          hearer.known.set(peer, { id: user.id, isAway });
        hearer.seen = presence.moment;
        expect(hearer.known).toEqual(here);
      };
      let next = 10;
      for (const [name, which, other] of acts) {
        const peer = [...here.keys()][which % Math.max(1, here.size)] ?? 0;
        const known = here.get(peer);
        if (name === "join") {
          presence.join(next, person(`p${which}`), other === 1);
          here.set(next++, { id: `p${which}`, isAway: other === 1 });
        } else if (name === "hear") hear(hearers[other]!);
        else if (known === undefined) continue;
        else if (name === "leave") {
          presence.leave(peer);
          here.delete(peer);
        } else if (name === "rename") {
          presence.rename(peer, person(`p${which}`));
          here.set(peer, { ...known, id: `p${which}` });
        } else if (name === "away") {
          presence.setAway(peer, other === 1);
          here.set(peer, { ...known, isAway: other === 1 });
        } else if (name === "select") presence.select(peer, { anchor: which, head: which });
        else presence.edit(peer, { anchor: which, head: which });
      }
      for (const hearer of hearers) hear(hearer);
    }),
  );
});
