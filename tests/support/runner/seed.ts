import * as fc from "fast-check";
import { replayCommand } from "./replay.ts";

/**
 * Properties draw a seed of their own, or take that of `INTERLINE_SEED` (`npm run fuzz -- --seed N`). One that fails says the counterexample
 * as fast-check does, and the command that runs it again.
 */
const given = process.env["INTERLINE_SEED"];

function report<Ts>(details: fc.RunDetails<Ts>): void {
  if (!details.failed) return;
  const message = fc.defaultReportMessage(details) ?? "Property failed.";
  throw new Error(`${message}\n\nTo see it again: ${replayCommand(details.seed)}`, {
    cause: details.errorInstance,
  });
}

fc.configureGlobal({
  reporter: report,
  ...(given === undefined ? {} : { seed: Number(given) }),
});
