import { execFileSync } from "node:child_process";

/**
 * Makes every write of a process fail that would grow a file over so many bytes, as on a full disk, or lets it write again
 * (`Infinity`). The kernel does it, so this is for Linux only.
 */
export function limitFiles(pid: number, bytes: number): void {
  const soft = Number.isFinite(bytes) ? `${bytes}` : "unlimited";
  execFileSync("prlimit", ["--pid", `${pid}`, `--fsize=${soft}:unlimited`]);
}
