import childProcess from "node:child_process";
import fs from "node:fs";
import filePromises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

/**
 * Keeps the unit tests pure: a test that starts a process, opens a socket or writes to the disk belongs into a file whose name ends in
 * `.process.test.ts`, and is told so. Reading files is allowed: some tests compare the code with its documentation.
 */
const impure: [module: object, names: readonly string[]][] = [
  [childProcess, ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"]],
  [fs, ["mkdtempSync", "mkdirSync", "writeFileSync", "createWriteStream"]],
  [filePromises, ["mkdtemp", "mkdir", "writeFile"]],
  [net, ["connect", "createConnection"]],
  [net.Server.prototype, ["listen"]],
];

for (const [module, names] of impure) {
  for (const name of names) {
    const refuse = (): never => {
      throw new Error(`A unit test called ${name}: name its file *.process.test.ts.`);
    };
    Object.defineProperty(module, name, { value: refuse, writable: true, configurable: true });
  }
}
syncBuiltinESMExports();
