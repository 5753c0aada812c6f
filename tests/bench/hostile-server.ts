/**
 * How long one sender can keep the server's event loop to itself: `node tests/bench/hostile-server.ts
 * [program|- [points]]`. Prints a row for each request: the longest time that nothing else could run, in ms of the main
 * thread's processor time, and in brackets how much of it was garbage collection. Runs on Linux. `program` is
 * that of another version, to compare with (`apps/server/dist/main.js`).
 */
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import { ServerProcess } from "../support/server-process.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { waitFor } from "../support/wait-for.ts";

const PROBE = new URL("../support/longest-block.mjs", import.meta.url).href;
const CONNECTIONS = 10;
const OPENS_EACH = 2_000;

const [program, points = "4000000"] = process.argv.slice(2);
/** Characters of the long documents, and of those of emoji, which one request can bring. */
const POINTS = Number(points);
const EMOJI = Math.min(POINTS, 4_000_000);
await using folder = await temporaryFolder();
await using server = await ServerProcess.start({
  dataDirectory: folder.path,
  args: ["--open"],
  env: { NODE_OPTIONS: `--import=${PROBE}` },
  ...(program === undefined || program === "-" ? {} : { program }),
});

/** The longest block since this was asked last, and how much of it was garbage collection. */
async function longestBlock(): Promise<{ readonly ms: number; readonly collecting: number }> {
  const told = (): RegExpExecArray[] => [
    ...server.output.matchAll(/longest-block ([\d.]+) collecting ([\d.]+)/g),
  ];
  const before = told().length;
  process.kill(server.pid ?? 0, "SIGUSR2");
  await waitFor("the longest block", () => told().length > before);
  const [, ms, collecting] = told().at(-1) ?? [];
  return { ms: Number(ms), collecting: Number(collecting) };
}

/**
 * Asks the API, and again when the server says so: what a sender may send is bounded too, and not what is
 * measured here.
 */
async function ask(method: string, path: string, body?: string, type = "application/json"): Promise<number> {
  const headers: Record<string, string> = body === undefined ? {} : { "content-type": type };
  const init = { method, headers, ...(body === undefined ? {} : { body }) };
  for (;;) {
    const answer = await fetch(`${server.url}/api/v1${path}`, init);
    await answer.arrayBuffer();
    if (answer.status !== 429) return answer.status;
    await delay(1000 * Number(answer.headers.get("retry-after") ?? 1));
  }
}

/** A WebSocket that has said hello. */
async function connected(id: string): Promise<WebSocket> {
  const socket = new WebSocket(server.syncUrl);
  socket.on("error", () => {});
  await once(socket, "open");
  socket.send(JSON.stringify(["hello", 1, [id, "H", 1]]));
  await once(socket, "message");
  return socket;
}

/** Opens a document, and resolves with the bytes of its text when they are here. */
async function open(document: string): Promise<string> {
  const socket = await connected("reader");
  socket.send(JSON.stringify(["open", 1, document, "s", 0, "", 0, false, 0]));
  for (;;) {
    const [data] = (await once(socket, "message")) as [Buffer];
    if (data.length < 1_000_000) continue;
    socket.terminate();
    return `${data.length} bytes`;
  }
}

/**
 * Opens and closes at once a great many documents, and meanwhile asks whether the server is well: the longest
 * wait, in ms.
 */
async function openAndClose(): Promise<string> {
  const sockets = await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, index) => connected(`hostile${index}`)),
  );
  await longestBlock();
  for (const [index, socket] of sockets.entries()) {
    for (let channel = 1; channel <= OPENS_EACH; channel++) {
      socket.send(JSON.stringify(["open", channel, `d${index}-${channel}`, "s", 0, "", 0, false, 0]));
      socket.send(JSON.stringify(["close", channel]));
    }
  }
  let longestWait = 0;
  for (let look = 0; look < 40; look++) {
    const start = performance.now();
    await fetch(`${server.url}/healthz`);
    longestWait = Math.max(longestWait, performance.now() - start);
  }
  for (const socket of sockets) socket.terminate();
  return `health waits ${longestWait.toFixed(0)} ms`;
}

const emoji = "😀".repeat(EMOJI);
const letters = "The quick brown fox. ".repeat(Math.floor(POINTS / 21));
const scattered = letters.replace(/fox/g, (fox, at: number) => (at % 10_000 < 21 ? "cat" : fox));
const nested = `${"[".repeat(2 * EMOJI)}${"]".repeat(2 * EMOJI)}`;

const requests: readonly [what: string, send: () => Promise<number | string>][] = [
  [`${4 * EMOJI} bytes of nested JSON`, () => ask("POST", "/documents", nested)],
  [
    `making a document of ${POINTS} characters`,
    () => ask("POST", "/documents", JSON.stringify({ id: "letters", text: letters })),
  ],
  ["reading its text", () => ask("GET", "/documents/letters/text")],
  ["opening it over a WebSocket", () => open("letters")],
  ["reading its operations", () => ask("GET", "/documents/letters/operations?limit=1000")],
  [
    "replacing it by one that differs in 400 places",
    () => ask("PUT", "/documents/letters/text", scattered, "text/plain"),
  ],
  ["making an empty document", () => ask("POST", "/documents", JSON.stringify({ id: "emoji" }))],
  [`writing ${EMOJI} emoji into it, as text`, () => ask("PUT", "/documents/emoji/text", emoji, "text/plain")],
  [
    "the same of others, as JSON",
    () => ask("PUT", "/documents/emoji/text", JSON.stringify({ text: emoji.replaceAll("😀", "😁") })),
  ],
  ["reading them", () => ask("GET", "/documents/emoji/text")],
  ["opening them over a WebSocket", () => open("emoji")],
  ["reading its operations", () => ask("GET", "/documents/emoji/operations?limit=1000")],
  [
    "the same after a restart",
    async () => {
      await server.restart();
      await longestBlock();
      return ask("GET", "/documents/emoji/text");
    },
  ],
  ["20,000 documents opened and closed at once", openAndClose],
];

for (const [what, send] of requests) {
  await longestBlock();
  const answer = await send();
  const { ms, collecting } = await longestBlock();
  process.stdout.write(`| ${what} | ${ms.toFixed(0)} ms (${collecting.toFixed(0)}) | ${answer} |\n`);
}
