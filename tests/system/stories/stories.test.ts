import { Authority, MemoryLog } from "@interline/server";
import { afterEach, describe, expect, it, vi } from "vitest";
import { unsent } from "../../support/stories/changes.ts";
import { withoutFences } from "../../support/stories/doctored-logs.ts";
import { bothSubmit } from "../../support/stories/preambles.ts";
import { Stage } from "../../support/stories/stage.ts";
import { settled } from "../../support/stories/wire.ts";
import { commits } from "./commits.ts";
import { deviceCopy } from "./device-copy.ts";
import { fences } from "./fences.ts";
import { forgottenSessions } from "./forgotten-sessions.ts";
import { pending } from "./pending.ts";
import { severalServers } from "./several-servers.ts";
import { telling } from "./telling.ts";

const stories = [
  ...fences,
  ...commits,
  ...telling,
  ...pending,
  ...deviceCopy,
  ...forgottenSessions,
  ...severalServers,
];

/** Stories of parts that do not exist here yet, by what they need. */
const LEFT = {
  "a client that sends the same number again": ["a fence, but resending unchanged"],
};

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
      const { ann, store, server } = await bothSubmit(stage);
      ann.lose();
      await ann.hearFate(server);
      await store.flow();
      await settled();
      expect(await stage.heal()).toEqual([]);
    }
  });
});
