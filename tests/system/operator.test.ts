import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createRequire } from "node:module";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { LevelLog } from "@interline/server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { serverProgram } from "../support/server-process.ts";

/**
 * The law: whatever an operator got wrong is answered by one sentence that says what and what to do, on standard error, with exit code 2 for
 * a wrong word on the command line and 1 for anything else; and nothing is made or changed.
 */

let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "interline-operator-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs the program to its end. */
async function run(args: readonly string[], { imports = [] as string[], env = {} } = {}) {
  const flags = imports.flatMap((url) => ["--import", url]);
  const child = spawn(process.execPath, [...flags, serverProgram, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, JWT_SECRET: "", ...env },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  }
  const [exitCode] = (await once(child, "close")) as [number | null];
  return [exitCode, said.replaceAll(folder, "FOLDER")];
}

const fromServer = createRequire(new URL("../../packages/server/package.json", import.meta.url));
const { ClassicLevel } = fromServer("classic-level") as {
  ClassicLevel: new (
    location: string,
  ) => {
    put(key: string, value: string): Promise<void>;
    get(key: string): Promise<string | undefined>;
    close(): Promise<void>;
  };
};

/** The format that a folder says that it has, or a new one for it. */
async function mark(location: string, format?: string): Promise<string | undefined> {
  const database = new ClassicLevel(location);
  if (format !== undefined) await database.put("!f", format);
  const found = await database.get("!f");
  await database.close();
  return found;
}

/** A backup of one record. */
function backupLines(key: string, value: string): string {
  const lines = `${JSON.stringify({ interline: "backup", format: 1, time: 0 })}\n${JSON.stringify([key, value])}\n`;
  const sha256 = createHash("sha256").update(lines).digest("hex");
  return `${lines}${JSON.stringify({ records: 1, sha256 })}\n`;
}

