import { expect, it } from "vitest";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const site = sharedSite();

const TEXT = "one two\n  three, four\n\nlast line";
const END = TEXT.length;

/** From an offset, some keys, and what is selected then, in UTF-16 code units. */
const MOVES: readonly [from: number, keys: string, start: number, end: number][] = [
  [0, "Control+ArrowRight", 3, 3],
  [3, "Control+ArrowRight", 7, 7],
  [7, "Control+ArrowLeft", 4, 4],
  [4, "Control+Shift+ArrowLeft", 0, 4],
  [12, "Home", 10, 10],
  [10, "Home", 8, 8],
  [8, "Home", 10, 10],
  [2, "End", 7, 7],
  [2, "Shift+End", 2, 7],
  [5, "Shift+Home", 0, 5],
  [0, "ArrowDown", 8, 8],
  [8, "ArrowUp", 0, 0],
  [2, "ArrowUp", 0, 0],
  [END - 2, "ArrowDown", END, END],
  [0, "Shift+ArrowDown", 0, 8],
  [5, "Control+Home", 0, 0],
  [5, "Control+End", END, END],
  [5, "Control+Shift+End", 5, END],
  [5, "Control+a", 0, END],
  [5, "PageDown", END, END],
  [END, "PageUp", 0, 0],
];

/** From an offset, some keys, and the text then. */
const EDITS: readonly [from: number, keys: string, text: string][] = [
  [7, "Control+Backspace", TEXT.replace("two", "")],
  [0, "Control+Delete", TEXT.replace("one", "")],
  [15, "Enter", TEXT.replace("three", "three\n  ")],
  [9, "Enter", TEXT.replace("  three", " \n  three")],
  [0, "Backspace", TEXT],
  [END, "Delete", TEXT],
  [8, "Backspace", TEXT.replace("\n", "")],
  [21, "Control+Delete", TEXT.replace("four\n", "four")],
  [8, "Control+Backspace", TEXT.replace("two\n", "two")],
];

it("the keys of a text field move, select and delete by words, lines and pages, and one undo takes a deletion back", async () => {
  await using ana = await Writer.open(site.browser, `${site.server.url}/d/keys`, { name: "Ana", color: 12 });
  const editor = ana.page.locator("interline-editor");
  const place = (from: number) =>
    editor.evaluate((element, at) => (element as HTMLTextAreaElement).setSelectionRange(at, at), from);
  await ana.focus();
  await ana.paste(TEXT);
  await ana.seesText(TEXT);
  for (const [from, keys, start, end] of MOVES) {
    await place(from);
    await ana.press(keys);
    const [isStart, isEnd] = await editor.evaluate((element) => {
      const { selectionStart, selectionEnd } = element as HTMLTextAreaElement;
      return [selectionStart, selectionEnd];
    });
    expect([from, keys, isStart, isEnd]).toEqual([from, keys, start, end]);
  }
  for (const [from, keys, text] of EDITS) {
    await place(from);
    await ana.press(keys);
    expect([from, keys, await ana.text()]).toEqual([from, keys, text]);
    if (text === TEXT) continue;
    await ana.press("Control+z");
    expect([from, "undone", await ana.text()]).toEqual([from, "undone", TEXT]);
  }
  expect(ana.faults).toEqual([]);
});
