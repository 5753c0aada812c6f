import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { restoreBackup, ServerError } from "@interline/server";
import { Command, Option } from "commander";
import { notEmpty, parse } from "../command-line.ts";
import { hasCode, reasonOf } from "../reasons.ts";
import { failed, showProgress } from "./progress.ts";

/** `interline restore`: a folder for a server, made of a backup. */
export async function restore(arguments_: readonly string[]): Promise<number> {
  const command = new Command("interline restore")
    .description("Makes a folder of a backup. Start the server with it afterwards.")
    .argument("<file>", "the backup")
    .addOption(
      new Option("--data-dir <folder>", "the folder to make; nothing may be in it")
        .env("DATA_DIR")
        .default(".data")
        .argParser(notEmpty),
    );
  const stopped = parse(command, arguments_);
  if (stopped !== undefined) return failed(stopped.stop);
  const { dataDir } = command.opts<{ readonly dataDir: string }>();
  const [file = ""] = command.args;
  let progress: ReturnType<typeof showProgress> | undefined;
  try {
    progress = showProgress("Restored", (await stat(file)).size);
    await restoreBackup(createReadStream(file), dataDir, progress.update);
  } catch (error) {
    progress?.end();
    return failed({ text: `error: nothing was restored: ${sentenceOf(error, file)}\n`, exitCode: 1 });
  }
  progress.end(`into ${dataDir}`);
  return 0;
}

/** Why nothing was restored, and what to do. */
function sentenceOf(error: unknown, file: string): string {
  if (!(error instanceof ServerError)) {
    return hasCode(error, "ENOENT") ? `there is no file ${file}.` : `${reasonOf(error)}.`;
  }
  if (error.code === "ERR_STORE_TOO_NEW") return `${file}: ${error.message}. Restore it with that version.`;
  if (error.code === "ERR_BACKUP_INVALID") return `${file}: ${error.message}. Try an older backup.`;
  if (error.cause !== undefined) return `${error.message}: ${reasonOf(error)}.`;
  return `${error.message}. Stop the server that uses it and move it away, or choose an empty folder with --data-dir.`;
}
