import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const runner = "tests/support/runner";
const setupFiles = [`${runner}/equal-operations.ts`, `${runner}/seed.ts`];

/** Processors, and one more, since these tests wait more than they work. */
const maxWorkers = availableParallelism() + 1;
/** A busy machine is slow; only what hangs is cut off. */
const patient = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 60_000 } } };
/** For what starts servers and browsers. */
const wholeSystem = { ...patient, testTimeout: 240_000, maxWorkers, setupFiles };

const inPackages = (kind: string): string[] =>
  ["packages", "apps"].map((folder) => `${folder}/*/test/**/*${kind}.test.ts`);

/** The named suites that `npm test` leaves to `npm run test:…`: a folder each, and what else they run, with more of everything. */
const SUITES: Record<string, { readonly include?: string[]; readonly env?: Record<string, string> }> = {
  browsers: {},
  packages: {},
  journeys: {},
  long: {
    include: [
      "tests/system/simulation.test.ts",
      "tests/system/crashes.test.ts",
      "tests/system/whole-writes.test.ts",
      "packages/server/test/gateway/fuzz.process.test.ts",
      "packages/server/test/gateway/every-field.test.ts",
      "tests/cluster/faults.test.ts",
      "packages/redis/test/cold-moves.process.test.ts",
    ],
    env: {
      INTERLINE_WORLDS: "25",
      INTERLINE_KILLS: "50",
      INTERLINE_WRITE_KILLS: "8",
      INTERLINE_MESSAGES: "20000",
      INTERLINE_FIELD_VALUES: "17",
      INTERLINE_FAULTS: "3",
      INTERLINE_MOVES: "200",
      INTERLINE_WRITERS: "20",
    },
  },
};

/** What kind of test belongs where, and how to replay one that failed: CONTRIBUTING.md. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          setupFiles: [...setupFiles, `${runner}/pure.ts`],
          include: inPackages(""),
          exclude: ["**/*.process.test.ts", "**/*.perf.test.ts"],
          // Pure tests leave nothing behind: files share what a worker has loaded, which halves the processor
          // time.
          isolate: false,
          sequence: { groupOrder: 0 },
          ...patient,
          maxWorkers: availableParallelism(),
        },
      },
      {
        test: {
          name: "process",
          setupFiles,
          include: inPackages(".process"),
          sequence: { groupOrder: 1 },
          ...patient,
          maxWorkers,
        },
      },
      ...["system", "browser", "cluster"].map((name) => ({
        test: {
          name,
          include: [`tests/${name}/**/*.test.ts`],
          exclude: ["**/*.perf.test.ts"],
          sequence: { groupOrder: 1 },
          ...wholeSystem,
        },
      })),
      {
        test: {
          name: "perf",
          include: [...inPackages(".perf"), "tests/**/*.perf.test.ts"],
          sequence: { groupOrder: 9 },
          // One after another, so that what is measured has the machine for itself.
          fileParallelism: false,
          ...wholeSystem,
        },
      },
      ...Object.entries(SUITES).map(([name, { include = [], env = {} }], index) => ({
        test: {
          name,
          include: [`tests/suites/${name}/**/*.test.ts`, ...include],
          env,
          sequence: { groupOrder: 10 + index },
          ...wholeSystem,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      })),
    ],
  },
});
