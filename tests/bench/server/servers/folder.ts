import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder on the disk that is there as long as this process. */
export function newFolder(): string {
  const location = mkdtempSync(join(tmpdir(), "interline-bench-"));
  process.once("exit", () => rmSync(location, { recursive: true, force: true }));
  return location;
}
