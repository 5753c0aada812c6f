// Commits to a log as fast as it can, whatever the disk does, and says what was acknowledged and what failed. Ends only by being killed.
import { writeSync } from "node:fs";
import { replaceOperation } from "@interline/ot";
import { LevelLog } from "../../src/log/level-log.ts";

const log = await LevelLog.open({ location: process.argv[2]! });
for (;;) {
  try {
    let head = await log.readHead("d");
    const request = { version: head.version, lastSeq: head.version, inFlight: false, settled: 0, time: 1 };
    await log.openSession("d", { ...request, session: "s", fence: "f" });
    for (;;) {
      const seq = head.version + 1;
      const operation = replaceOperation(0, 0, "x".repeat(100), head.length);
      const entry = { entryId: `e${seq}`, session: "s", seq, fence: "f", settled: 0, author: "ann" };
      const entries = [{ ...entry, operation, length: operation.targetLength }];
      const answer = await log.commit("d", { expected: head, entries, time: 1 });
      if (answer.outcome !== "committed") throw new Error(answer.outcome);
      head = answer.head;
      writeSync(1, `acknowledged ${head.version}\n`);
    }
  } catch (error) {
    writeSync(1, `failed ${(error as { code?: string }).code ?? String(error)}\n`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
