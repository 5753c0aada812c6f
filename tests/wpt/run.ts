import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { commitOf, testsIn } from "./checkout.ts";
import type { Outcome } from "./results.ts";
import { serve } from "./site.ts";
import { type Comparison, compare, table, unexplained } from "./table.ts";

/** A test that says nothing for so long hangs, in ms. */
const PATIENCE = 60_000;
const target = fileURLToPath(new URL("../../docs/WPT.md", import.meta.url));

/**
 * `npm run test:wpt`: runs the web-platform-tests of text areas twice, with Chromium's own `<textarea>` and with the
 * element in its place, and writes what differs to `docs/WPT.md`. Fails if something differs without a reason.
 */
const checkout = process.env["WPT_DIR"];
if (!checkout) throw new Error("WPT_DIR must be the path of a checkout of web-platform-tests.");

async function outcomeOf(browser: Browser, url: string): Promise<Outcome> {
  const page = await browser.newPage();
  try {
    await page.goto(url);
    const outcome = await page.waitForFunction(
      () => (globalThis as { outcome?: Outcome }).outcome,
      undefined,
      {
        timeout: PATIENCE,
      },
    );
    return (await outcome.jsonValue()) as Outcome;
  } catch (error) {
    return { status: 2, message: String(error), tests: [] };
  } finally {
    await page.close();
  }
}

const commit = await commitOf(checkout);
const paths = await testsIn(checkout);
const comparisons: Comparison[] = [];
await using site = await serve(checkout);
const browser = await launchChromium();
try {
  for (const path of paths) {
    const native = await outcomeOf(browser, `${site.origin}/native/${path}`);
    const element = await outcomeOf(browser, `${site.origin}/element/${path}`);
    comparisons.push(compare(path, native, element));
  }
  await writeFile(target, table(comparisons, commit, browser.version()));
} finally {
  await browser.close();
}
const open = unexplained(comparisons);
for (const { path, name, message } of open) process.stderr.write(`${path}: ${name}\n    ${message}\n`);
process.stdout.write(`${comparisons.length} files; ${open.length} deviations without a reason\n`);
process.exitCode = open.length === 0 ? 0 : 1;
