import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { restoreBackup } from "@interline/server";
import { Command, Option } from "commander";
import { notEmpty, parse } from "../command-line.ts";
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
    const reason = error instanceof Error ? error.message : String(error);
    return failed({ text: `error: nothing was restored: ${reason}.\n`, exitCode: 1 });
  }
  progress.end(`into ${dataDir}`);
  return 0;
}
