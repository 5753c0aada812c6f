import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { freePort } from "../../support/free-port.ts";
import { nodeEnvironment } from "../../support/node-environment.ts";
import { type ServerOptions, ServerProcess } from "../../support/server-process.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { type Build, buildsWith, checkWordsOnce, RELEASES, WordWriter } from "../../support/versions.ts";
import { waitFor } from "../../support/wait-for.ts";

/** A server of a build. Those before 1.1 know no hosts to look at, which is no matter here. */
function startServer({ program }: Build, options: ServerOptions): Promise<ServerProcess> {
  return ServerProcess.start(program === undefined ? options : { ...options, program });
}

const environment = nodeEnvironment();

describe.each(RELEASES)("clients of release %s and of this build", (release) => {
  it.each([
    ["today's", 0],
    ["the release's", 1],
  ] as const)("write one text at %s server, through a break and a kill", async (_, at) => {
    const all = await buildsWith(release);
    await using folder = await temporaryFolder();
    await using server = await startServer(all[at], { dataDirectory: folder.path });
    await using proxy = await TcpProxy.start(server.port);
    const options = { url: `ws://127.0.0.1:${proxy.port}/sync`, document: "d", environment };
    const writers = [
      new WordWriter("a", all[1], options),
      new WordWriter("b", all[0], options),
      new WordWriter("c", all[1], options),
    ];
    try {
      for (const writer of writers) await writer.isReady();
      for (let round = 0; round < 10; round++) for (const writer of writers) writer.write();
      await checkWordsOnce(writers);
      // What was sent may have come or not; no answer does.
      proxy.drop("down");
      for (const writer of writers) writer.write();
      await waitFor("the words to have left", () =>
        writers.every(({ document }) => document.status.pendingEdits > 0),
      );
      proxy.reset();
      for (const writer of writers) writer.write();
      proxy.resume();
      await checkWordsOnce(writers);
      await server.kill();
      for (const writer of writers) writer.write();
      await server.restart();
      await checkWordsOnce(writers);
    } finally {
      for (const writer of writers) writer.close();
    }
  });
});

it.each(RELEASES)(
  "a folder goes from release %s to this build and back, with its clients, and nothing is lost",
  async (release) => {
    const all = await buildsWith(release);
    await using folder = await temporaryFolder();
    const port = await freePort();
    const options = { url: `ws://127.0.0.1:${port}/sync`, document: "d", environment };
    const writers = all.map((build) => new WordWriter(build.name.replace(".", "-"), build, options));
    try {
      for (const build of [all[1], all[0], all[1], all[0]]) {
        await using server = await startServer(build, { dataDirectory: folder.path, port });
        for (const writer of writers) {
          await writer.isReady();
          writer.write();
        }
        await checkWordsOnce(writers);
        // What is typed while one goes and the other comes.
        await server.stop();
        for (const writer of writers) writer.write();
      }
      await using _server = await startServer(all[0], { dataDirectory: folder.path, port });
      await checkWordsOnce(writers);
    } finally {
      for (const writer of writers) writer.close();
    }
  },
);

describe("a client that announces nothing", () => {
  /**
   * Says what a client of 1.0 says, waits for as many answers as come, and returns them without what is
   * random, and without the server's limits, which are each server's own.
   */
  async function talkTo(server: ServerProcess, address = server.syncUrl): Promise<readonly unknown[]> {
    const socket = new WebSocket(address);
    const received: unknown[][] = [];
    socket.on("message", (data: Buffer) => received.push(JSON.parse(data.toString()) as unknown[]));
    const answered = (count: number): Promise<unknown> =>
      waitFor(`answer ${count}`, () => received.length >= count);
    const say = (...message: unknown[]): void => socket.send(JSON.stringify(message));
    await waitFor("the socket", () => socket.readyState === WebSocket.OPEN);
    say("hello", 1, ["ana", "Ana", 3]);
    await answered(1);
    say("open", 1, "doc", "session-0123456789abcdef", 0, "", 0, false, 0);
    await answered(2);
    say("submit", 1, 1, 0, 0, ["x😀"], 0, 2, 2);
    await answered(3);
    say("submit", 1, 2, 1, 2, [1e308], 1);
    await answered(4);
    say("ping");
    await answered(5);
    say("shout", 1);
    await waitFor("the end", () => socket.readyState === WebSocket.CLOSED);
    return received.map((message) =>
      message.map((field) => (isRandom(field) || isLimits(field) ? "…" : field)),
    );
  }

  /** Ids of people and entries. */
  const isRandom = (field: unknown): boolean =>
    typeof field === "string" && /^[\w-]{11,}$/.test(field) && !field.startsWith("ERR_");

  const isLimits = (field: unknown): boolean =>
    Array.isArray(field) && field.length === 3 && field.every(Number.isSafeInteger);

  it("is answered word for word as by the first release", async () => {
    await using folders = await temporaryFolder();
    const all = await buildsWith("1.0");
    await using old = await startServer(all[1], { dataDirectory: `${folders.path}/old` });
    await using now = await startServer(all[0], { dataDirectory: `${folders.path}/now` });
    const answers = await talkTo(now);
    expect(answers).toEqual(await talkTo(old));
    expect(answers.map((answer) => (answer as unknown[])[0])).toEqual([
      "welcome",
      "opened",
      "ack",
      "refused",
      "pong",
      "error",
    ]);
  });
});
