import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const site = sharedSite();

/** What people see as one character or few, and programs as many. */
const CHARACTERS: Readonly<Record<string, readonly string[]>> = {
  "skin tones": ["\u{1f44d}\u{1f3fd}", "\u261d\u{1f3fd}", "\u2603\u{1f3fd}", "\u{1f44d}\u{1f3fd}\u{1f3fd}"],
  keycaps: ["1\ufe0f\u20e3", "1\u20e3", "#\ufe0f\u20e3", "0\ufe0e\u20e3", "a\ufe0f\u20e3"],
  "joined emoji": [
    "\u{1f469}\u{1f3fd}\u200d\u{1f680}",
    "\u{1f469}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}",
    "\u{1f3f3}\ufe0f\u200d\u{1f308}",
    "\u{1f9d1}\u{1f3fd}\u200d\u2764\ufe0f\u200d\u{1f48b}\u200d\u{1f9d1}\u{1f3fb}",
    "\u{1f469}\u200d",
    "a\u200db",
  ],
  flags: [
    "\u{1f1eb}\u{1f1f7}",
    "\u{1f1eb}\u{1f1f7}\u{1f1e9}\u{1f1ea}",
    "\u{1f1eb}\u{1f1f7}\u{1f1e9}",
    "\u{1f3f4}\u200d\u2620\ufe0f",
  ],
  "tag sequences": ["\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}"],
  "variation selectors": [
    "\u2764\ufe0f",
    "\u2708\ufe0e",
    "\u845b\u{e0100}",
    "\u5b57\ufe00",
    "\u2764\ufe0f\ufe0f",
  ],
  hangul: ["\uac01", "\u1100\u1161\u11a8", "\u1100", "\uac01\u11a8"],
  "indic clusters": [
    "\u0915\u094d\u0937\u093f",
    "\u0928\u093f",
    "\u0ba4\u0bae\u0bbf",
    "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
    "\u1000\u103b\u103d\u1014\u103a\u102f\u1015\u103a",
  ],
  "combining marks": ["e\u0301", "\u1eb9\u0301", "\u{1f44d}\u0301", "q\u0323\u0301\u0308"],
  spaces: ["  \t", "\n  "],
};

const TEXT = `${Object.values(CHARACTERS).flat().join("x")}.`;

const GRAPHEMES = Array.from(new Intl.Segmenter().segment(TEXT)).length;

/** What a text field and the editor call the same. */
interface Field {
  readonly selectionStart: number;
  readonly selectionEnd: number;
  readonly value: string;
}

/** Where each press of a key leaves the selection of a field, and how long the text is then. */
async function walk(page: Page, field: string, key: string, times: number): Promise<number[][]> {
  await page.locator(field).evaluate((element) => {
    const steps: number[][] = [];
    const read = (): void => {
      const { selectionStart, selectionEnd, value } = element as unknown as Field;
      steps.push([selectionStart, selectionEnd, value.length]);
    };
    window.addEventListener("keyup", read);
    const walked = (): number[][] => {
      window.removeEventListener("keyup", read);
      return steps;
    };
    Object.assign(window, { walked });
  });
  await Promise.all(Array.from({ length: times }, () => page.keyboard.press(key)));
  return await page.evaluate(() => (window as unknown as { walked: () => number[][] }).walked());
}

async function walks(
  page: Page,
  field: string,
  fill: () => Promise<void>,
): Promise<Record<string, number[][]>> {
  await fill();
  await page.keyboard.press("Control+Home");
  const right = await walk(page, field, "ArrowRight", GRAPHEMES);
  const left = await walk(page, field, "ArrowLeft", GRAPHEMES);
  const selected = await walk(page, field, "Shift+ArrowRight", 20);
  await page.keyboard.press("Control+Home");
  const deleted = await walk(page, field, "Delete", GRAPHEMES);
  await fill();
  await page.keyboard.press("Control+End");
  const erased = await walk(page, field, "Backspace", Array.from(TEXT).length);
  return { right, left, selected, deleted, erased };
}

it("movement and deletion by characters agree with the browser's own text field", async () => {
  await using ana = await Writer.open(site.browser, `${site.server.url}/d/characters`, {
    name: "Ana Ruiz",
    color: 12,
  });
  const { page } = ana;
  await page.evaluate(() => document.body.append(document.createElement("textarea")));
  const native = await walks(page, "textarea", async () => {
    await page.locator("textarea").fill(TEXT);
  });
  const own = await walks(page, "interline-editor", async () => {
    await ana.focus();
    await ana.press("Control+a");
    await ana.paste(TEXT);
  });
  for (const [name, steps] of Object.entries(native)) expect(own[name], name).toEqual(steps);
  expect(native["erased"]?.at(-1)).toEqual([0, 0, 0]);
  expect(ana.faults).toEqual([]);
});
