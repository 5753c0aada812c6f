import { expect, test } from "vitest";
import { MemoryLog } from "../../src/log/memory-log.ts";
import { createDocumentServer } from "../../src/server.ts";
import { ManualClock, settle } from "../manual-clock.ts";

test("[A5] by default a right that changed is asked for within a second", async () => {
  const clock = new ManualClock();
  let asked = 0;
  const documents = createDocumentServer({
    log: new MemoryLog(),
    clock,
    access: {
      authenticate: async () => ({ id: "ann", expiresAt: undefined }),
      authorize: () => {
        asked++;
        return "write";
      },
    },
  });
  const connection = documents.connect({
    bufferedBytes: 0,
    send() {},
    close() {},
    terminate() {},
    pause() {},
    resume() {},
  });
  connection.receive(JSON.stringify(["hello", 1, ["ann", "Ann", 1]]));
  await settle();
  connection.receive(JSON.stringify(["open", 1, "doc", "session", 0, "", 0, false, 0]));
  await settle();
  expect(asked).toBeGreaterThan(0);
  asked = 0;
  await clock.pass(1_000);
  expect(asked).toBeGreaterThan(0);
});
