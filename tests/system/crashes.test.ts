import { describe, expect, it } from "vitest";
import { nodeEnvironment } from "../support/node-environment.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { ServerProcess } from "../support/server-process.ts";
import { checkWords, Writer } from "../support/simulation/writer.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { atOneVersion, BACKOFF, checkEnd, keepTyping, textAt } from "../support/typing.ts";
import { waitFor } from "../support/wait-for.ts";

/** Kills with connections that break as well, and kills alone, which come faster. `INTERLINE_KILLS` asks for more of these. */
const KILLS_WITH_BREAKS = 4;
const KILLS = Number(process.env["INTERLINE_KILLS"] ?? 8);
/** Keystrokes between the first that is durable after a start and the kill, at most. */
const MAX_KEYSTROKES = 60;

describe("a real server, killed and cut off", () => {
  it("[I1] [I2] [I3] five people type through kills and broken connections: every word is there once", async () => {
    await using server = await ServerProcess.start();
    await using good = await TcpProxy.start(server.port);
    await using bad = await TcpProxy.start(server.port);
    const random = seededRandom();
    const writers = Array.from(
      { length: 5 },
      (_, index) =>
        new Writer(`w${index}`, random, {
          takesBack: false,
          url: `ws://127.0.0.1:${(index < 2 ? good : bad).port}/sync`,
          document: "crashes",
          backoff: BACKOFF,
          openTab: () => ({ environment: nodeEnvironment(), store: undefined, kill: () => {} }),
        }),
    );
    let isOver = false;
    const typing = writers.map((writer) => keepTyping(writer, random, () => isOver));
    const failed = Promise.all(typing).then(() => undefined);
    const typed = () => writers.reduce((words, writer) => words + writer.words, 0);
    const moreWords = async (words: number) => {
      const target = typed() + words;
      await Promise.race([waitFor(`${words} more words`, () => typed() >= target), failed]);
    };
    const unsent = () => Math.max(...writers.map(({ document }) => document.status.pendingEdits));

    for (let kill = 0; kill < KILLS_WITH_BREAKS; kill++) {
      await moreWords(15 + random.int(20));
      await server.kill();
      await moreWords(5 + random.int(10));
      await server.restart();

      await moreWords(10);
      bad.reset();
      await moreWords(10);
      bad.stall();
      await waitFor("edits to gather behind a stalled connection", () => unsent() > 20);
      if (random.chance(0.5)) bad.reset();
      bad.resume();
      await moreWords(10);
      bad.drop(random.pick(["up", "down"] as const));
      await waitFor("edits to gather behind a dead connection", () => unsent() > 20);
      bad.reset();
      bad.resume();
    }
    isOver = true;
    await failed;
    await atOneVersion(writers);
    const text = await textAt(server.syncUrl, "crashes");
    expect(checkEnd(text, writers)).toBeGreaterThan(200);

    for (const { document } of writers) document.close();
    await server.kill();
    await server.restart();
    expect(await textAt(server.syncUrl, "crashes")).toBe(text);
  });

  it(`[I1] [I2] [I3] kills at any keystroke while four people type: every word is there once`, async () => {
    await using server = await ServerProcess.start();
    const random = seededRandom();
    const writers = Array.from(
      { length: 4 },
      (_, index) =>
        new Writer(`w${index}`, random, {
          takesBack: false,
          url: server.syncUrl,
          document: "kills",
          backoff: BACKOFF,
          openTab: () => ({ environment: nodeEnvironment(), store: undefined, kill: () => {} }),
        }),
    );
    const version = () => Math.max(...writers.map(({ document }) => document.version));
    let isOver = false;
    let keystrokes = 0;
    let atKeystroke: (() => void) | undefined;
    const handleKeystroke = () => {
      keystrokes--;
      if (keystrokes === 0) atKeystroke?.();
    };
    const typing = writers.map((writer) =>
      keepTyping(writer, random, () => isOver, { onKeystroke: handleKeystroke }),
    );
    const failed = Promise.all(typing).then(() => undefined);

    for (let kill = 0; kill < KILLS; kill++) {
      const before = version();
      await Promise.race([waitFor("writes to be durable again", () => version() > before), failed]);
      const killed = new Promise<void>((resolve, reject) => {
        // From within the keystroke: what it sent is on its way.
        atKeystroke = () => void server.kill().then(resolve, reject);
      });
      keystrokes = 1 + random.int(MAX_KEYSTROKES);
      await Promise.race([killed, failed]);
      await server.restart();
    }
    isOver = true;
    await failed;
    await atOneVersion(writers);
    const text = await textAt(server.syncUrl, "kills");
    expect(checkEnd(text, writers)).toBeGreaterThan(KILLS * 4);

    for (const { document } of writers) document.close();
    await server.kill();
    await server.restart();
    expect(await textAt(server.syncUrl, "kills")).toBe(text);
  });

  it("[I3] SIGTERM ends the program with exit code 0 and nothing acknowledged or typed is lost", async () => {
    await using server = await ServerProcess.start();
    const random = seededRandom();
    const writers = ["a", "b"].map(
      (name) =>
        new Writer(name, random, {
          takesBack: false,
          url: server.syncUrl,
          document: "stopping",
          backoff: BACKOFF,
          openTab: () => ({ environment: nodeEnvironment(), store: undefined, kill: () => {} }),
        }),
    );
    let isOver = false;
    const typing = writers.map((writer) => keepTyping(writer, random, () => isOver));
    await waitFor("some words", () => writers.every(({ words }) => words > 10));
    expect(await server.stop()).toBe(0);
    isOver = true;
    await Promise.all(typing);
    await server.restart();
    await waitFor("both to be synced", () =>
      writers.every(({ document }) => document.status.state === "synced"),
    );
    const text = await textAt(server.syncUrl, "stopping");
    checkWords(text, writers);
    for (const { document } of writers) document.close();
  });
});
