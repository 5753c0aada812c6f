import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * The command that runs the test which runs now once more with the same random choices, for the message of its failure. Empty where no
 * test runs.
 *
 * @param seed as the test drew or was given it
 * @param worlds how many worlds of a simulation to run, from that seed on; left out for other tests
 */
export function replayCommand(seed: number, worlds?: number): string {
  const { testPath, currentTestName } = expect.getState();
  if (testPath === undefined || currentTestName === undefined) return "";
  // Suites are joined with " > " here, but with a space where -t looks; a dot matches what a shell or a pattern would take otherwise.
  const pattern = currentTestName
    .replaceAll(/[^\p{L}\p{N} ,:;'=>-]/gu, ".")
    .replaceAll(" > ", ".{1,3}")
    .replaceAll(">", ".");
  const count = worlds === undefined ? "" : ` --worlds=${worlds}`;
  return `npm run fuzz -- ${relative(root, testPath)} --seed=${seed}${count} -t "${pattern}"`;
}
