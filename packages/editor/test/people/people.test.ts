import type { RemotePeer } from "@interline/client";
import { describe, expect, it } from "vitest";
import {
  initialsOf,
  lastSeenWords,
  lateOf,
  nextMinuteOf,
  peopleOf,
  presenceEndsAt,
  presenceOf,
  presenceWords,
} from "../../src/people/people.ts";
import { englishWords } from "../../src/words/language.ts";

function peer(
  number: number,
  id: string,
  name: string,
  activeAt = 0,
  typedAt?: number,
  isAway = false,
): RemotePeer {
  return { peer: number, user: { id, name, color: 1 }, isAway, selection: undefined, activeAt, typedAt };
}

const { people: words } = englishWords();

describe("people", () => {
  it("several tabs of one person are one, as active as the most active; the writer is not among them", () => {
    const peers = [
      peer(1, "ana", "Ana", 5, 3),
      peer(2, "me", "Me"),
      peer(3, "ana", "Ana", 9),
      peer(4, "jo", "Jo"),
    ];
    expect(peopleOf(peers, "me")).toEqual([
      { id: "ana", name: "Ana", color: 1, isGuest: false, isAway: false, activeAt: 9, typedAt: 3 },
      { id: "jo", name: "Jo", color: 1, isGuest: false, isAway: false, activeAt: 0, typedAt: undefined },
    ]);
  });

  it.each([
    ["Ana Ruiz", "AR"],
    ["jonas", "JO"],
    ["Maria del Mar Soto", "MS"],
    ["👩‍👩‍👧 Family", "👩‍👩‍👧F"],
    ["e\u0301mile", "E\u0301M"],
    ["  ", "?"],
  ])("initials of %j are %j", (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });

  it("are guests by an id that servers make, whatever they call themselves", () => {
    const peers = [peer(1, "guest_x9", "Ann"), peer(2, "ann", "guest_"), peer(3, "Guest_x", "Bob")];
    expect(peopleOf(peers, "me").map(({ isGuest }) => isGuest)).toEqual([true, false, false]);
  });

  it("who types is typing for 2 s, and away after 5 min", () => {
    const person = { isAway: false, activeAt: 1_000, typedAt: 1_000 };
    expect(presenceOf(person, 2_999)).toBe("typing");
    expect(presenceEndsAt(person, 2_999)).toBe(3_000);
    expect(presenceOf(person, 3_000)).toBe("here");
    expect(presenceEndsAt(person, 3_000)).toBe(301_000);
    expect(presenceOf(person, 301_000)).toBe("away");
    expect(presenceWords(person, 721_000, words)).toBe("Away 12 min");
  });

  it("who says so is away at once, with all tabs only", () => {
    const hidden = peer(1, "ana", "Ana", 1_000, 1_000, true);
    const [away] = peopleOf([hidden, peer(2, "ana", "Ana", 500, undefined, true)], "me");
    if (away === undefined) throw new Error("nobody");
    expect(presenceOf(away, 1_000)).toBe("away");
    expect(presenceWords(away, 60_999, words)).toBe("Away");
    expect(presenceEndsAt(away, 2_000)).toBe(61_000);
    expect(presenceWords(away, 61_000, words)).toBe("Away 1 min");
    for (const peers of [
      [hidden, peer(2, "ana", "Ana", 500)],
      [peer(2, "ana", "Ana", 500), hidden],
    ]) {
      expect(peopleOf(peers, "me")).toMatchObject([{ isAway: false, activeAt: 1_000 }]);
    }
  });

  it("who went is none of those who are here, and was last seen so many minutes ago", () => {
    const gone = ["jo", "me", "ana"].map((id) => ({ user: { id, name: id, color: 1 }, goneAt: 0 }));
    expect(lateOf(gone, peopleOf([peer(1, "ana", "Ana")], "me"), "me")).toEqual([gone[0]]);
    expect([-5, 59_999, 60_000, 359_999].map((now) => lastSeenWords({ goneAt: 0 }, now, words))).toEqual([
      "Last seen just now",
      "Last seen just now",
      "Last seen 1 min ago",
      "Last seen 5 min ago",
    ]);
    expect([-5, 0, 59_999, 60_000].map((now) => nextMinuteOf(0, now))).toEqual([
      59_995, 60_000, 60_000, 120_000,
    ]);
  });
});
