import type { BackupProgress } from "@interline/server";
import type { Stop } from "../command-line.ts";

/**
 * A line on a terminal is written again this often, in ms; where there is none a line is added this often.
 */
const REDRAW_MS = 100;
const ADD_MS = 5_000;

/** Prints why a command ends before it began, and returns its exit code. */
export function failed({ text, exitCode }: Stop): number {
  (exitCode === 0 ? process.stdout : process.stderr).write(text);
  return exitCode;
}

/** Shows on standard error how far something is, in percent where the size of the whole is known. */
export function showProgress(
  verb: string,
  totalBytes?: number,
): { update: (progress: BackupProgress) => void; end: (where?: string) => void } {
  const { stderr } = process;
  let shown = performance.now();
  let now: BackupProgress = { records: 0, bytes: 0 };
  const line = (): string => {
    const megabytes = (now.bytes / 1e6).toFixed(1);
    const percent = totalBytes ? `, ${Math.floor((100 * now.bytes) / totalBytes)} %` : "";
    return `${verb} ${now.records.toLocaleString("en")} records, ${megabytes} MB${percent}`;
  };
  return {
    update(progress) {
      now = progress;
      if (performance.now() - shown < (stderr.isTTY ? REDRAW_MS : ADD_MS)) return;
      shown = performance.now();
      stderr.write(stderr.isTTY ? `\r${line()}` : `${line()}\n`);
    },
    end(where) {
      if (stderr.isTTY) stderr.write("\r\u001B[K");
      if (where !== undefined) stderr.write(`${line()} ${where}\n`);
    },
  };
}
