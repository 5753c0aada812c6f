import { defineConfig } from "vitest/config";

const setupFiles = ["tests/support/equal-operations.ts", "tests/support/fuzz-seed.ts"];

const wholeSystem = {
  testTimeout: 120_000,
  hookTimeout: 60_000,
  // These start servers and browsers: one file at a time, so that none starves another of the processor.
  fileParallelism: false,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          setupFiles,
          include: ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "system",
          setupFiles,
          include: ["tests/system/**/*.test.ts"],
          sequence: { groupOrder: 1 },
          ...wholeSystem,
        },
      },
      {
        test: {
          name: "cluster",
          setupFiles,
          include: ["tests/cluster/**/*.test.ts"],
          sequence: { groupOrder: 3 },
          ...wholeSystem,
        },
      },
      {
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          sequence: { groupOrder: 2 },
          ...wholeSystem,
        },
      },
    ],
  },
});
