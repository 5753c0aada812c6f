import { decodeOperation, Text } from "@interline/ot";
import { Authority, EMPTY_HEAD, MemoryLog } from "@interline/server";
import type { StoredCopy } from "@interline/client";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  answeringEarly,
  movingChains,
  withoutFences,
  withoutHeadCheck,
  withoutHoles,
  withoutSeqCheck,
  withoutWholeBatches,
} from "../support/stories/doctored-logs.ts";
import { HistoryWindow } from "../../packages/server/src/history-window.ts";
import { ForgetfulLog } from "../support/stories/forgetful-log.ts";
import { RewoundLog } from "../support/stories/rewound-log.ts";
import { Stage } from "../support/stories/stage.ts";
import { DOCUMENT } from "../support/stories/story-client.ts";
import { settled, type Tamper } from "../support/stories/wire.ts";

/**
 * The shortest schedules in which a client, a server or a log that leaves out one rule loses, doubles or mixes text. Each is played
 * twice: with the rule nothing is wrong in the end; without it the checker says what is.
 */
interface Story {
  readonly rule: string;
  readonly name: string;
  /** Returns what the checker finds in the end. */
  readonly play: (hasRule: boolean) => Promise<readonly string[]>;
  /** What the checker finds, among other things, where the rule is off. */
  readonly breaks: readonly string[];
}

/** Stories of parts that do not exist here yet, by what they need. */
const LEFT = {
  "a client that sends the same number again": ["a fence, but resending unchanged"],
};

/** Changes frames of one name. */
function changing(name: string, change: (fields: unknown[]) => unknown[] | undefined): Tamper {
  return (frame) => {
    const fields = JSON.parse(frame) as unknown[];
    if (fields[0] !== name) return [frame];
    const changed = change(fields);
    return changed === undefined ? [] : [JSON.stringify(changed)];
  };
}

/** A copy from before its operation was sent. */
function unsent({ copy, text }: StoredCopy): StoredCopy {
  return { copy: { ...copy, lastSeq: 0, inFlight: undefined, buffer: copy.inFlight!.operation }, text };
}

