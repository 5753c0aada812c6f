import { MemoryLog } from "@interline/server";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RedisProcess, startRedis } from "../../../tests/support/redis-process.ts";
import { RedisLog, RedisStore } from "../src/index.ts";
import { ask, command } from "./commands.ts";

/**
 * The law: whatever is asked of it, and in whatever order, the log in Redis answers as the one in memory does, whose decisions are the pure
 * functions of `rules.ts`.
 */

let redis: RedisProcess;
let store: RedisStore;
let log: RedisLog;
beforeAll(async () => {
  redis = await startRedis();
  store = await RedisStore.connect({ address: `redis://127.0.0.1:${redis.port}` });
  log = new RedisLog({ store });
});
afterAll(async () => {
  await log.close();
  await store.close();
  await redis[Symbol.asyncDispose]();
});

test("[S1 S5 S9] it decides as the rules do", async () => {
  let nth = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
      const document = `d${++nth}`;
      const model = new MemoryLog();
      for (const asked of commands) {
        const head = await model.readHead(document);
        const expected = await ask(model, document, head, asked);
        expect(await ask(log, document, head, asked)).toEqual(expected);
        expect(await log.readHead(document)).toEqual(await model.readHead(document));
      }
      expect(await log.loadCheckpoint(document)).toEqual(await model.loadCheckpoint(document));
    }),
    { numRuns: 200 },
  );
});
