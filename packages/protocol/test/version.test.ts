import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  type Announcement,
  agree,
  isNewer,
  readAnnouncement,
  SPOKEN,
  UNANNOUNCED,
  writeAnnouncement,
} from "../src/version.ts";

const number = fc.nat(999_999);
const announcement: fc.Arbitrary<Announcement> = fc.record({
  versions: fc.uniqueArray(fc.record({ major: number, minor: number }), {
    selector: ({ major }) => major,
    minLength: 1,
    maxLength: 6,
  }),
  features: fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/), { maxLength: 6 }),
});

describe("an announcement", () => {
  it("comes back as it was written", () => {
    fc.assert(
      fc.property(announcement, (said) => {
        expect(readAnnouncement(writeAnnouncement(said))).toEqual(said);
      }),
    );
  });

  it("of ours is one", () => {
    expect(readAnnouncement(writeAnnouncement(SPOKEN))).toEqual(SPOKEN);
  });

  it.each([
    ["nothing", ""],
    ["features without a version", "carets"],
    ["a version without a minor one", "1"],
    ["a range", "1.0-1.3"],
    ["a range that is reversed", "1.3-1.0"],
    ["two of one major version", "1.1,1.2"],
    ["a version below 0", "-1.0"],
    ["a huge version", "1.9007199254740993"],
    ["a version that is no number", "1.e5"],
    ["an empty part", "1.1,"],
    ["spaces", "1.1, carets"],
    ["large letters", "1.1,Carets"],
    ["a long feature", `1.1,${"a".repeat(33)}`],
    ["many parts", `1.1,${Array.from({ length: 16 }, (_, index) => `f${index}`).join()}`],
    ["a long text", `1.1,${"a,".repeat(200)}a`],
  ])("is not %s", (_, text) => {
    expect(readAnnouncement(text)).toBeUndefined();
  });

  test("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = readAnnouncement(text);
        if (read !== undefined) expect(read.versions.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("two sides", () => {
  it("come to the same, whoever asks", () => {
    fc.assert(
      fc.property(announcement, announcement, (ours, theirs) => {
        const here = agree(ours, theirs);
        const there = agree(theirs, ours);
        if (typeof here === "string" || typeof there === "string") {
          expect([typeof here, typeof there]).toEqual(["string", "string"]);
          return;
        }
        expect([there.major, there.minor]).toEqual([here.major, here.minor]);
        expect(there.features.toSorted()).toEqual(here.features.toSorted());
        // Neither is asked for more than it speaks.
        for (const side of [ours, theirs]) {
          const own = side.versions.find(({ major }) => major === here.major);
          expect(own?.minor).toBeGreaterThanOrEqual(here.minor);
        }
        // At most one of them may hear what it does not know.
        expect(isNewer(here, ours) && isNewer(there, theirs)).toBe(false);
      }),
    );
  });

  const speaks = (...versions: [major: number, minor: number][]): Announcement => ({
    versions: versions.map(([major, minor]) => ({ major, minor })),
    features: [],
  });

  it.each([
    ["the highest of several", speaks([1, 5], [2, 0]), speaks([2, 7], [1, 9]), { major: 2, minor: 0 }],
    ["the lower minor version", speaks([1, 5]), speaks([1, 9]), { major: 1, minor: 5 }],
    ["the only common one", speaks([1, 0], [3, 1]), speaks([1, 4], [2, 4]), { major: 1, minor: 0 }],
  ])("speak %s", (_, ours, theirs, expected) => {
    expect(agree(ours, theirs)).toMatchObject(expected);
  });

  it("know which of them is too old, where nothing is common", () => {
    expect(agree(speaks([2, 0], [3, 0]), speaks([1, 9]))).toBe("peer-too-old");
    expect(agree(speaks([1, 0]), speaks([2, 0], [3, 0]))).toBe("peer-too-new");
  });

  it("who announces nothing is never taken to be newer", () => {
    expect(isNewer(UNANNOUNCED)).toBe(false);
  });
});
