import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Interrupted, Stop } from "./step.mjs";

/** The root of the repository: an absolute path that ends in a separator. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * A tool of this project as a command with arguments: its own file, run by this Node.
 *
 * @param {string} file path in the root's `node_modules`
 * @param {...string} args
 * @returns {[command: string, args: string[]]}
 */
export function tool(file, ...args) {
  return [process.execPath, [join(root, "node_modules", file), ...args]];
}

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env] added to the environment of this process
 * @property {string} [cwd] the root of the repository by default
 */

/**
 * Runs a program to its end and answers all that it printed. When it fails, throws a `Stop` that says so
 * with the program's own output.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>}
 */
export async function run(command, args, options = {}) {
  const program = launch(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [program.process.stdout, program.process.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => (output += text));
  }
  const exitCode = await program.exitCode;
  if (program.isInterrupted()) throw new Interrupted(exitCode || 1);
  if (exitCode !== 0) throw new Stop(output.trimEnd() || `${command} ended with code ${exitCode}.`);
  return output;
}

/**
 * Runs a program that shares this terminal until it ends, and answers its exit code.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number>}
 */
export function runInForeground(command, args, options = {}) {
  return launch(command, args, options).exitCode;
}

/**
 * Starts a program, no shell between, and passes SIGINT and SIGTERM on to it while it runs. A Ctrl-C is not
 * passed on: the terminal has given it to the whole process group, and a second one would cut a graceful stop
 * short. The exit code is 128 plus the number of the signal when one ended the program.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions & { stdio?: import("node:child_process").StdioOptions }} [options]
 */
export function launch(command, args, { env, cwd = root, stdio = "inherit" } = {}) {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio });
  let interrupted = false;
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    interrupted = true;
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  process.on("SIGINT", forward).on("SIGTERM", forward);
  /** @type {Promise<number>} */
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
  return {
    process: child,
    exitCode: ended.finally(() => process.off("SIGINT", forward).off("SIGTERM", forward)),
    isInterrupted: () => interrupted,
  };
}
