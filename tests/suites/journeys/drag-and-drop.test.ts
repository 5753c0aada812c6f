import { openDocument, type SharedDocument } from "@interline/client";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { nodeEnvironment } from "../../support/node-environment.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const site = sharedSite();
let documents = 0;

/** Ana in a browser, with a text, and somebody else in the same document. */
async function together(
  text: string,
): Promise<{ ana: Writer; other: SharedDocument; saysOther(text: string): Promise<void> } & AsyncDisposable> {
  const document = `drag-${++documents}`;
  const url = `${site.server.url}/d/${document}`;
  const ana = await Writer.open(site.browser, url, { name: "Ana Ruiz", color: 12 });
  await ana.focus();
  await ana.paste(text);
  await ana.isSaved();
  const other = openDocument({
    url: site.server.syncUrl,
    document,
    user: { id: "b", name: "Jonas", color: 6 },
    environment: nodeEnvironment(),
  });
  await new Promise<void>((resolve) => {
    other.on("ready", resolve);
  });
  return {
    ana,
    other,
    async saysOther(expected) {
      await ana.seesText(expected);
      await ana.isSaved();
      await expect.poll(() => other.text.toString()).toBe(expected);
    },
    async [Symbol.asyncDispose]() {
      other.close();
      await ana[Symbol.asyncDispose]();
    },
  };
}

/** The middle of the character at an offset of the shown text, or the left edge of its line's end, in px. */
function placeOf(page: Page, offset: number, edge = false): Promise<{ x: number; y: number }> {
  return page.locator("interline-editor").evaluate(
    ({ shadowRoot }, [at, isEdge]) => {
      let left = at;
      for (const line of shadowRoot?.querySelectorAll(".cm-line") ?? []) {
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
          const { length } = node.nodeValue ?? "";
          if (left < length) {
            const range = document.createRange();
            range.setStart(node, left);
            range.setEnd(node, left + 1);
            const box = range.getBoundingClientRect();
            return { x: isEdge ? box.left + 1 : box.left + box.width / 2, y: box.top + box.height / 2 };
          }
          left -= length;
        }
        const box = line.getBoundingClientRect();
        if (left === 0) {
          const range = document.createRange();
          range.selectNodeContents(line);
          return { x: range.getBoundingClientRect().right + 20, y: box.top + box.height / 2 };
        }
        left--;
      }
      throw new Error("there is no such character");
    },
    [offset, edge] as const,
  );
}

/** Selects a part of the text and begins to drag it with the mouse. */
async function beginDrag({ page }: Writer, from: number, to: number): Promise<void> {
  await page.keyboard.press("Control+Home");
  for (let step = 0; step < from; step++) await page.keyboard.press("ArrowRight");
  for (let step = from; step < to; step++) await page.keyboard.press("Shift+ArrowRight");
  const { x, y } = await placeOf(page, Math.floor((from + to) / 2));
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 30, y + 10, { steps: 4 });
}

async function dropAt({ page }: Writer, offset: number): Promise<void> {
  const { x, y } = await placeOf(page, offset, true);
  await page.mouse.move(x, y, { steps: 4 });
  await page.mouse.up();
}

/** Drops files, or a text from another program, without a drag before it. */
async function dispatchDrop(
  page: Page,
  { x, y }: { readonly x: number; readonly y: number },
  files: readonly string[],
  text = "",
): Promise<void> {
  await page.locator('interline-editor [role="textbox"]').evaluate(
    (element, dropped) => {
      const dataTransfer = new DataTransfer();
      if (dropped.text !== "") dataTransfer.setData("text/plain", dropped.text);
      for (const content of dropped.files)
        dataTransfer.items.add(new File([content], "a", { type: "text/plain" }));
      const at = { clientX: dropped.x, clientY: dropped.y, bubbles: true, cancelable: true };
      element.dispatchEvent(new DragEvent("drop", { dataTransfer, ...at }));
    },
    { x, y, files, text },
  );
}

async function selected({ page }: Writer): Promise<string> {
  return await page.locator("interline-editor").evaluate((element) => {
    const { value, selectionStart, selectionEnd } = element as unknown as {
      value: string;
      selectionStart: number;
      selectionEnd: number;
    };
    return value.slice(selectionStart, selectionEnd);
  });
}

