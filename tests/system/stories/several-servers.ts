import { MemoryLog } from "@interline/server";
import { vi, expect } from "vitest";
import { HistoryWindow } from "../../../packages/server/src/history-window.ts";
import { changing } from "../../support/stories/changes.ts";
import { movingChains } from "../../support/stories/doctored-logs.ts";
import { RewoundLog } from "../../support/stories/rewound-log.ts";
import { Stage } from "../../support/stories/stage.ts";
import { DOCUMENT } from "../../support/stories/story-client.ts";
import { settled } from "../../support/stories/wire.ts";
import type { Story } from "./story.ts";

/** Servers that share a log, and a log that goes back in time (S1, S6, S7, S8). */
export const severalServers: readonly Story[] = [
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
    name: "a server that hears that the log was replaced starts over",
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
