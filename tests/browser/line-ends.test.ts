import { expect, it } from "vitest";
import { sharedSite } from "./shared-site.ts";
import { Writer } from "./writer.ts";

const site = sharedSite();

it("whatever a writer or a tool puts in has LF as its line end", async () => {
  const url = `${site.server.url}/d/entering`;
  await using ana = await Writer.open(site.browser, url, { name: "Ana Ruiz", color: 12 });
  await ana.focus();
  await ana.page.evaluate(() => document.execCommand("insertText", false, "one\r\ntwo\rthree"));
  await ana.seesText("one\ntwo\nthree");
  await ana.paste("\r\nfour\r");
  await ana.seesText("one\ntwo\nthree\nfour\n");
  await ana.page.locator('interline-editor [role="textbox"]').evaluate((element) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.setData("text/plain", "zero\r\n");
    const { left, top } = element.querySelector(".cm-line")?.getBoundingClientRect() ?? { left: 0, top: 0 };
    const at = { clientX: left + 1, clientY: top + 2, bubbles: true, cancelable: true };
    element.dispatchEvent(new DragEvent("drop", { dataTransfer, ...at }));
  });
  await ana.seesText("zero\none\ntwo\nthree\nfour\n");
  // What is shown is the text.
  const lines = ana.page.locator("interline-editor .cm-line");
  expect(await lines.allTextContents()).toEqual(["zero", "one", "two", "three", "four", ""]);
  expect(ana.faults).toEqual([]);
});

it("a text that has CRLF already is edited by lines: no CR is left in the middle of one, or deleted alone", async () => {
  const api = `${site.server.url}/api/v1/documents`;
  const post = async (path: string, body: object): Promise<number> => {
    const headers = { "content-type": "application/json" };
    return (await fetch(api + path, { method: "POST", headers, body: JSON.stringify(body) })).status;
  };
  expect(await post("", { id: "older" })).toBe(201);
  const operation = ["one\r\ntwo\r\nthree\r\nfour"];
  expect(await post("/older/operations", { version: 0, operation })).toBe(201);
  await using ana = await Writer.open(site.browser, `${site.server.url}/d/older`, { name: "Ana", color: 12 });
  await ana.seesText("one\r\ntwo\r\nthree\r\nfour");
  await ana.caretTo(0);
  await ana.press("End");
  await ana.type("!");
  await ana.seesText("one!\r\ntwo\r\nthree\r\nfour");
  await ana.press("Delete");
  await ana.seesText("one!two\r\nthree\r\nfour");
  await ana.press("End", "ArrowRight", "Backspace");
  await ana.seesText("one!twothree\r\nfour");
  await ana.press("Home", "Shift+End");
  await ana.type("new");
  await ana.seesText("new\r\nfour");
  await ana.press("Control+z");
  await ana.seesText("one!twothree\r\nfour");
  await ana.isSaved();
  expect(ana.faults).toEqual([]);
});
