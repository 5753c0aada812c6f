import * as fc from "fast-check";
import { expect, it } from "vitest";
import { RewoundLog } from "../support/stories/rewound-log.ts";
import { Stage } from "../support/stories/stage.ts";

/**
 * The law: whatever a log lost at its end that no server could put back, and whatever was written on it before a client comes back, each letter
 * that the client had in front of it is in its text in the end, or in a text that was set aside for it; and all have one text.
 */

const NAMES = ["ann", "bob", "cyd"] as const;

/** A letter that nobody else types, at a place that is a share of the text's length. Its writer is connected if it is sent. */
interface Key {
  readonly name: (typeof NAMES)[number];
  readonly place: number;
  readonly isSent: boolean;
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const key = fc.record({ name: fc.constantFrom(...NAMES), place: share, isSent: fc.boolean() });
/** From one loss to the next. */
const life = fc.record({
  before: fc.array(key, { minLength: 1, maxLength: 12 }),
  /** What share of the log's changes is left. */
  left: share,
  /** What is written while some have not come back yet. */
  after: fc.array(key, { maxLength: 8 }),
});

it("[C6] nobody loses a letter in silence, however much a log lost and however much was written since", async () => {
  let told = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 3 }), async (lives) => {
      const log = new RewoundLog();
      const stage = new Stage(log);
      const clients = new Map(NAMES.map((name) => [name, stage.client(name)]));
      const seen = new Map(NAMES.map((name) => [name, new Set<string>()]));
      let letter = 0x4e00;
      const type = async (keys: readonly Key[]): Promise<void> => {
        for (const { name, place, isSent } of keys) {
          const client = clients.get(name)!;
          client.type(String.fromCodePoint(letter++), Math.round(place * client.replica.text.points));
          if (!isSent) continue;
          if (client.wire === undefined) client.dial(stage.program.server);
          await client.exchange();
        }
      };
      for (const { before, left, after } of lives) {
        await type(before);
        for (const [name, { text }] of clients) for (const shown of text) seen.get(name)!.add(shown);
        stage.crash();
        await log.rewind(Math.floor(left * log.moment));
        stage.boot();
        await type(after);
      }
      const forgotten = [...seen.values()].flatMap((letters) => [...letters]).join("");
      expect(await stage.heal({ forgotten })).toEqual([]);
      for (const [name, { text, setAside }] of clients) {
        const kept = [text, ...setAside].join("");
        expect([...seen.get(name)!].filter((shown) => !kept.includes(shown))).toEqual([]);
        told += setAside.length;
      }
    }),
    { numRuns: 500 },
  );
  expect(told).toBeGreaterThan(0);
});