const TEXT = "The quick brown fox\njumps over\nthe lazy dog";

it("a drag moves the text as it is at the drop, and one undo takes back the move alone", async () => {
  await using two = await together(TEXT);
  const { ana, other } = two;
  await beginDrag(ana, 4, 15);
  other.insert(10, "REDDISH ");
  other.delete(4, 3);
  other.insert(0, ">> ");
  await ana.seesText(">> The ck REDDISH brown fox\njumps over\nthe lazy dog");
  await dropAt(ana, ">> The ck REDDISH brown fox\n".length);
  await two.saysOther(">> The  fox\nck REDDISH brownjumps over\nthe lazy dog");
  expect(await selected(ana)).toBe("ck REDDISH brown");
  await ana.press("Control+z");
  await two.saysOther(">> The ck REDDISH brown fox\njumps over\nthe lazy dog");
  await ana.press("Control+y");
  await two.saysOther(">> The  fox\nck REDDISH brownjumps over\nthe lazy dog");
  expect(ana.faults).toEqual([]);
});

it("what has come is moved too, though no frame has shown it", async () => {
  await using two = await together(TEXT);
  const { ana, other } = two;
  await ana.page.evaluate(() => {
    window.addEventListener("dragstart", ({ dataTransfer }) => {
      const kept = new DataTransfer();
      for (const type of dataTransfer?.types ?? []) kept.setData(type, dataTransfer?.getData(type) ?? "");
      Object.assign(globalThis, { kept });
    });
  });
  await beginDrag(ana, 4, 9);
  const { x, y } = await placeOf(ana.page, TEXT.indexOf("jumps"), true);
  await ana.page.locator("interline-editor").evaluate(
    (element, [clientX, clientY]) => {
      const { session, shadowRoot } = element as unknown as {
        session: { on(name: "remote", then: () => void): void };
        shadowRoot: ShadowRoot;
      };
      const { kept: dataTransfer } = globalThis as unknown as { kept: DataTransfer };
      session.on("remote", () => {
        const at = { clientX, clientY, bubbles: true, cancelable: true };
        shadowRoot
          .querySelector(".cm-content")
          ?.dispatchEvent(new DragEvent("drop", { dataTransfer, ...at }));
      });
    },
    [x, y] as const,
  );
  other.transact((draft) => {
    draft.replace(5, 7, "");
    draft.insert(6, "REDDISH");
    draft.insert(0, ">> ");
  });
  await two.saysOther(">> The  brown fox\nqcREDDISHkjumps over\nthe lazy dog");
  expect(ana.faults).toEqual([]);
});

it("where others delete or replace all that is dragged, nothing is moved, and one types on", async () => {
  await using two = await together(TEXT);
  const { ana, other } = two;
  await beginDrag(ana, 4, 9);
  other.delete(4, 6);
  await ana.seesText("The brown fox\njumps over\nthe lazy dog");
  await dropAt(ana, 14);
  await beginDrag(ana, 4, 9);
  other.replace(2, 12, "at dog");
  await ana.seesText("That dogx\njumps over\nthe lazy dog");
  await dropAt(ana, 10);
  await two.saysOther("That dogx\njumps over\nthe lazy dog");
  await ana.type("!");
  await expect.poll(() => other.text.points).toBe(TEXT.length - 6 - 10 + 6 + 1);
  expect(ana.faults).toEqual([]);
});

it("with Ctrl it is copied as it is at the drop; a drop on itself changes nothing", async () => {
  await using two = await together(TEXT);
  const { ana, other } = two;
  await beginDrag(ana, 4, 9);
  other.insert(6, "-");
  await ana.seesText(TEXT.replace("quick", "qu-ick"));
  await dropAt(ana, 5);
  await two.saysOther(TEXT.replace("quick", "qu-ick"));
  expect(await selected(ana)).toBe("qu-ick");
  await beginDrag(ana, 4, 10);
  other.replace(6, 8, "++");
  await ana.seesText(TEXT.replace("quick", "qu++ck"));
  await ana.page.keyboard.down("Control");
  await dropAt(ana, TEXT.indexOf("jumps") + 1);
  await ana.page.keyboard.up("Control");
  await two.saysOther(TEXT.replace("quick", "qu++ck").replace("jumps", "qu++ckjumps"));
  expect(await selected(ana)).toBe("qu++ck");
  await ana.press("Control+z");
  await two.saysOther(TEXT.replace("quick", "qu++ck"));
  expect(ana.faults).toEqual([]);
});

