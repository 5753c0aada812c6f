import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openDocument, type SharedDocument } from "@interline/client";
import { afterEach, describe, expect, it } from "vitest";
import { nodeEnvironment } from "../support/node-environment.ts";
import { ServerProcess, serverProgram } from "../support/server-process.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { waitFor } from "../support/wait-for.ts";

const WRITERS = 20;
const DOCUMENTS = 4;
const SECRET = "a secret of at least thirty-two bytes";

const open = new Set<SharedDocument>();
afterEach(() => {
  for (const document of open) document.close();
  open.clear();
});

/** Runs the program with a command; resolves with its exit code and what it printed. */
async function command(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [serverProgram, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, err };
}

/** People who write, each at the end of one of the documents, until told to stop. */
function startWriting({ syncUrl }: ServerProcess, token?: string): { stop(): Promise<void> } {
  const end = new AbortController();
  const done = Array.from({ length: WRITERS }, async (_, index) => {
    const document = openDocument({
      url: syncUrl,
      document: `doc-${index % DOCUMENTS}`,
      user: { id: `writer-${index}`, name: `Writer ${index}`, color: 1 + (index % 12) },
      environment: nodeEnvironment(),
      ...(token === undefined ? {} : { token: () => token }),
    });
    open.add(document);
    await waitFor("the text", () => document.isReady);
    for (let word = 0; !end.signal.aborted; word++) {
      document.insert(document.text.points, `<${index}.${word}>`);
      await document.flush();
    }
  });
  return {
    async stop() {
      end.abort();
      await Promise.all(done);
    },
  };
}

async function textOf(
  { url }: ServerProcess,
  id: string,
  version?: number,
): Promise<{ version: number; text: string }> {
  const query = version === undefined ? "" : `?version=${version}`;
  const answer = await fetch(`${url}/api/v1/documents/${id}/text${query}`);
  return (await answer.json()) as { version: number; text: string };
}

