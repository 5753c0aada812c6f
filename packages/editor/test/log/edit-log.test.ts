import { ChangeSet, Text } from "@codemirror/state";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deedOf, EditLog } from "../../src/log/edit-log.ts";

const ana = { id: "a", name: "Ana" };
const jo = { id: "j", name: "Jo" };

/** A text that others and the writer change, with its log. */
class Edited {
  readonly log = new EditLog();
  text: Text;

  constructor(text: string) {
    this.text = Text.of(text.split("\n"));
  }

  others(
    from: number,
    to: number,
    insert: string,
    now: number,
    authors: readonly (typeof ana)[] = [ana],
  ): this {
    const changes = ChangeSet.of({ from, to, insert }, this.text.length, "\n");
    this.log.others(changes, this.text, () => authors, now);
    this.text = changes.apply(this.text);
    return this;
  }

  own(from: number, to: number, insert: string): this {
    const changes = ChangeSet.of({ from, to, insert }, this.text.length, "\n");
    this.log.moved(changes);
    this.text = changes.apply(this.text);
    return this;
  }

  /** What the log says, the oldest first. */
  said(): string[] {
    return this.log.entries.map((entry) => {
      const { deed, amount } = deedOf(entry, this.text);
      return `${entry.authors.map(({ name }) => name).join()} ${deed} ${amount} at ${entry.from}`;
    });
  }
}

describe("the log", () => {
  it("what somebody types letter by letter, corrections too, is one entry, and counts what is there", () => {
    const edited = new Edited("one\n\nthree");
    for (const [index, letter] of Array.from("two and more").entries())
      edited.others(4 + index, 4 + index, letter, index);
    expect(edited.said()).toEqual(["Ana added-words 3 at 4"]);
    edited.others(11, 16, "", 20);
    expect(edited.said()).toEqual(["Ana added-words 2 at 4"]);
    edited.others(4, 11, "", 21);
    expect(edited.said()).toEqual([]);
  });

  it("tells paragraphs from words and letters, and what was added from what was removed and changed", () => {
    expect(new Edited("a\nb").others(1, 1, "\nnew\n\nnewer", 0).said()).toEqual([
      "Ana added-paragraphs 2 at 1",
    ]);
    expect(new Edited("a b").others(1, 1, "👩‍👧", 0).said()).toEqual(["Ana added-words 1 at 1"]);
    expect(new Edited("a b").others(1, 1, "  ", 0).said()).toEqual(["Ana added-characters 2 at 1"]);
    expect(new Edited("one two three").others(3, 13, "", 0).said()).toEqual(["Ana removed-words 2 at 3"]);
    expect(new Edited("one\ntwo\nthree").others(3, 13, "", 0).said()).toEqual([
      "Ana removed-paragraphs 2 at 3",
    ]);
    expect(new Edited("one two").others(0, 3, "1", 0).said()).toEqual(["Ana changed 1 at 0"]);
  });

  it("another person, another place or a minute later is another entry", () => {
    const far = " ".repeat(500);
    const edited = new Edited(`a${far}b`).others(1, 1, "x", 0).others(2, 2, "y", 1, [jo]);
    edited.others(503, 503, "z", 2).others(2, 2, "x", 60_001);
    expect(edited.said()).toHaveLength(4);
  });

  it("entries move with what the writer types", () => {
    expect(new Edited("one").others(3, 3, " two", 0).own(0, 0, "zero ").said()).toEqual([
      "Ana added-words 1 at 8",
    ]);
  });

  it("is bounded, lies within the text, and never says that more was added than is there", () => {
    const edit = fc.record({
      isOwn: fc.boolean(),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      deleted: fc.nat(30),
      inserted: fc.string({ unit: fc.constantFrom("a", " ", "\n", "é"), maxLength: 40 }),
      author: fc.constantFrom([ana], [jo], [ana, jo], []),
      wait: fc.nat(90_000),
    });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 120 }), (edits) => {
        const edited = new Edited("some text\nto begin with");
        let now = 0;
        for (const { isOwn, at, deleted, inserted, author, wait } of edits) {
          now += wait;
          const from = Math.round(at * edited.text.length);
          const to = Math.min(edited.text.length, from + deleted);
          if (isOwn) edited.own(from, to, inserted);
          else edited.others(from, to, inserted, now, author);
          expect(edited.log.entries.length).toBeLessThanOrEqual(50);
          for (const entry of edited.log.entries) {
            expect(entry.from).toBeGreaterThanOrEqual(0);
            expect(entry.to).toBeGreaterThanOrEqual(entry.from);
            expect(entry.to).toBeLessThanOrEqual(edited.text.length);
            const { deed, amount } = deedOf(entry, edited.text);
            expect(amount).toBeGreaterThan(0);
            if (deed === "added-characters" || deed === "added-words")
              expect(amount).toBeLessThanOrEqual(entry.to - entry.from);
          }
        }
        expect(new Set(edited.log.entries.map(({ id }) => id)).size).toBe(edited.log.entries.length);
      }),
    );
  });
});
