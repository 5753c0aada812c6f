import { Authority, MemoryLog } from "@interline/server";
import { vi } from "vitest";
import { changing } from "../../support/stories/changes.ts";
import { withoutFences } from "../../support/stories/doctored-logs.ts";
import { ForgetfulLog } from "../../support/stories/forgetful-log.ts";
import { annSubmits, bothSubmit } from "../../support/stories/preambles.ts";
import { Stage } from "../../support/stories/stage.ts";
import { settled } from "../../support/stories/wire.ts";
import type { Story } from "./story.ts";

/** What an older connection left behind is not committed (S3). */
export const fences: readonly Story[] = [
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
      const { ann, store } = await annSubmits(stage);
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
      const { ann, store, server } = await bothSubmit(stage);
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
      const { ann, store } = await annSubmits(stage);
      stage.crash();
      log.drop("session-ann");
      await ann.hearFate(stage.boot().server);
      await store.take().execute();
      return stage.heal();
    },
  },
];
