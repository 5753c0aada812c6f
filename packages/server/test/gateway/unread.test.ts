import { expect, test } from "vitest";
import { silentLogger } from "../../src/logger.ts";
import { systemClock } from "../../src/clock.ts";
import { MemoryLog } from "../../src/log/memory-log.ts";
import { createDocumentServer } from "../../src/server.ts";

test("[I9] a client that asks for answers and reads none is cut off", async () => {
  const server = createDocumentServer({ log: new MemoryLog(), clock: systemClock, logger: silentLogger });
  let bufferedBytes = 0;
  let sent = 0;
  let isCut = false;
  const connection = server.connect({
    get bufferedBytes() {
      return bufferedBytes;
    },
    send: () => {
      sent++;
    },
    close: () => {},
    terminate: () => {
      isCut = true;
    },
  });
  connection.receive('["hello",1,["a","a",1]]');
  connection.receive('["ping"]');
  bufferedBytes = 67_108_865;
  connection.receive('["ping"]');
  expect(isCut).toBe(true);
  expect(sent).toBe(2);
  connection.handleClosed();
  await server.close();
});
