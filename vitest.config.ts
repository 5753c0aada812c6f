import { defineConfig } from "vitest/config";

const runner = "tests/support/runner";
const setupFiles = [`${runner}/equal-operations.ts`, `${runner}/seed.ts`];

/** A busy machine is slow; only what hangs is cut off. */
const patient = { testTimeout: 30_000, hookTimeout: 60_000 };
/** For what starts servers and browsers. */
const wholeSystem = { testTimeout: 120_000, hookTimeout: 60_000, setupFiles };

const inPackages = (kind: string): string[] =>
  ["packages", "apps"].map((folder) => `${folder}/*/test/**/*${kind}.test.ts`);

/** The named suites, each with a folder of its own, that `npm test` leaves to `npm run test:…`. */
const SUITES = ["browsers", "packages", "journeys", "long"];

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
          sequence: { groupOrder: 0 },
          ...patient,
        },
      },
      {
        test: {
          name: "process",
          setupFiles,
          include: inPackages(".process"),
          sequence: { groupOrder: 1 },
          ...patient,
        },
      },
      ...["system", "browser", "cluster"].map((name, index) => ({
        test: {
          name,
          include: [`tests/${name}/**/*.test.ts`],
          exclude: ["**/*.perf.test.ts"],
          sequence: { groupOrder: 2 + index },
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
      ...SUITES.map((name, index) => ({
        test: {
          name,
          include: [`tests/suites/${name}/**/*.test.ts`],
          sequence: { groupOrder: 10 + index },
          ...wholeSystem,
        },
      })),
    ],
  },
});
