import { expect } from "vitest";
import { changing, unsent } from "../../support/stories/changes.ts";
import { ForgetfulLog } from "../../support/stories/forgetful-log.ts";
import { Stage } from "../../support/stories/stage.ts";
import type { Story } from "./story.ts";

/** A tab, its session and its copy on the device (C2, C10). */
export const deviceCopy: readonly Story[] = [
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
];