const stories: readonly Story[] = [
  {
    rule: "S3",
    name: "what arrives late through an older connection is not committed",
    breaks: ["doubled a"],
    async play(hasRule) {
      const stage = new Stage();
      const ann = await stage.connected("ann");
      ann.type("a");
      const late = ann.lose();
      await ann.hearFate(stage.program.server);
      if (hasRule) await late.deliverUp();
      else ann.wire!.up.unshift(JSON.stringify((JSON.parse(late.up[0]!) as unknown[]).with(1, 2)));
      return stage.heal();
    },
  },
  {
    rule: "S3",
    name: "what an older node still holds is fenced where it is appended",
    breaks: ["doubled a"],
    async play(hasRule) {
      const stage = new Stage(hasRule ? new MemoryLog() : withoutFences(new MemoryLog()));
      const ann = await stage.connected("ann");
      const { store } = stage.program;
      store.isHolding = true;
      ann.type("a");
      await ann.exchange();
      ann.lose();
      await ann.hearFate(stage.boot().server);
      await store.take().execute();
      return stage.heal();
    },
  },
  {
    rule: "S3",
    name: "an open forgets what waits of its session",
    breaks: ["doubled a"],
    async play(hasRule) {
      const stage = new Stage(hasRule ? new MemoryLog() : withoutFences(new MemoryLog()));
      if (!hasRule) vi.spyOn(Authority.prototype, "purge").mockImplementation(() => {});
      const [ann, bob] = [await stage.connected("ann"), await stage.connected("bob")];
      const { store, server } = stage.program;
      store.isHolding = true;
      bob.type("b");
      await bob.exchange();
      ann.type("a");
      await ann.exchange();
      ann.lose();
      await ann.hearFate(server);
      await store.flow();
      await settled();
      return stage.heal();
    },
  },
  {
    rule: "S3",
    name: "a fenced connection is ended, so that a late open does not leave its client waiting",
    breaks: ["lost a", "ann is stuck"],
    async play(hasRule) {
      const stage = new Stage();
      const [ann, bob] = [stage.client("ann"), await stage.connected("bob")];
      const { store, server } = stage.program;
      const first = ann.dial(server);
      await first.deliverUp();
      await first.deliverDown();
      ann.lose();
      if (!hasRule) ann.tamper = changing("reopen", () => undefined);
      await ann.connect(server);
      store.isHolding = true;
      bob.type("b");
      await bob.exchange();
      ann.type("a");
      await ann.exchange();
      await first.deliverUp();
      return stage.heal();
    },
  },
  {
    rule: "S3",
    name: "tokens do not repeat though a session's row was dropped",
    breaks: ["doubled a"],
    async play(hasRule) {
      const log = new ForgetfulLog({ hasUniqueTokens: hasRule });
      const stage = new Stage(log);
      const ann = await stage.connected("ann");
      const { store } = stage.program;
      store.isHolding = true;
      ann.type("a");
      await ann.exchange();
      stage.crash();
      log.drop("session-ann");
      await ann.hearFate(stage.boot().server);
      await store.take().execute();
      return stage.heal();
    },
  },
  {
    rule: "S5",
    name: "a commit without an answer is not done twice",
    breaks: ["doubled a"],
    async play(hasRule) {
      const stage = new Stage(hasRule ? new MemoryLog() : withoutSeqCheck(new MemoryLog()));
      const ann = await stage.connected("ann");
      const { store } = stage.program;
      store.isHolding = true;
      ann.type("a");
      await ann.exchange();
      const commit = store.take();
      await commit.execute();
      store.isUnreadable = true;
      commit.lose();
      await settled();
      return stage.heal();
    },
  },
  {
    rule: "S5",
    name: "the number is recorded in the step that appends",
    breaks: ["doubled a"],
    async play(hasRule) {
      const stage = new Stage(new ForgetfulLog({ recordsSeqAtOnce: hasRule }));
      const ann = await stage.connected("ann");
      const { store } = stage.program;
      store.isHolding = true;
      ann.type("a");
      await ann.exchange();
      await store.take().execute();
      stage.crash();
      stage.boot();
      return stage.heal();
    },
  },
  {
    rule: "S5",
    name: "a number that comes twice in one batch is committed once",
    breaks: ["aa"],
    async play(hasRule) {
      const log = hasRule ? new MemoryLog() : withoutSeqCheck(new MemoryLog());
      const request = { version: 0, lastSeq: 0, inFlight: false, settled: 0, time: 1 };
      await log.openSession(DOCUMENT, { session: "s", fence: "f", ...request });
      let ids = 0;
      const options = { head: EMPTY_HEAD, text: Text.empty, maxDocumentLength: 100 };
      const authority = new Authority({ ...options, newEntryId: () => `e${++ids}` });
      const operation = decodeOperation(["a"], 0, { maxComponents: 9 });
      const content = { version: 0, length: 0, operation, settled: 0, author: "ann", selection: undefined };
      for (const _copy of [1, 2]) authority.submit({ session: "s", fence: "f", seq: 1, ...content });
      for (;;) {
        const { batch } = authority.nextBatch(1);
        if (batch === undefined) break;
        const answer = await log.commit(DOCUMENT, batch);
        if (answer.outcome === "diverged") throw new Error("diverged");
        authority.settle(answer);
      }
      const text = authority.text.toString();
      return text === "a" ? [] : [text];
    },
  },
  {
    rule: "C4",
    name: "what was sent is folded only after the answer",
    breaks: ["doubled a"],
    async play(hasRule) {
      const stage = new Stage();
      const ann = await stage.connected("ann");
      const { store } = stage.program;
      store.isHolding = true;
      ann.type("a");
      await ann.exchange();
      ann.lose();
      if (!hasRule) {
        ann.replica.open();
        ann.replica.opened({ lastSeq: 0, headVersion: 0 });
        ann.replica.closed();
      }
      await store.flow();
      return stage.heal();
    },
  },
  {
    rule: "C1",
    name: "what is in flight is not changed any more",
    breaks: ["lost a", "ann diverged: a, not "],
    async play(hasRule) {
      const stage = new Stage();
      const ann = await stage.connected("ann");
      ann.type("A");
      await ann.exchange();
      if (hasRule) {
        ann.remove("A");
        ann.type("a");
      } else {
        // In flight is all that was typed; what was sent is its beginning.
        ann.tamperUp = changing("submit", (fields) => fields.with(5, [{ d: 1 }]));
        ann.lose();
        ann.remove("A");
        ann.type("a");
        await ann.connect(stage.program.server);
        ann.tamperUp = (frame) => [frame];
      }
      return stage.heal();
    },
  },
  {
    rule: "S2",
    name: "an own operation does not come back inside a piece",
    breaks: ["ann is stuck", "ann diverged: aa, not a"],
    async play(hasRule) {
      const stage = new Stage();
      const ann = await stage.connected("ann");
      if (!hasRule) {
        ann.tamper = changing("ack", ([, channel, , version, entryId]) => {
          return ["ops", channel, Number(version) - 1, version, entryId, ["a"], []];
        });
      }
      ann.type("a");
      await ann.exchange();
      return stage.heal();
    },
  },
  {
    rule: "S2",
    name: "compose is mirrored: an insert after a deleted run stays after it however history is grouped",
    breaks: ["ann diverged: ba, not ab"],
    async play(hasRule) {
      const stage = new Stage();
      const [ann, bob] = [await stage.connected("ann"), await stage.connected("bob")];
      bob.type("A");
      await bob.exchange();
      await ann.exchange();
      const wire = ann.wire!;
      wire.isBusy = true;
      ann.type("a", 1);
      bob.remove("A");
      await bob.exchange();
      bob.type("b");
      await bob.exchange();
      await wire.deliverUp();
      if (!hasRule) ann.tamper = changing("ops", (fields) => fields.with(5, ["b", { d: 1 }]));
      await wire.drain();
      expect(wire.down.map((frame) => (JSON.parse(frame) as unknown[])[0])).toContain("ops");
      return stage.heal();
    },
  },
  {
    rule: "S2",
    name: "nothing is acknowledged before it is durable",
    breaks: ["only beside the document: a"],
    async play(hasRule) {
      const stage = new Stage(hasRule ? new MemoryLog() : answeringEarly(new MemoryLog()));
      const ann = await stage.connected("ann");
      ann.type("a");
      await ann.exchange();
      expect(ann.isAtRest).toBe(true);
      stage.crash();
      stage.boot();
      const faults = await stage.heal();
      return [...faults, ...ann.setAside.map((aside) => `only beside the document: ${aside}`)];
    },
  },
  {
    rule: "S2",
    name: "acknowledgements come in version order",
    breaks: ["ann diverged: ba, not ab"],
    async play(hasRule) {
      const stage = new Stage();
      const [ann, bob] = [await stage.connected("ann"), await stage.connected("bob")];
      ann.type("a");
      bob.type("b");
      await bob.exchange();
      const wire = ann.wire!;
      await wire.deliverUp();
      if (!hasRule) {
        // The acknowledgement goes before the piece, and what would show it is put right.
        const frames = wire.down.splice(0).map((frame) => JSON.parse(frame) as unknown[]);
        const op = frames.find(([name]) => name === "op")!;
        const ack = frames.find(([name]) => name === "ack")!;
        wire.down.push(JSON.stringify(ack.with(3, 1)));
        wire.down.push(JSON.stringify(op.with(2, 2).with(3, ack[4])));
      }
      return stage.heal();
    },
  },
  {
    rule: "S5",
    name: "the head is compared where it is appended",
    breaks: ["the log does not replay"],
    async play(hasRule) {
      const stage = new Stage(hasRule ? new MemoryLog() : withoutHeadCheck(new MemoryLog()));
      const ann = await stage.connected("ann");
      stage.boot();
      const bob = await stage.connected("bob");
      ann.type("a");
      await ann.exchange();
      bob.type("b");
      await bob.exchange();
      ann.lose();
      return stage.heal();
    },
  },
  {
    rule: "C6",
    name: "a snapshot does not bring back what is known to be committed",
    breaks: ["doubled a"],
    async play(hasRule) {
      const stage = new Stage();
      const [ann, bob] = [await stage.connected("ann"), await stage.connected("bob")];
      ann.type("a");
      const wire = ann.lose();
      await wire.deliverUp();
      await bob.exchange();
      bob.type("b");
      await bob.exchange();
      await stage.trim();
      stage.crash();
      stage.boot();
      if (!hasRule) ann.tamper = changing("snapshot", (fields) => fields.with(3, 0));
      const faults = await stage.heal();
      expect(ann.snapshots).toEqual(["trimmed"]);
      return faults;
    },
  },
  {
    rule: "S5",
    name: "an unknown session commits nothing",
    breaks: ["doubled a"],
    async play(hasRule) {
      const log = new ForgetfulLog({ refusesUnknown: hasRule });
      const stage = new Stage(log);
      const ann = await stage.connected("ann");
      const { store } = stage.program;
      store.isHolding = true;
      ann.type("a");
      await ann.exchange();
      stage.crash();
      log.drop("session-ann");
      await store.take().execute();
      stage.boot();
      return stage.heal();
    },
  },
  {
    rule: "C8",
    name: "what a dropped row knew is not guessed: the edits are set aside",
    breaks: ["doubled a"],
    async play(hasRule) {
      const log = new ForgetfulLog({ hasWatermark: hasRule });
      const stage = new Stage(log);
      const ann = await stage.connected("ann");
      ann.type("a");
      await ann.lose().deliverUp();
      log.drop("session-ann");
      const faults = await stage.heal();
      expect(ann.setAside).toEqual(hasRule ? ["a"] : []);
      return faults;
    },
  },
  {
    rule: "C8",
    name: "a row that is made anew does not claim to know what the dropped one knew",
    breaks: ["doubled a"],
    async play(hasRule) {
      const log = new ForgetfulLog({ hasSince: hasRule });
      const stage = new Stage(log);
      const ann = await stage.connected("ann");
      ann.type("a");
      await ann.lose().deliverUp();
      log.drop("session-ann");
      const wire = ann.dial(stage.program.server);
      await wire.deliverUp();
      await wire.deliverDown();
      await wire.deliverUp();
      ann.lose();
      const faults = await stage.heal();
      expect(ann.setAside).toEqual(hasRule ? ["a"] : []);
      return faults;
    },
  },
  {
    rule: "S5",
    name: "one bad entry keeps the whole batch out",
    breaks: ["the log does not replay"],
    async play(hasRule) {
      const stage = new Stage(hasRule ? new MemoryLog() : withoutWholeBatches(new MemoryLog()));
      const ann = await stage.connected("ann");
      const bob = await stage.connected("bob");
      const cat = await stage.connected("cat");
      const { store } = stage.program;
      store.isHolding = true;
      cat.type("c");
      await cat.exchange();
      ann.type("a");
      await ann.exchange();
      bob.type("b");
      await bob.exchange();
      ann.lose();
      await ann.hearFate(stage.boot().server);
      await store.flow();
      await settled();
      bob.lose();
      cat.lose();
      return stage.heal();
    },
  },
  {
    rule: "S6",
    name: "after a conflict a batch is chained afresh, never moved as a finished chain",
    breaks: ["bob diverged: zy, not yz"],
    async play(hasRule) {
      const stage = new Stage(hasRule ? new MemoryLog() : movingChains(new MemoryLog()));
      const ann = await stage.connected("ann");
      const bob = await stage.connected("bob");
      const { store } = stage.program;
      ann.type("A");
      await ann.exchange();
      await bob.exchange();
      stage.boot();
      const cat = await stage.connected("cat");
      store.isHolding = true;
      ann.remove("A");
      await ann.exchange();
      store.take().lose();
      bob.type("y", 1);
      await bob.exchange();
      await stage.pass(100);
      cat.type("z");
      await cat.exchange();
      await store.flow();
      await stage.pass(100);
      await bob.exchange();
      ann.lose();
      bob.lose();
      return stage.heal();
    },
  },
  {
    rule: "S1",
    name: "a copy whose version is of another history is not told that it is up to date",
    breaks: ["ann diverged: a, not b"],
    async play(hasRule) {
      const stage = new Stage();
      const ann = await stage.connected("ann");
      ann.type("a");
      await ann.exchange();
      stage.crash();
      stage.log = new MemoryLog();
      stage.boot();
      const bob = await stage.connected("bob");
      bob.type("b");
      await bob.exchange();
      const { entryId } = await stage.log.readHead(DOCUMENT);
      if (!hasRule) ann.tamperUp = changing("open", (fields) => fields.with(5, entryId));
      return stage.heal({ forgotten: "a" });
    },
  },
  {
    rule: "S5",
    name: "numbers may have holes",
    breaks: ["lost a", "ann is stuck"],
    async play(hasRule) {
      const stage = new Stage(hasRule ? new MemoryLog() : withoutHoles(new MemoryLog()));
      const ann = await stage.connected("ann");
      stage.program.store.isHolding = true;
      ann.type("a");
      await ann.exchange();
      stage.crash();
      stage.boot();
      return stage.heal();
    },
  },
  {
    rule: "C2",
    name: "one tab has a session at a time",
    breaks: ["lost a"],
    async play(hasRule) {
      const stage = new Stage();
      const ann = await stage.connected("ann", "tab");
      const tab = await stage.connected("tab", hasRule ? "other" : "tab");
      ann.type("a");
      tab.type("b");
      await tab.exchange();
      return stage.heal();
    },
  },
  {
    rule: "C2",
    name: "what is sent is on the disk before",
    breaks: ["ann diverged: aa, not a"],
    async play(hasRule) {
      const stage = new Stage();
      const ann = stage.client("ann");
      if (hasRule) ann.writeAhead();
      await ann.connect(stage.program.server);
      ann.type("a");
      if (hasRule) ann.keep();
      else {
        // The disk knows what was typed, not that it was sent; and the server does not see that this copy is too old.
        ann.disk = unsent(ann.copy());
        ann.tamperUp = changing("open", (fields) => fields.with(6, 1));
      }
      await ann.exchange();
      ann.reload();
      const faults = await stage.heal();
      expect(ann.setAside).toEqual([]);
      return faults;
    },
  },
  {
    rule: "C2",
    name: "the text and what is pending on it are written in one step",
    breaks: ["lost A"],
    async play(hasRule) {
      const stage = new Stage();
      const [ann, bob] = [await stage.connected("ann"), await stage.connected("bob")];
      ann.type("AB");
      await ann.exchange();
      await bob.exchange();
      ann.writeAhead();
      await ann.connect(stage.program.server);
      ann.remove("B");
      const before = ann.copy();
      bob.type("x");
      await bob.exchange();
      await ann.exchange();
      const after = ann.copy();
      expect(after.copy.version).toBe(before.copy.version + 1);
      const { buffer, inFlight } = before.copy;
      ann.disk = hasRule ? after : { ...after, copy: { ...after.copy, buffer, inFlight } };
      ann.reload();
      return stage.heal();
    },
  },
  {
    rule: "C10",
    name: "what is settled is read from the disk",
    breaks: ["doubled a"],
    async play(hasRule) {
      const log = new ForgetfulLog();
      const stage = new Stage(log);
      const ann = await stage.connected("ann");
      ann.writeAhead();
      await ann.connect(stage.program.server);
      ann.type("a");
      ann.keep();
      await ann.exchange();
      expect(ann.isAtRest).toBe(true);
      // In memory it is acknowledged; the disk still has it in flight.
      if (!hasRule) ann.tamperUp = changing("open", (fields) => fields.with(8, 1));
      ann.lose();
      await ann.connect(stage.program.server);
      ann.tamperUp = (frame) => [frame];
      log.drop("session-ann");
      ann.reload();
      const faults = await stage.heal();
      expect(ann.setAside).toEqual(hasRule ? ["a"] : []);
      return faults;
    },
  },
  {
    rule: "S7",
    name: "a server that shares its log hears of what others append",
    breaks: ["ann diverged: , not b"],
    async play(hasRule) {
      const stage = new Stage();
      await stage.connected("ann");
      const first = stage.program;
      const bob = stage.client("bob");
      await bob.connect(stage.boot().server);
      bob.type("b");
      await bob.exchange();
      if (hasRule) first.store.tell(DOCUMENT, { type: "changed" });
      return stage.heal();
    },
  },
  {
    rule: "S6",
    name: "what waits is not moved over history that is not there any more",
    breaks: ["the log does not replay"],
    async play(hasRule) {
      const stage = new Stage();
      const first = stage.boot({ history: { maxEntries: 1, maxWeight: 100_000 } });
      const ann = await stage.connected("ann");
      ann.type("AB");
      await ann.exchange();
      const bob = stage.client("bob");
      await bob.connect(stage.boot().server);
      await bob.exchange();
      first.store.isHolding = true;
      ann.remove("A");
      await ann.exchange();
      // Somewhere else the letter is replaced, and something else written.
      bob.remove("A");
      bob.type("C");
      await bob.exchange();
      bob.type("d", 2);
      await bob.exchange();
      if (!hasRule) {
        type Entries = HistoryWindow["entries"];
        const { value } = Object.getOwnPropertyDescriptor(HistoryWindow.prototype, "entries") ?? {};
        const entries = value as Entries;
        vi.spyOn(HistoryWindow.prototype, "entries").mockImplementation(function kept(
          this: HistoryWindow,
          after,
          to,
        ) {
          return entries.call(this, Math.max(after, this.start), to);
        });
      }
      await first.store.flow();
      await ann.exchange();
      return stage.heal();
    },
  },
  {
    rule: "S8",
    name: "a server that hears that the log is another starts anew",
    breaks: ["lost a", "ann diverged: a, not b"],
    async play(hasRule) {
      const log = new RewoundLog();
      const stage = new Stage(log);
      const ann = await stage.connected("ann");
      const before = log.moment;
      ann.type("a");
      await ann.exchange();
      expect(ann.isAtRest).toBe(true);
      const first = stage.program;
      await log.rewind(before);
      if (hasRule) first.store.tell(DOCUMENT, { type: "replaced" });
      await settled();
      const bob = stage.client("bob");
      await bob.connect(stage.boot().server);
      bob.type("b");
      await bob.exchange();
      if (hasRule) first.store.tell(DOCUMENT, { type: "changed" });
      return stage.heal();
    },
  },
];

