import { buildPage, buildProgram, compile, program } from "./build.mjs";
import { install } from "./install.mjs";
import { runInForeground } from "./program.mjs";

/** Installs and builds what has changed since the last time. */
export async function prepare() {
  await install();
  await compile();
  await buildPage();
  await buildProgram();
}

/**
 * Starts the server on its embedded store; it prints the address to open.
 *
 * @param {string[]} args options of the server, such as `--port 8080`
 * @returns {Promise<number>} its exit code
 */
export async function start(args) {
  await prepare();
  return runInForeground(process.execPath, [program, ...args]);
}
