/**
 * The numbers of the editor in a page: `npm run bench:editor`, with real keys in headless Chromium. CodeMirror alone, with wrapping, history and
 * the standard keys, is the anchor, in the same browser by turns.
 */
import { fileURLToPath } from "node:url";
import type { Browser, CDPSession, Page } from "playwright-core";
import { PageHost } from "../browser/page-host.ts";
import { bundleSize } from "../support/bundle-size.ts";
import { launchChromium } from "../support/chromium.ts";
import { absolute, against, median, type Row } from "./measure.ts";
import { report } from "./report.ts";

const ROUNDS = 3;
const KEYS = 60;
const KEY_MS = 70;
/** A frame at 60 Hz, in ms. */
const FRAME_MS = 17;
const SIZES = { "100 kB": 1_250, "1 MB": 12_500, "10 MB": 125_000 } as const;
type Kind = "ours" | "CodeMirror";

interface Typed {
  /** From key to frame, the median, in ms. */
  readonly keyMs: number;
  /** The main thread's time for a key, in ms. */
  readonly taskMs: number;
}

const textOf = (lines: number): string =>
  Array.from({ length: lines }, (_, line) => `line ${line} `.padEnd(79, "of many ").concat("\n")).join("");

const host = await PageHost.start("typing-bench.ts");
const browser = await launchChromium();
try {
  const rows: Row[] = [];
  const quiet = new Map<string, Typed>();
  for (const [size, lines] of Object.entries(SIZES)) {
    const text = textOf(lines);
    const { ours, theirs } = await inTurns(text, 0);
    quiet.set(size, ours);
    rows.push(
      beyond(`key to frame, ${size}`, ours.keyMs, theirs.keyMs),
      against(`main thread for a key, ${size}`, "ms", ours.taskMs, "CodeMirror alone", theirs.taskMs, 1.3),
    );
    const fed = await inTurns(text, 200);
    rows.push(
      beyond(`key to frame, ${size}, 200 edits of others a second`, fed.ours.keyMs, fed.theirs.keyMs),
    );
  }
  const [small, large] = [quiet.get("100 kB"), quiet.get("10 MB")];
  if (small && large)
    rows.push(against("key to frame, 10 MB", "ms", large.keyMs, "100 kB", small.keyMs, 1.3));
  rows.push(absolute("first key in 10 MB after its bytes are there", "ms", await firstKeyMs(), 1_000));
  rows.push(
    absolute("layout for 50 carets that move 20 times a second, a second", "ms", await layoutMs(), 50),
  );
  rows.push(absolute("the entry, editor and client, gzipped", "kB", await entryKb(), 125));
  for (const { name, value, unit, anchorValue, ratio, target, met } of rows) {
    const shown = [
      name,
      value.toFixed(1),
      unit,
      anchorValue?.toFixed(1) ?? "",
      ratio.toFixed(2),
      target,
      met,
    ];
    process.stdout.write(`${shown.join(" | ")}\n`);
  }
  await report(
    "editor",
    "The editor in a page: `@interline/editor`",
    rows,
    "Headless Chromium, keys through the DevTools protocol, medians of runs by turns. The editor runs with its real client; a recording in the page answers its socket, so that no server takes processor time. “Key to frame” compares by difference: one frame more than CodeMirror alone.",
  );
} finally {
  await browser.close();
  await host.close();
}

/** A row that is met within one frame of the anchor. */
function beyond(name: string, value: number, anchorValue: number): Row {
  const row = against(
    name,
    "ms",
    value,
    "CodeMirror alone",
    anchorValue,
    (anchorValue + FRAME_MS) / anchorValue,
  );
  return { ...row, target: Number(row.target.toFixed(2)) };
}

async function inTurns(text: string, perSecond: number): Promise<{ ours: Typed; theirs: Typed }> {
  const typed: Record<Kind, Typed[]> = { ours: [], CodeMirror: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of ["ours", "CodeMirror"] as const) typed[kind].push(await type(kind, text, perSecond));
  }
  const of = (kind: Kind): Typed => ({
    keyMs: median(typed[kind].map(({ keyMs }) => keyMs)),
    taskMs: median(typed[kind].map(({ taskMs }) => taskMs)),
  });
  return { ours: of("ours"), theirs: of("CodeMirror") };
}

async function opened(
  kind: Kind,
  text: string,
): Promise<{ page: Page; devTools: CDPSession; readyMs: number }> {
  const page = await (browser as Browser).newPage();
  await page.goto(host.origin);
  const readyMs = await page.evaluate(
    ([one, whole]) => window.showEditor(one as Kind, whole as string),
    [kind, text],
  );
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("Performance.enable");
  return { page, devTools, readyMs };
}

async function metric(devTools: CDPSession, name: string): Promise<number> {
  const { metrics } = await devTools.send("Performance.getMetrics");
  return 1000 * (metrics.find((one) => one.name === name)?.value ?? Number.NaN);
}

async function type(kind: Kind, text: string, perSecond: number): Promise<Typed> {
  const { page, devTools } = await opened(kind, text);
  await page.keyboard.press("Control+Home");
  for (let key = 0; key < 20; key++) await press(page);
  await page.evaluate((edits) => window.feed(edits), perSecond);
  await page.evaluate(() => window.keyMs());
  const before = await metric(devTools, "TaskDuration");
  for (let key = 0; key < KEYS; key++) await press(page);
  const after = await metric(devTools, "TaskDuration");
  const told = await page.evaluate(() => window.keyMs());
  await page.close();
  return { keyMs: median(told), taskMs: (after - before) / KEYS };
}

async function press(page: Page): Promise<void> {
  const start = performance.now();
  await page.keyboard.press("x");
  await page.waitForTimeout(Math.max(0, KEY_MS - (performance.now() - start)));
}

async function firstKeyMs(): Promise<number> {
  const text = textOf(SIZES["10 MB"]);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { page, readyMs } = await opened("ours", text);
    await page.evaluate(() => window.keyMs());
    await page.keyboard.press("x");
    const told = await page.waitForFunction(() => {
      const all = window.keyMs();
      return all.length > 0 ? all : undefined;
    });
    times.push(readyMs + (((await told.jsonValue()) as number[] | undefined) ?? [Number.NaN])[0]!);
    await page.close();
  }
  return median(times);
}

async function layoutMs(): Promise<number> {
  const { page, devTools } = await opened("ours", textOf(SIZES["100 kB"]));
  const seconds = 4;
  await page.evaluate(() => window.crowd(50, 20));
  await page.waitForTimeout(1_000);
  const before = await metric(devTools, "LayoutDuration");
  await page.waitForTimeout(1000 * seconds);
  const after = await metric(devTools, "LayoutDuration");
  await page.close();
  return (after - before) / seconds;
}

async function entryKb(): Promise<number> {
  const { first } = await bundleSize(fileURLToPath(import.meta.resolve("@interline/editor/define")));
  return first / 1000;
}