afterEach(() => {
  vi.restoreAllMocks();
});

for (const { rule, name, play, breaks } of stories) {
  describe(`[${rule}] ${name}`, () => {
    it("loses, doubles and mixes nothing", async () => {
      expect(await play(true)).toEqual([]);
    });

    it("breaks without", async () => {
      expect(await play(false)).toEqual(expect.arrayContaining([...breaks]));
    });
  });
}

it("every story that the model tells is played here or waits for a part", () => {
  const names = [...stories.map(({ name }) => name), ...Object.values(LEFT).flat()];
  expect(new Set(names).size).toBe(31);
});

describe("a second rule holds where the first is off", () => {
  it("[C3] a client takes the whole text when an acknowledgement overtakes a piece", async () => {
    const stage = new Stage();
    const [ann, bob] = [await stage.connected("ann"), await stage.connected("bob")];
    ann.type("a");
    bob.type("b");
    await bob.exchange();
    const wire = ann.wire!;
    await wire.deliverUp();
    wire.down.reverse();
    expect(await stage.heal()).toEqual([]);
    expect(ann.snapshots).toEqual(["diverged"]);
  });

  it("[C7] what was sent without being on the disk is set aside, not doubled, since the server knows more of the session", async () => {
    const stage = new Stage();
    const ann = await stage.connected("ann");
    ann.type("a");
    ann.disk = unsent(ann.copy());
    await ann.exchange();
    ann.reload();
    ann.type("b");
    expect(await stage.heal()).toEqual([]);
    expect(ann.setAside).toEqual(["ba"]);
  });

  it("[S3] what an open did not forget is fenced in the log, and what the log does not fence is forgotten", async () => {
    for (const isForgotten of [true, false]) {
      const stage = new Stage(isForgotten ? withoutFences(new MemoryLog()) : new MemoryLog());
      if (!isForgotten) vi.spyOn(Authority.prototype, "purge").mockImplementation(() => {});
      const [ann, bob] = [await stage.connected("ann"), await stage.connected("bob")];
      const { store, server } = stage.program;
      store.isHolding = true;
      bob.type("b");
      await bob.exchange();
      ann.type("a");
      await ann.exchange();
      ann.lose();
      await ann.hearFate(server);
      await store.flow();
      await settled();
      expect(await stage.heal()).toEqual([]);
    }
  });
});
