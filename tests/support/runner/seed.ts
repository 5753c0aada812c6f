import * as fc from "fast-check";

/**
 * `pnpm fuzz` gives every round a seed: all properties draw their cases from it, and a round can be run again. Otherwise each
 * property draws a seed of its own and prints it when it fails.
 */
const seed = process.env["INTERLINE_FUZZ"];
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });
