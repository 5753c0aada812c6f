import { type Head, LevelLog, MemoryLog } from "@interline/server";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RedisProcess, startRedis } from "../../../tests/support/redis-process.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../tests/support/temporary-folder.ts";
import { RedisLog, RedisStore } from "../src/index.ts";
import { ask, type Command, command } from "./commands.ts";

/** Stories of random commands and moves per run; `INTERLINE_MOVES` asks for more. */
const RUNS = Number(process.env["INTERLINE_MOVES"] ?? 80);

/**
 * The law: however documents are moved out of two servers' Redis meanwhile, by whom, and wherever a move dies, each answer is that of a log
 * that never moves anything.
 */

/** What a move does, and where it dies. */
const move = fc.record({
  do: fc.constant("move" as const),
  how: fc.constantFrom(
    "whole",
    "beside the next command",
    "dies before the copy",
    "dies after the copy",
    "next return dies",
  ),
});
/** Copies that nobody needs are removed. */
const tidy = fc.record({ do: fc.constant("tidy" as const) });

const step = fc.record({
  /** Which of the two servers does it. */
  on: fc.nat({ max: 1 }),
  what: fc.oneof(
    { weight: 5, arbitrary: command },
    { weight: 4, arbitrary: move },
    { weight: 1, arbitrary: tidy },
  ),
});

const DEATH = "the server died";

let redis: RedisProcess;
let folder: TemporaryFolder;
let archive: LevelLog;
const stores: RedisStore[] = [];
const logs: RedisLog[] = [];
let now = 0;
/** What is to fail next. */
const deaths = { import: "" as "" | "before" | "after", export: false };

beforeAll(async () => {
  redis = await startRedis();
  folder = await temporaryFolder();
  archive = await LevelLog.open({ location: folder.path });
  const importDocument = archive.importDocument.bind(archive);
  const exportDocument = archive.exportDocument.bind(archive);
  archive.importDocument = async (document, exported) => {
    const death = deaths.import;
    deaths.import = "";
    if (death === "before") throw new Error(DEATH);
    await importDocument(document, exported);
    if (death === "after") throw new Error(DEATH);
  };
  archive.exportDocument = (document) => {
    const dies = deaths.export;
    deaths.export = false;
    return dies ? Promise.reject(new Error(DEATH)) : exportDocument(document);
  };
  for (let server = 0; server < 2; server++) {
    const store = await RedisStore.connect({ address: `redis://127.0.0.1:${redis.port}` });
    stores.push(store);
    logs.push(
      new RedisLog({
        store,
        archive: { log: archive, name: "cellar", coldAfterMs: 1e12, keepMs: 100, now: () => now },
      }),
    );
  }
});
afterAll(async () => {
  for (const log of logs) await log.close();
  for (const store of stores) await store.close();
  await archive.close();
  await folder[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

/** What a server that died did not do is asked once more: of one that lives on. */
async function survive<Answer>(run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    if ((error as Error).message !== DEATH) throw error;
    return run();
  }
}

async function startMove(log: RedisLog, document: string, how: string): Promise<unknown> {
  if (how === "dies before the copy") deaths.import = "before";
  if (how === "dies after the copy") deaths.import = "after";
  const moved = await log.moveOut(document).catch((error: unknown) => {
    if ((error as Error).message !== DEATH) throw error;
  });
  deaths.import = "";
  if (how === "next return dies") deaths.export = true;
  return moved;
}

test("[I2] [I4] answers are those of a log that never moves anything", async () => {
  let nth = 0;
  let moved = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
      const document = `d${++nth}`;
      const model = new MemoryLog();
      const both = (head: Head, log: RedisLog, asked: Command): Promise<unknown[]> =>
        Promise.all([ask(model, document, head, asked), survive(() => ask(log, document, head, asked))]);
      // One that was never written would be gone, with its sessions.
      const [first] = logs as [RedisLog];
      for (const asked of BEGIN) await both(await model.readHead(document), first, asked);

      let beside: Promise<unknown> | undefined;
      for (const { on, what } of steps) {
        const log = logs[on] ?? first;
        if (what.do === "tidy") {
          now += 1_000;
          await log.sweep();
          continue;
        }
        if (what.do === "move") {
          await beside;
          const moving = startMove(log, document, what.how);
          if (what.how === "beside the next command") beside = moving;
          else if ((await moving) === true) moved++;
          continue;
        }
        const [expected, answer] = await both(await model.readHead(document), log, what);
        expect(answer).toEqual(expected);
        await beside;
        beside = undefined;
        expect(await survive(() => log.readHead(document))).toEqual(await model.readHead(document));
      }
      await beside;
      deaths.export = false;
      const end = await model.readHead(document);
      for (const log of logs) {
        expect(await log.loadCheckpoint(document)).toEqual(await model.loadCheckpoint(document));
        expect(await log.readEntries(document, 0, end.version)).toEqual(
          await model.readEntries(document, 0, end.version),
        );
      }
    }),
    { numRuns: RUNS },
  );
  expect(moved).toBeGreaterThan(1.5 * RUNS);
});

const BEGIN: readonly Command[] = [
  {
    do: "open",
    request: { session: "a", fence: "f", version: 0, lastSeq: 0, inFlight: false, settled: 0, time: 1 },
  },
  {
    do: "commit",
    back: 0,
    isRestored: false,
    isKnown: true,
    entries: [{ session: "a", fence: "f", seq: 1, settled: 0 }],
  },
];