describe("a server that cannot start", () => {
  test("as nobody answers at the address of Redis", async () => {
    const address = `redis://127.0.0.1:${await freePort()}`;
    expect(await run(["--redis", address])).toEqual([
      1,
      `No Redis can be used at ${address}: nothing listens there (connection refused). Start it, or correct --redis.\n`,
    ]);
  });

  test.each(["nonsense", "http://127.0.0.1", "redis://"])(
    "as %s is no address of a Redis",
    async (address) => {
      const [exitCode, said] = await run(["--redis", address]);
      expect([exitCode, String(said).trim().split("\n")]).toEqual([
        2,
        [
          expect.stringMatching(
            /^error: option '--redis <address>' .*is no address of a Redis; write it as in redis:\/\/host:6379$/,
          ),
        ],
      ]);
    },
  );

  test("as its folder is damaged points to the backup", async () => {
    await mkdir(at("damaged"));
    await writeFile(at("damaged/CURRENT"), "MANIFEST-000042\n");
    const [exitCode, said] = await run(["--data-dir", at("damaged")]);
    expect(exitCode).toBe(1);
    expect(said).toMatch(
      /^The folder FOLDER\/damaged cannot be opened as a database: [^\n]+\. If it is damaged, move it away and make it again from a backup: interline restore FILE --data-dir FOLDER\/damaged\n$/,
    );
  });

  test("as its folder was written by a newer version, and leaves it as it is", async () => {
    await (await LevelLog.open({ location: at("newer") })).close();
    await mark(at("newer"), "2");
    const said =
      "FOLDER/newer was written by a newer version of the program (format 2; this one reads up to 1)";
    expect(await run(["--data-dir", at("newer")])).toEqual([
      1,
      `The folder ${said}. Start that version, or choose another folder with --data-dir.\n`,
    ]);
    expect(await run(["backup", at("file.gz"), "--data-dir", at("newer")])).toEqual([
      1,
      `error: no backup was made: ${said}. Make it with that version.\n`,
    ]);
    expect(await mark(at("newer"))).toBe("2");

    const lines = backupLines("!f", "2");
    await writeFile(at("newer.gz"), gzipSync(lines));
    expect(await run(["restore", at("newer.gz"), "--data-dir", at("made")])).toEqual([
      1,
      "error: nothing was restored: FOLDER/newer.gz: this backup was written by a newer version of the program (format 2; this one reads up to 1). Restore it with that version.\n",
    ]);
    expect(await readdir(folder)).not.toContain("made");
  });

  test("as its folder is a file", async () => {
    await writeFile(at("file"), "");
    expect(await run(["--data-dir", at("file")])).toEqual([
      1,
      "FOLDER/file is a file, not a folder. Choose a folder with --data-dir.\n",
    ]);
  });

  test("as Node is too old, which is said before anything else is loaded", async () => {
    const old = `data:text/javascript,${encodeURIComponent('Object.defineProperty(process.versions, "node", { value: "18.20.8" })')}`;
    expect(await run(["--data-dir", at("data")], { imports: [old] })).toEqual([
      1,
      expect.stringContaining("Interline needs Node 20.19 or later, and this is 18.20.8."),
    ]);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("a folder", () => {
  test("that cannot be made is named at once, with what to do", async () => {
    expect(await run(["--data-dir", "/proc/none/data"])).toEqual([
      1,
      "The folder /proc/none/data cannot be made there. Choose another with --data-dir.\n",
    ]);
  });
});

describe("a token", () => {
  test("that the server would refuse for its length is not made", async () => {
    const env = { JWT_SECRET: "a secret of at least thirty-two bytes" };
    const [exitCode, said] = await run(["token", "--user", "u".repeat(9_000)], { env });
    expect(exitCode).toBe(2);
    expect(said).toMatch(/^error: The token would have \d+ characters, and the server takes 8192\./);
  });

  test("for a name that would not be shown as it is, is not made", async () => {
    const env = { JWT_SECRET: "a secret of at least thirty-two bytes" };
    for (const name of ["Ann\u202e", "A\nnn", " ", "n".repeat(65)]) {
      const [exitCode, said] = await run(["token", "--user", "ann", "--name", name], { env });
      expect([name, exitCode]).toEqual([name, 2]);
      expect(said).toMatch(/It has a character that is not shown|A name has 1 to 64 characters/);
    }
    expect((await run(["token", "--user", "ann", "--name", "Ann שלום"], { env }))[0]).toBe(0);
  });

  test("without a secret names the flag", async () => {
    expect(await run(["token", "--user", "ann"])).toEqual([
      2,
      "error: There is no secret to sign with. Give its file with --jwt-secret-file, or put it into JWT_SECRET.\n",
    ]);
  });

  test("is signed with the secret of a file, as the server takes it", async () => {
    await writeFile(at("secret"), "a secret of at least thirty-two bytes\n");
    const [exitCode, said] = await run(["token", "--user", "ann", "--jwt-secret-file", at("secret")]);
    expect([exitCode, said]).toEqual([0, expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)]);
  });

  test("is not signed with a secret that the server refuses", async () => {
    expect(await run(["token", "--user", "ann"], { env: { JWT_SECRET: "short" } })).toEqual([
      2,
      "error: The secret of the login has at least 32 bytes.\n",
    ]);
  });
});

describe("restore", () => {
  test("of a file that is not there", async () => {
    expect(await run(["restore", at("none"), "--data-dir", at("data")])).toEqual([
      1,
      "error: nothing was restored: there is no file FOLDER/none.\n",
    ]);
    expect(await readdir(folder)).toEqual([]);
  });

  test("of what is no backup", async () => {
    await writeFile(at("file"), "no backup");
    expect(await run(["restore", at("file"), "--data-dir", at("data")])).toEqual([
      1,
      expect.stringMatching(
        /^error: nothing was restored: FOLDER\/file: this is no whole backup: [^\n]+\. Try an older backup\.\n$/,
      ),
    ]);
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test("into a folder that a server uses, or that has something else in it", async () => {
    await writeFile(at("file"), "no backup");
    const log = await LevelLog.open({ location: at("busy") });
    expect(await run(["restore", at("file"), "--data-dir", at("busy")])).toEqual([
      1,
      "error: nothing was restored: there is something in FOLDER/busy already. Stop the server that uses it and move it away, or choose an empty folder with --data-dir.\n",
    ]);
    await log.close();
  });
});

describe("backup", () => {
  test("of a folder without a database makes neither a database nor a backup", async () => {
    await mkdir(at("wrong"));
    await writeFile(at("wrong/notes.txt"), "");
    for (const name of ["none", "wrong"]) {
      expect(await run(["backup", at("backup"), "--data-dir", at(name)])).toEqual([
        1,
        `error: no backup was made: there is no database in FOLDER/${name}. Name the folder of the server with --data-dir.\n`,
      ]);
    }
    expect([await readdir(folder), await readdir(at("wrong"))]).toEqual([["wrong"], ["notes.txt"]]);
  });

  test("of a folder that a server uses asks for the server's address", async () => {
    const log = await LevelLog.open({ location: at("busy") });
    expect(await run(["backup", at("backup"), "--data-dir", at("busy")])).toEqual([
      1,
      "error: no backup was made: a server is using FOLDER/busy. Ask that server instead, with --url and without --data-dir.\n",
    ]);
    await log.close();
  });

  test("of a server that is not there", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    expect(await run(["backup", at("backup"), "--url", url])).toEqual([
      1,
      `error: no backup was made: nothing listens there (connection refused): ${url}. Start the server, or name its address with --url.\n`,
    ]);
  });

  test("into a folder that is not there", async () => {
    const log = await LevelLog.open({ location: at("data") });
    await log.close();
    expect(await run(["backup", at("none/backup"), "--data-dir", at("data")])).toEqual([
      1,
      "error: no backup was made: FOLDER/none/backup cannot be written: it does not exist.\n",
    ]);
  });
});
