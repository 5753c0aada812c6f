import { changing } from "../../support/stories/changes.ts";
import { annSubmits } from "../../support/stories/preambles.ts";
import { Stage } from "../../support/stories/stage.ts";
import type { Story } from "./story.ts";

/** What a client does with edits that are not acknowledged yet (C1, C4). */
export const pending: readonly Story[] = [
  {
    rule: "C4",
    name: "what was sent is folded only after the answer",
    breaks: ["doubled a"],
    async play(hasRule) {
      const stage = new Stage();
      const { ann, store } = await annSubmits(stage);
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
];
