import { connect as connectTcp } from "node:net";
import { openDocument, type SharedDocument, type WebSocketLike } from "@interline/client";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { nodeEnvironment } from "../support/node-environment.ts";
import { ServerProcess } from "../support/server-process.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { waitFor } from "../support/wait-for.ts";
import { watchMoves } from "../support/watch-moves.ts";

const CLIENTS = 200;
const DOCUMENTS = 10;
/** Clients that leave per second. */
const RATE = 50;

interface Client {
  readonly document: SharedDocument;
  readonly name: string;
  /** The address of each socket that was opened. */
  readonly addresses: string[];
  /** How long after the word each was asked to leave, in ms. */
  readonly leaveAfterMs: number[];
  words: number;
}

const clients: Client[] = [];
let typing: { stop(): void } | undefined;
afterEach(() => {
  typing?.stop();
  for (const { document } of clients.splice(0)) document.close();
});

function connect(url: string, index: number): Client {
  const name = `c${index}`;
  const addresses: string[] = [];
  const leaveAfterMs: number[] = [];
  const environment = {
    ...nodeEnvironment(),
    openSocket(address: string): WebSocketLike {
      // But for what the client says there of itself.
      addresses.push(address.replace(/[?&]speaks=.*$/, ""));
      const socket = new WebSocket(address, { perMessageDeflate: false }) as unknown as WebSocketLike;
      return watchMoves(socket, (afterMs) => leaveAfterMs.push(afterMs));
    },
  };
  const document = openDocument({
    url,
    document: `doc-${index % DOCUMENTS}`,
    user: { id: name, name, color: 1 + (index % 12) },
    environment,
    backoff: { firstMs: 200, maxMs: 1_000 },
  });
  const client = { document, name, addresses, leaveAfterMs, words: 0 };
  clients.push(client);
  return client;
}

/** Everybody types a word now and then, connected or not, until told to stop. */
function keepTyping(everyMs: number): { stop(): void } {
  const timers = clients.map((client, index) => {
    const type = (): void => {
      const { document, name } = client;
      if (document.isReady) document.insert(document.text.points, `<${name}.${client.words++}>`);
    };
    return setInterval(type, everyMs + (index % 50));
  });
  return {
    stop: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

async function isReady({ url }: ServerProcess): Promise<number> {
  return fetch(`${url}/readyz`).then(
    ({ status }) => status,
    () => 0,
  );
}

describe("a server that is asked to stop", () => {
  it(`sends ${CLIENTS} writers away one by one, saves all they wrote, and ends with 0`, async () => {
    await using server = await ServerProcess.start({
      args: ["--drain-rate", String(RATE), "--drain-delay", "500"],
    });
    for (let index = 0; index < CLIENTS; index++) connect(server.syncUrl, index);
    await waitFor("all to be connected", () => clients.every(({ document }) => document.isReady));
    typing = keepTyping(300);
    await waitFor("all to have saved a word", () =>
      clients.every(({ words, document }) => words > 1 && document.version > 0),
    );

    const askedAt = performance.now();
    const ended = server.stop();
    // Not ready at once, while everybody goes on.
    await waitFor("it not to be ready", async () => (await isReady(server)) === 503);
    expect(await ended).toBe(0);
    expect(performance.now() - askedAt).toBeGreaterThan(500 + (CLIENTS / RATE) * 1000 - 100);

    // They were asked to leave one by one, at the rate that was asked for.
    const leaveAfterMs = clients.flatMap((client) => client.leaveAfterMs);
    expect(leaveAfterMs).toHaveLength(CLIENTS);
    expect(new Set(leaveAfterMs).size).toBe(CLIENTS);
    expect(leaveAfterMs.filter((afterMs) => afterMs % (1_000 / RATE) !== 0)).toEqual([]);

    await server.restart();
    await waitFor("all to be back", () =>
      clients.every(({ document }) => document.status.state !== "offline"),
    );
    typing.stop();
    await Promise.all(clients.map(({ document }) => document.flush()));
    for (let index = 0; index < DOCUMENTS; index++) {
      const answer = await fetch(`${server.url}/api/v1/documents/doc-${index}/text`);
      const { text } = (await answer.json()) as { text: string };
      for (const { name, words } of clients.filter((_, client) => client % DOCUMENTS === index)) {
        for (let word = 0; word < words; word++) {
          expect(text.split(`<${name}.${word}>`), `${name}.${word}`).toHaveLength(2);
        }
      }
    }
  });

  it("tells them where to go", async () => {
    await using other = await temporaryFolder();
    await using next = await ServerProcess.start({ dataDirectory: other.path });
    await using server = await ServerProcess.start({
      args: ["--drain-to", next.syncUrl],
    });
    const client = connect(server.syncUrl, 0);
    await waitFor("the text", () => client.document.isReady);
    expect(await server.stop()).toBe(0);
    await waitFor("the new place", () => client.document.status.state === "synced");
    expect(client.addresses).toEqual([`${server.syncUrl}?document=doc-0`, next.syncUrl]);
  });

  it("ends streams of events, and waits for nobody who sends slowly or nothing", async () => {
    await using server = await ServerProcess.start();
    await fetch(`${server.url}/api/v1/documents`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: "doc", text: "x" }),
    });
    const events = await fetch(`${server.url}/api/v1/documents/doc/events`);
    let received = "";
    const reading = (async () => {
      for await (const chunk of events.body?.pipeThrough(new TextDecoderStream()) ?? []) received += chunk;
    })();
    const [idle, slow] = [connectTcp(server.port, "127.0.0.1"), connectTcp(server.port, "127.0.0.1")];
    for (const socket of [idle, slow]) socket.on("error", () => {});
    slow.write("PUT /api/v1/documents/doc/text HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nx");
    await waitFor("the stream", () => received.includes("event: opened"));
    expect(await server.stop()).toBe(0);
    await reading;
    expect(received).toContain("event: ended");
  });

  it("with nobody there ends at once, whatever the delay", async () => {
    await using server = await ServerProcess.start({
      // Longer than this test may take.
      args: ["--drain-delay", "600000"],
    });
    expect(await server.stop()).toBe(0);
  });
});