it("what is dragged out into a field leaves what others typed into it", async () => {
  await using two = await together(TEXT);
  const { ana, other } = two;
  await ana.page.evaluate(() => {
    const field = Object.assign(document.createElement("textarea"), { id: "field" });
    field.style.cssText = "position: fixed; right: 0; bottom: 0; width: 300px; height: 100px; z-index: 9";
    document.body.append(field);
  });
  await beginDrag(ana, 4, 15);
  other.insert(10, "REDDISH ");
  await ana.seesText(TEXT.replace("brown", "REDDISH brown"));
  const box = await ana.page.locator("#field").boundingBox();
  if (box === null) throw new Error("no field");
  await ana.page.mouse.move(box.x + 20, box.y + 20, { steps: 4 });
  await ana.page.mouse.up();
  await expect.poll(() => ana.page.locator("#field").inputValue()).toBe("quick brown");
  await two.saysOther(TEXT.replace("quick brown", "REDDISH "));
  expect(ana.faults).toEqual([]);
});

it("what is dragged in is inserted, and nothing is deleted for it", async () => {
  await using two = await together(TEXT);
  const { ana } = two;
  await ana.page.evaluate(() => {
    const field = Object.assign(document.createElement("textarea"), { id: "field", value: "zero\r\none" });
    field.style.cssText = "position: fixed; right: 0; bottom: 0; width: 300px; height: 100px; z-index: 9";
    document.body.append(field);
  });
  const box = await ana.page.locator("#field").boundingBox();
  if (box === null) throw new Error("no field");
  await ana.page.locator("#field").selectText();
  await ana.page.mouse.move(box.x + 10, box.y + 10);
  await ana.page.mouse.down();
  await ana.page.mouse.move(box.x + 30, box.y + 20, { steps: 4 });
  await dropAt(ana, 4);
  await two.saysOther(TEXT.replace("The ", "The zero\none"));
  // The end of an own drag is not always told, as where the text that it began at is gone.
  await beginDrag(ana, 0, 3);
  const place = await placeOf(ana.page, "The zero\none".length, true);
  await dispatchDrop(ana.page, place, [], " other ");
  await two.saysOther(TEXT.replace("The ", "The zero\none other "));
  expect(ana.faults).toEqual([]);
});

it("who may not write any more drops nothing", async () => {
  await using two = await together(TEXT);
  const { ana } = two;
  await beginDrag(ana, 4, 9);
  await ana.page.locator("interline-editor").evaluate((element) => {
    Object.assign(element, { readOnly: true });
  });
  await ana.page.locator('interline-editor [aria-readonly="true"]').waitFor();
  await dropAt(ana, 20);
  expect(await ana.text()).toBe(TEXT);
  expect(ana.faults).toEqual([]);
});

it("a dropped file goes where it was dropped, though others write while it is read", async () => {
  await using two = await together("one\ntwo\nthree");
  const { ana, other } = two;
  const { x, y } = await placeOf(ana.page, 4, true);
  await ana.page.evaluate(() => {
    const read = Reflect.get(Blob.prototype, "text") as (this: Blob) => Promise<string>;
    Blob.prototype.text = async function () {
      await new Promise((resolve) => window.addEventListener("click", resolve, { once: true }));
      return await read.call(this);
    };
  });
  await dispatchDrop(ana.page, { x, y }, ["half\r\n", "\0\u0001\u0002"]);
  other.insert(0, "zero\n");
  await ana.seesText("zero\none\ntwo\nthree");
  await ana.page.evaluate(() => window.dispatchEvent(new Event("click")));
  await ana.page.evaluate(() => window.dispatchEvent(new Event("click")));
  await two.saysOther("zero\none\nhalf\ntwo\nthree");
  expect(ana.faults).toEqual([]);
});
