import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PeopleAnnouncer } from "../../src/people/people-announcer.ts";
import { englishWords } from "../../src/words/language.ts";

const { announcements } = englishWords();

interface Heard {
  readonly said: { readonly at: number; readonly words: string }[];
  readonly people: PeopleAnnouncer;
  /** Whether an input method composes. */
  readonly compose: (isComposing: boolean) => void;
  /** Lets time go on until so many ms. */
  readonly run: (until: number) => void;
}

/** An announcer on a clock that only `run` moves. */
function announcer(): Heard {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  let isComposing = false;
  const said: { at: number; words: string }[] = [];
  const people = new PeopleAnnouncer({
    say: (words) => said.push({ at: now, words }),
    words: () => announcements,
    isComposing: () => isComposing,
    clock: {
      now: () => now,
      setTimeout: (run, delay) => {
        const timer = { at: now + delay, run };
        timers.push(timer);
        return timer;
      },
      clearTimeout: (timer) => {
        timers = timers.filter((other) => other !== timer);
      },
    },
  });
  return {
    said,
    people,
    compose: (is) => {
      isComposing = is;
    },
    run: (until) => {
      for (;;) {
        const next = timers.toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined || next.at > until) break;
        timers = timers.filter((timer) => timer !== next);
        now = next.at;
        next.run();
      }
      now = until;
    },
  };
}

const ana = { id: "a", name: "Ana" };
const jonas = { id: "j", name: "Jonas" };

describe("announcements", () => {
  it("say who came and went, at most once in 5 s, and nothing of who was here before", () => {
    const { said, run, people } = announcer();
    people.update([ana]);
    run(10_000);
    people.update([ana, jonas]);
    run(11_000);
    people.update([jonas]);
    people.update([jonas, ana]);
    people.update([]);
    run(30_000);
    expect(said).toEqual([
      { at: 10_000, words: "Jonas joined. 3 people here." },
      { at: 15_000, words: "Ana and Jonas left. Nobody else is here." },
    ]);
  });

  it("say who edits the writer's line, once, until the writer goes to another", () => {
    const { said, run, people } = announcer();
    people.update([ana, jonas]);
    run(10_000);
    people.editedLine(ana);
    run(11_000);
    people.editedLine(ana);
    people.editedLine(jonas);
    run(40_000);
    people.editedLine(ana);
    run(50_000);
    people.leftLine();
    people.editedLine(ana);
    people.editedLine(jonas);
    run(60_000);
    expect(said).toEqual([
      { at: 10_000, words: "Ana is editing the line you are on." },
      { at: 15_000, words: "Jonas is editing the line you are on." },
      { at: 50_000, words: "Ana and Jonas are editing the line you are on." },
    ]);
  });

  it("do not say it of somebody who has gone, nor long after", () => {
    const { said, run, people } = announcer();
    people.update([ana, jonas]);
    run(10_000);
    people.typed();
    people.editedLine(ana);
    people.update([jonas]);
    run(20_000);
    people.typed();
    people.editedLine(jonas);
    for (let at = 20_500; at < 40_000; at += 500) {
      run(at);
      people.typed();
    }
    run(60_000);
    expect(said).toEqual([{ at: 11_000, words: "Ana left. 2 people here." }]);
  });

  it("answer a command at once, and then wait", () => {
    const { said, run, people } = announcer();
    people.update([]);
    run(10_000);
    people.typed();
    people.answer("Following Ana.");
    people.update([ana]);
    run(30_000);
    expect(said).toEqual([
      { at: 10_000, words: "Following Ana." },
      { at: 15_000, words: "Ana joined. 2 people here." },
    ]);
  });

  it("are never closer than 5 s, nor within 1 s of a key, nor while an input method composes, and tell all of who is here in the end", () => {
    const event = fc.record({
      wait: fc.integer({ min: 0, max: 7_000 }),
      what: fc.constantFrom("typed", "compose", "composed", "line", "left line", "people"),
      who: fc.subarray([ana, jonas, { id: "m", name: "Mei" }]),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const { said, run, people, compose } = announcer();
        const keys: number[] = [];
        const composed: { from: number; to: number }[] = [];
        let now = 0;
        let here: string[] = [];
        let began: number | undefined;
        people.update([]);
        for (const { wait, what, who } of events) {
          now += wait;
          run(now);
          if (what === "typed") {
            people.typed();
            keys.push(now);
          } else if (what === "compose") {
            began ??= now;
            compose(true);
          } else if (what === "composed") {
            if (began !== undefined) composed.push({ from: began, to: now });
            began = undefined;
            compose(false);
          } else if (what === "line") for (const person of who) people.editedLine(person);
          else if (what === "left line") people.leftLine();
          else {
            people.update(who);
            here = who.map(({ name }) => name);
          }
        }
        if (began !== undefined) composed.push({ from: began, to: now });
        compose(false);
        run(now + 100_000);
        for (const [index, { at }] of said.entries()) {
          expect(at - (said[index - 1]?.at ?? -Infinity)).toBeGreaterThanOrEqual(5_000);
          for (const key of keys)
            expect(at < key || at >= key + 1_000, `${at} after a key at ${key}`).toBe(true);
          for (const { from, to } of composed) expect(at < from || at >= to).toBe(true);
        }
        const told =
          said.findLast(({ words }) => / (here|joined|left)\b/.test(words))?.words ?? "Nobody else is here.";
        expect(told).toContain(
          here.length === 0 ? "Nobody else is here." : `${here.length + 1} people here.`,
        );
      }),
    );
  });
});
