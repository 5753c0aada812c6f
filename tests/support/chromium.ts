import { type Browser, chromium } from "playwright-core";
import { chromium as part, find, thisMachine } from "../../scripts/real-parts.mjs";

/** Starts the real Chromium that `npm test` found, without a window. Close it in the end. */
export function launchChromium(): Promise<Browser> {
  const executablePath = find(part, thisMachine(chromium.executablePath()));
  if (!executablePath) throw new Error(`Chromium is missing: run "npm test", or set ${part.variable}.`);
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox", // root, as in a container, has none
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
