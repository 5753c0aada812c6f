import { expect, test } from "vitest";
import { RawClient, startServer } from "./clients.ts";

test("[I9] a real socket is paused and goes on", async () => {
  const server = await startServer({ limits: { connectionMessages: { perSecond: 200, burst: 10 } } });
  const client = await RawClient.connect(server.url);
  for (let count = 0; count < 60; count++) client.say("ping");
  for (let count = 0; count < 60; count++) await client.next("pong");
  expect(client.closed).toBeUndefined();
  await server.stop();
});

test("[I9] one address has so many connections, and room again when one ends", async () => {
  const server = await startServer({ limits: { maxConnectionsPerAddress: 1 } });
  const first = await RawClient.connect(server.url);
  const second = new RawClient(server.url);
  const status = await new Promise((resolve) => {
    second.socket.once("unexpected-response", (_request, response) => resolve(response.statusCode));
  });
  expect(status).toBe(429);
  first.socket.close();
  await first.end();
  await RawClient.connect(server.url);
  await server.stop();
});
