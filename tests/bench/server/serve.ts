/** A server under test, in a process of its own. Argument: the peer's name. */
import type { PeerName, ServerReport, UsageRequest } from "./messages.ts";
import { attempts, redisCommands } from "./servers/interline.ts";
import { start } from "./servers/start.ts";

const report = (message: ServerReport): void => {
  process.send?.(message);
};

process.once("disconnect", () => process.exit());
process.on("message", ({ collectGarbage }: UsageRequest) => {
  if (collectGarbage) for (let pass = 0; pass < 3; pass++) globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  report({
    usage: {
      cpuMs: (user + system) / 1000,
      rssBytes: rss,
      usedBytes: heapUsed + external,
      attempts,
      commands: redisCommands(),
    },
  });
});
report({ port: await start(process.argv[2] as PeerName) });
