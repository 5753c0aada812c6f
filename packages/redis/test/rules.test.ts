import { replaceOperation } from "@interline/ot";
import { type DocumentLog, type Head, MemoryLog, type NewEntry } from "@interline/server";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RedisProcess, startRedis } from "../../../tests/support/redis-process.ts";
import { RedisLog, RedisStore } from "../src/index.ts";

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

const session = fc.constantFrom("a", "b", "c");
const fence = fc.constantFrom("f", "g");
const small = fc.nat({ max: 8 });

const submission = fc.record({ session, fence, seq: fc.nat({ max: 12 }), settled: small });

const command = fc.oneof(
  fc.record({
    do: fc.constant("open"),
    request: fc.record({
      session,
      fence,
      version: small,
      lastSeq: small,
      inFlight: fc.boolean(),
      settled: small,
      time: small,
    }),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("commit"),
      // How far back from the head, and whether its id is right.
      back: fc.nat({ max: 3 }),
      isRestored: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
      isKnown: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
      entries: fc.array(submission, { minLength: 1, maxLength: 4 }),
    }),
  },
  fc.record({ do: fc.constant("settle"), session, settled: small }),
  fc.record({ do: fc.constant("checkpoint"), version: small }),
  fc.record({ do: fc.constant("trim"), upTo: small }),
  fc.record({
    do: fc.constant("expire"),
    time: small,
    idleMs: small,
    maxSessions: fc.nat({ max: 3 }),
    open: fc.array(session),
  }),
  fc.record({ do: fc.constant("read"), after: small, to: small }),
);
type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

/** The id of every entry tells its version, so that both logs have the same. */
const idOf = (version: number): string => (version === 0 ? "" : `v${version}`);

async function ask(to: DocumentLog, document: string, head: Head, asked: Command): Promise<unknown> {
  switch (asked.do) {
    case "open":
      return to.openSession(document, asked.request);
    case "commit": {
      const version = Math.max(0, head.version - asked.back);
      const entries = asked.entries.map(({ session, fence, seq, settled }, index): NewEntry => {
        const length = version + index;
        const operation = replaceOperation(length, length, "x", length);
        const entryId = idOf(version + index + 1);
        return { entryId, session, seq, fence, settled, operation, length: length + 1, author: "ann" };
      });
      const entryId = asked.isKnown ? idOf(version) : "other";
      return to.commit(document, {
        expected: { version, entryId },
        entries,
        time: 7,
        isRestored: asked.isRestored,
      });
    }
    case "settle":
      return to.settle(document, asked.session, asked.settled);
    case "checkpoint": {
      const version = Math.min(asked.version, head.version);
      return to.saveCheckpoint(document, { version, entryId: idOf(version), text: "x".repeat(version) });
    }
    case "trim":
      return to.trim(document, asked.upTo);
    case "expire": {
      const { time, idleMs, maxSessions, open } = asked;
      return to.expireSessions(document, { time, idleMs, maxSessions, open: new Set(open) });
    }
    case "read":
      return to.readEntries(document, asked.after, asked.to);
  }
}

test("[S1 S5 S9] it decides as the rules do", { timeout: 60_000 }, async () => {
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
