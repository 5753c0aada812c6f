import { backup } from "./commands/backup.ts";
import { ownerLink } from "./commands/owner-link.ts";
import { restore } from "./commands/restore.ts";
import { serve } from "./commands/serve.ts";
import { token } from "./commands/token.ts";
import { readConfig } from "./config.ts";

const COMMANDS: Readonly<Record<string, (arguments_: readonly string[]) => Promise<number>>> = {
  backup,
  "owner-link": ownerLink,
  restore,
  token,
};

const [first = "", ...others] = process.argv.slice(2);
const command = COMMANDS[first];
if (command !== undefined) process.exitCode = await command(others);
else {
  const read = readConfig(process.argv.slice(2));
  if ("stop" in read) {
    const { text, exitCode } = read.stop;
    (exitCode === 0 ? process.stdout : process.stderr).write(text);
    process.exitCode = exitCode;
  } else await serve(read.config);
}
