import { chromium, firefox, headlessChromium, nginx, redis, webkit, xvfb } from "./real-parts.mjs";

/** What `npm test` runs, one group of projects after another. */
export const mainProjects = ["unit", "process", "system", "browser", "cluster"];

/** What the tests of `npm test` need beside Node. */
export const mainParts = [chromium, headlessChromium, redis, nginx];

/**
 * The named suites: tests that take longer, or need more, than `npm test` should. Each is a project of vitest.config.ts with this name, and
 * runs with `npm run test:NAME`.
 *
 * @type {Record<string, readonly import("./real-parts.mjs").Part[]>} the programs that each needs
 */
export const suites = {
  browsers: [firefox, webkit, xvfb],
  packages: [chromium, headlessChromium],
  journeys: [chromium, headlessChromium],
  long: [redis],
  perf: [chromium, headlessChromium],
};
