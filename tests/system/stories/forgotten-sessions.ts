import { expect } from "vitest";
import { changing } from "../../support/stories/changes.ts";
import { ForgetfulLog } from "../../support/stories/forgetful-log.ts";
import { annIsForgotten } from "../../support/stories/preambles.ts";
import { Stage } from "../../support/stories/stage.ts";
import type { Story } from "./story.ts";

/** A client that comes back when history or its session is forgotten (C6, C8). */
export const forgottenSessions: readonly Story[] = [
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
    rule: "C8",
    name: "what a dropped row knew is not guessed: the edits are set aside",
    breaks: ["doubled a"],
    async play(hasRule) {
      const log = new ForgetfulLog({ hasWatermark: hasRule });
      const { stage, ann } = await annIsForgotten(log);
      const faults = await stage.heal();
      expect(ann.setAside).toEqual(hasRule ? ["a"] : []);
      return faults;
    },
  },
  {
    rule: "C8",
    name: "a row that is created again does not claim to know what the dropped one knew",
    breaks: ["doubled a"],
    async play(hasRule) {
      const log = new ForgetfulLog({ hasSince: hasRule });
      const { stage, ann } = await annIsForgotten(log);
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
];
