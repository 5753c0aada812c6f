// Moves documents out of Redis and back as fast as it can, and says each move that is done. Ends only by being killed.
import { writeSync } from "node:fs";
import { LevelLog } from "@interline/server";
import { RedisLog, RedisStore } from "../src/index.ts";

const [port, location, ...documents] = process.argv.slice(2) as [string, string, ...string[]];
const store = await RedisStore.connect({ address: `redis://127.0.0.1:${port}` });
const archive = await LevelLog.open({ location });
const log = new RedisLog({ store, archive: { log: archive, name: "cellar" } });
for (let round = 0; ; round++) {
  await Promise.all(
    documents.map(async (document, index) => {
      // Some are on their way out while others are on their way back.
      if ((round + index) % 2 === 0) await log.moveOut(document);
      else await log.loadCheckpoint(document);
      writeSync(1, `${document}\n`);
    }),
  );
}
