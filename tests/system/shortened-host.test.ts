import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type Environment, openDocument, type WebSocketLike } from "@interline/client";
import { denialWords, englishWords } from "@interline/editor";
import { createDocumentServer, MemoryLog } from "@interline/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { nodeEnvironment } from "../support/node-environment.ts";
import { waitFor } from "../support/wait-for.ts";

const http = createServer();
const logged: unknown[] = [];
const silent = (): void => {};
const documents = createDocumentServer({
  log: new MemoryLog(),
  logger: { debug: silent, info: silent, error: silent, warn: (fields) => logged.push(fields) },
});
beforeAll(async () => {
  documents.attach(http);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
});
afterAll(async () => {
  await documents.close();
  http.close();
});

/** A browser whose page is at `page`, behind a proxy that has the server asked for `host` instead. */
function behindProxy(page: string, host: string): Environment {
  const headers = { origin: page, host };
  return {
    ...nodeEnvironment(),
    openSocket: (url, subprotocols) =>
      new WebSocket(url, subprotocols, { headers }) as unknown as WebSocketLike,
    fetch: (url, init) =>
      fetch(url as string, { ...init, headers: { ...(init?.headers as object), origin: page } }),
  };
}

test("behind a proxy that does not pass Host on a person reads why, and the log has both", async () => {
  const { port } = http.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const document = openDocument({
    url: `ws://${host}/sync`,
    document: "doc",
    user: { id: "ana", name: "Ana", color: 1 },
    environment: behindProxy("https://write.example", host),
  });
  await waitFor("an answer", () => document.status.state === "denied");
  const { status } = document;
  expect(status.code).toBe("ERR_ORIGIN_FORBIDDEN");
  expect(denialWords(status.code, englishWords())).toContain(
    "The server does not take pages from this address.",
  );
  expect(logged[0]).toEqual({ event: "origin-refused", origin: "https://write.example", host });
  document.close();
});
