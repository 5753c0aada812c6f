import { decodeOperation, Text } from "@interline/ot";
import { Authority, EMPTY_HEAD, MemoryLog } from "@interline/server";
import {
  withoutHeadCheck,
  withoutHoles,
  withoutSeqCheck,
  withoutWholeBatches,
} from "../../support/stories/doctored-logs.ts";
import { ForgetfulLog } from "../../support/stories/forgetful-log.ts";
import { annSubmits } from "../../support/stories/preambles.ts";
import { Stage } from "../../support/stories/stage.ts";
import { DOCUMENT } from "../../support/stories/story-client.ts";
import { settled } from "../../support/stories/wire.ts";
import type { Story } from "./story.ts";

/** What the log decides in the step that appends (S5). */
export const commits: readonly Story[] = [
  {
    rule: "S5",
    name: "a commit without an answer is not done twice",
    breaks: ["doubled a"],
    async play(hasRule) {
      const stage = new Stage(hasRule ? new MemoryLog() : withoutSeqCheck(new MemoryLog()));
      const { store } = await annSubmits(stage);
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
      const { store } = await annSubmits(stage);
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
    rule: "S5",
    name: "an unknown session commits nothing",
    breaks: ["doubled a"],
    async play(hasRule) {
      const log = new ForgetfulLog({ refusesUnknown: hasRule });
      const stage = new Stage(log);
      const { store } = await annSubmits(stage);
      stage.crash();
      log.drop("session-ann");
      await store.take().execute();
      stage.boot();
      return stage.heal();
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
];