describe("a backup", () => {
  it("taken while people write, restored, is what each document was at one version", async () => {
    await using folder = await temporaryFolder();
    const args = ["--open"];
    await using server = await ServerProcess.start({ dataDirectory: join(folder.path, "data"), args });
    const writing = startWriting(server);
    await waitFor("everybody to have written", async () => {
      const heads = await Promise.all([0, 1, 2, 3].map((index) => textOf(server, `doc-${index}`)));
      return heads.every(({ version }) => version > 200);
    });
    const file = join(folder.path, "today.backup");
    const taken = await command(["backup", file, "--url", server.url]);
    expect(taken).toMatchObject({ code: 0, out: "" });
    expect(taken.err).toMatch(/^Backed up [\d,]+ records, \d+\.\d MB into .*today\.backup\n$/);
    const during = await textOf(server, "doc-0");
    await waitFor("writing to go on", async () => (await textOf(server, "doc-0")).version > during.version);
    await writing.stop();

    const dataDirectory = join(folder.path, "restored");
    const made = await command(["restore", file, "--data-dir", dataDirectory]);
    expect(made).toMatchObject({ code: 0, out: "" });
    expect(made.err).toMatch(/^Restored [\d,]+ records, \d+\.\d MB, 100 % into .*restored\n$/);
    await using restored = await ServerProcess.start({ dataDirectory });
    for (let index = 0; index < DOCUMENTS; index++) {
      const id = `doc-${index}`;
      const { version, text } = await textOf(restored, id);
      expect(version).toBeGreaterThan(200);
      expect(text).toBe((await textOf(server, id, version)).text);
    }
    // It goes on from there.
    const writingAgain = startWriting(restored);
    const { version } = await textOf(restored, "doc-0");
    await waitFor("new words", async () => (await textOf(restored, "doc-0")).version > version);
    await writingAgain.stop();
  });

  it.each([
    ["come back first", ["reader", "author"]],
    ["come back when it has grown again", ["author", "reader"]],
  ] as const)(
    "that is older than what people have in front of them takes no word from those who only read and %s",
    async (_, order) => {
      await using folder = await temporaryFolder();
      const dataDirectory = join(folder.path, "data");
      await using server = await ServerProcess.start({ dataDirectory, args: ["--open"] });
      await using authorWay = await TcpProxy.start(server.port);
      await using readerWay = await TcpProxy.start(server.port);
      const ways = { author: authorWay, reader: readerWay };
      const openAs = async (name: keyof typeof ways): Promise<SharedDocument> => {
        const document = openDocument({
          url: server.syncUrl.replace(`:${server.port}`, `:${ways[name].port}`),
          document: "diary",
          user: { id: name, name, color: 1 },
          environment: nodeEnvironment(),
        });
        open.add(document);
        await waitFor("the text", () => document.isReady);
        return document;
      };
      const [author, reader] = [await openAs("author"), await openAs("reader")];
      author.insert(0, "Monday.");
      await author.flush();
      const file = join(folder.path, "monday.backup");
      expect(await command(["backup", file, "--url", server.url])).toMatchObject({ code: 0 });
      author.insert(7, " Tuesday.");
      await author.flush();
      await waitFor("the reader to have it", () => reader.text.toString() === "Monday. Tuesday.");

      const aside: string[] = [];
      for (const document of [author, reader]) document.on("recovery", ({ text }) => aside.push(text));
      for (const way of Object.values(ways)) way.refuse();
      await server.kill();
      author.insert(16, " Wednesday.");
      await rm(dataDirectory, { recursive: true });
      expect(await command(["restore", file, "--data-dir", dataDirectory])).toMatchObject({ code: 0 });
      await server.restart();
      for (const [index, name] of order.entries()) {
        await ways[name].accept();
        await waitFor(`the ${name} to be told`, () => aside.length > index, { timeoutMs: 60_000 });
        // What was not saved yet is written on, in the text as it is there.
        if (name === "author") await author.flush();
      }
      expect(aside.toSorted()).toEqual(["Monday. Tuesday.", "Monday. Tuesday. Wednesday."]);
      expect((await textOf(server, "diary")).text).toBe("Monday. Wednesday.");
      await waitFor("the reader to follow", () => reader.text.toString() === "Monday. Wednesday.");
    },
  );

  it("needs the right to everything, and says what is wrong in one sentence", async () => {
    await using folder = await temporaryFolder();
    const dataDirectory = join(folder.path, "data");
    const env = { JWT_SECRET: SECRET };
    await using server = await ServerProcess.start({ dataDirectory, env });
    const file = join(folder.path, "all.backup");
    const take = (token?: string) =>
      command(["backup", file, "--url", server.url], token === undefined ? {} : { INTERLINE_TOKEN: token });
    const tokenFor = async (role: string): Promise<string> =>
      (await command(["token", "--user", "ops", "--role", role], env)).out.trim();
    expect(await take()).toMatchObject({
      code: 1,
      err: "error: no backup was made: the server says 401: a token is needed here.\n",
    });
    expect(await take(await tokenFor("write"))).toMatchObject({ code: 1 });
    await expect(readFile(file)).rejects.toMatchObject({ code: "ENOENT" });
    await expect(readFile(`${file}.part`)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await take(await tokenFor("own"))).toMatchObject({ code: 0 });

    const running = await command(["backup", file, "--data-dir", dataDirectory]);
    expect([running.code, running.err]).toEqual([1, expect.stringContaining("a server is using")]);
    await server.stop();
    expect(await command(["backup", file, "--data-dir", dataDirectory])).toMatchObject({ code: 0 });

    const full = await command(["restore", file, "--data-dir", dataDirectory]);
    expect([full.code, full.err]).toEqual([1, expect.stringContaining("there is something in")]);
    const half = join(folder.path, "half.backup");
    await writeFile(half, (await readFile(file)).subarray(0, 30));
    const broken = await command(["restore", half, "--data-dir", join(folder.path, "new")]);
    expect([broken.code, broken.err]).toEqual([1, expect.stringContaining("this is no whole backup")]);
    const missing = await command([
      "restore",
      join(folder.path, "none"),
      "--data-dir",
      join(folder.path, "new"),
    ]);
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining("there is no file")]);
    const nowhere = await command(["backup", file, "--url", "http://127.0.0.1:9"]);
    expect([nowhere.code, nowhere.err.trim().split("\n")]).toEqual([
      1,
      [expect.stringContaining("no backup was made")],
    ]);
    expect((await command(["backup"])).code).toBe(2);
    expect((await command(["token", "--user", "ops"])).code).toBe(2);
  });
});
