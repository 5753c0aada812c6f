import { MemoryLog } from "@interline/server";
import { expect } from "vitest";
import { changing } from "../../support/stories/changes.ts";
import { answeringEarly } from "../../support/stories/doctored-logs.ts";
import { Stage } from "../../support/stories/stage.ts";
import type { Story } from "./story.ts";

/** What a client is told, and in what order (S2). */
export const telling: readonly Story[] = [
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
];
