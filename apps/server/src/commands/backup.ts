import { createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { LevelLog, readBackup, ServerError } from "@interline/server";
import { Command, Option } from "commander";
import { address, addressUnder, notEmpty, parse } from "../command-line.ts";
import { hasCode, reasonOf } from "../reasons.ts";
import { failed, showProgress } from "./progress.ts";

interface BackupOptions {
  readonly url: string;
  readonly dataDir?: string;
}

/** `interline backup`: all documents of a running server, as they are at one moment, into a file. */
export async function backup(arguments_: readonly string[]): Promise<number> {
  const command = new Command("interline backup")
    .description("Writes all documents of a running server, as they are at one moment, into a file.")
    .argument("<file>", "the file to make")
    .addOption(
      new Option("--url <address>", "the server; INTERLINE_TOKEN is the token for it, if it asks for one")
        .env("INTERLINE_URL")
        .default("http://127.0.0.1:8080")
        .argParser(address("http:", "https:")),
    )
    .addOption(
      new Option("--data-dir <folder>", "instead: the folder of a server that is not running").argParser(
        notEmpty,
      ),
    );
  const stopped = parse(command, arguments_);
  if (stopped !== undefined) return failed(stopped.stop);
  const { url, dataDir } = command.opts<BackupOptions>();
  const [file = ""] = command.args;
  const unfinished = `${file}.part`;
  const progress = showProgress("Backed up");
  try {
    const source = dataDir === undefined ? await fromServer(url) : await fromFolder(dataDir);
    await pipeline(source, createWriteStream(unfinished));
    // Read again from the disk: only what can be read is a backup.
    const handle = await open(unfinished);
    await handle.sync();
    for await (const _page of readBackup(handle.createReadStream(), progress.update)) continue;
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    progress.end();
    return failed({
      text: `error: no backup was made: ${sentenceOf(error, { file, url, dataDir })}\n`,
      exitCode: 1,
    });
  }
  progress.end(`into ${file}`);
  return 0;
}

async function fromServer(url: string): Promise<Readable> {
  const token = process.env["INTERLINE_TOKEN"];
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(addressUnder(url, "api/v1/backup"), { headers });
  if (answer.ok && answer.body !== null) return Readable.fromWeb(answer.body);
  const { message } = (await answer.json().catch(() => ({}))) as { message?: string };
  throw new Error(`the server says ${answer.status}${message === undefined ? "" : `: ${message}`}`);
}

async function fromFolder(location: string): Promise<Readable> {
  const log = await LevelLog.open({ location, isThere: true });
  const zipped = Readable.from(log.backup()).pipe(createGzip({ level: 1 }));
  zipped.once("close", () => void log.close());
  return zipped;
}

/** Why no backup was made, and what to do. */
function sentenceOf(
  error: unknown,
  {
    file,
    url,
    dataDir,
  }: { readonly file: string; readonly url: string; readonly dataDir: string | undefined },
): string {
  if (error instanceof ServerError && dataDir !== undefined) {
    if (error.code === "ERR_STORE_MISSING") {
      return `there is no database in ${dataDir}. Name the folder of the server with --data-dir.`;
    }
    if (error.code === "ERR_STORE_TOO_NEW") return `${error.message}. Make it with that version.`;
    if (error.code === "ERR_STORE_LOCKED") {
      return `a server is using ${dataDir}. Ask that server instead, with --url and without --data-dir.`;
    }
  }
  if ((error as NodeJS.ErrnoException).syscall === "open") {
    return `${file} cannot be written: ${reasonOf(error)}.`;
  }
  if (hasCode(error, "ECONNREFUSED") || hasCode(error, "ENOTFOUND") || hasCode(error, "EAI_AGAIN")) {
    return `${reasonOf(error)}: ${url}. Start the server, or name its address with --url.`;
  }
  return `${reasonOf(error)}.`;
}
