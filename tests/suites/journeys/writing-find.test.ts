import { expect, it } from "vitest";
import { converged, twoWriters } from "../../browser/pair.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const site = sharedSite();

/** What the panel says about its hits. */
const counts = (writer: Writer, words: string): Promise<void> =>
  writer.page.locator("interline-editor .find .count").getByText(words, { exact: true }).waitFor();
const notes = (writer: Writer, words: string): Promise<void> =>
  writer.page.locator("interline-editor .find .note").getByText(words).waitFor();

/** What is selected of the text. */
const selected = (writer: Writer): Promise<[number, number]> =>
  writer.page.locator("interline-editor").evaluate((editor) => {
    const { selectionStart, selectionEnd } = editor as unknown as HTMLTextAreaElement;
    return [selectionStart, selectionEnd];
  });

const press = (writer: Writer, name: string): Promise<void> =>
  writer.page.locator("interline-editor .find").getByRole("button", { name, exact: true }).click();

it("finds what is typed from the first letter on, in what is not drawn too, and goes round", async () => {
  await using pair = await twoWriters(site);
  const { ana } = pair;
  await ana.focus();
  await ana.paste(`key\n${"line\n".repeat(3_000)}Key keys`);
  await ana.press("Control+Home", "Control+f");
  await ana.type("key");
  await counts(ana, "1 of 3");
  await expect.poll(() => ana.text()).toBe(`key\n${"line\n".repeat(3_000)}Key keys`);
  await ana.press("Enter");
  await counts(ana, "2 of 3");
  await expect.poll(() => selected(ana)).toEqual([15_004, 15_007]);
  await ana.page.locator("interline-editor .hit.current").waitFor();
  await ana.press("Enter", "Enter");
  await counts(ana, "1 of 3");
  await ana.press("Shift+Enter");
  await counts(ana, "3 of 3");

  await ana.press("Control+h");
  await press(ana, "Whole words");
  await counts(ana, "1 of 2");
  await press(ana, "Match case");
  await counts(ana, "1 of 1");

  // Escape gives the text back, with the hit selected.
  await ana.press("Escape");
  await ana.type("door");
  await expect.poll(() => ana.text()).toMatch(/^door\nline/);
});

it("keeps its hits right while others write, and replaces all of them in one step that can be undone", async () => {
  await using pair = await twoWriters(site);
  const { ana, jonas } = pair;
  await ana.focus();
  await ana.paste("one two one two one");
  await jonas.seesText("one two one two one");
  await ana.press("Control+f");
  await ana.type("one");
  await counts(ana, "1 of 3");
  await jonas.caretTo(0);
  await jonas.type("one ");
  await counts(ana, "2 of 4");

  await ana.press("Control+h");
  await ana.type("1");
  await press(ana, "Replace all");
  await notes(ana, "4 results replaced.");
  await jonas.seesText("1 1 two 1 two 1");
  await jonas.caretTo(5);
  await jonas.type("+");
  await ana.seesText("1 1 t+wo 1 two 1");
  await ana.press("Escape", "Control+z");
  expect(await converged(ana, jonas)).toBe("one one t+wo one two one");
  await ana.press("Control+Shift+Z");
  expect(await converged(ana, jonas)).toBe("1 1 t+wo 1 two 1");
});

it("replaces one after another", async () => {
  await using pair = await twoWriters(site);
  const { ana } = pair;
  await ana.focus();
  await ana.paste("a1 b2 c3");
  await ana.press("Control+Home", "Control+h");
  await ana.page
    .locator("interline-editor .find")
    .getByLabel("Find", { exact: true })
    .fill(String.raw`([a-z])(\d)`);
  await press(ana, "Regular expression");
  await counts(ana, "1 of 3");
  await ana.page.locator("interline-editor .find").getByLabel("Replace with").fill("$2$1");
  await press(ana, "Replace");
  await counts(ana, "1 of 2");
  await press(ana, "Replace");
  await counts(ana, "1 of 1");
  await expect.poll(() => ana.text()).toBe("1a 2b c3");
});

it("an expression that goes on for ever is ended, and freezes nothing", async () => {
  await using pair = await twoWriters(site);
  const { ana, jonas } = pair;
  await ana.focus();
  await ana.paste(`${"a".repeat(40)}!`);
  await ana.press("Control+h");
  const field = ana.page.locator("interline-editor .find").getByLabel("Find", { exact: true });
  await field.fill("(");
  await press(ana, "Regular expression");
  await notes(ana, "This is not a regular expression.");
  await field.fill("(a+)+$");
  // The page goes on all the while.
  await jonas.caretTo(0);
  await jonas.type("b");
  await ana.seesText(`b${"a".repeat(40)}!`);
  await notes(ana, "This expression takes too long. The search was stopped.");
  await field.fill("a+");
  await counts(ana, "1 of 1");
});

let documents = 0;

/** Ana in a document of a page with a policy. */
async function underPolicy(policy: string): Promise<Writer> {
  const url = `${site.server.url}/d/policy-${++documents}`;
  const ana = await Writer.open(site.browser, url, {
    name: "Ana Ruiz",
    color: 12,
    context: { serviceWorkers: "block" },
  });
  await ana.page.route(url, async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), "content-security-policy": policy };
    await route.fulfill({ response, headers });
  });
  await ana.goto(url);
  await ana.focus();
  await ana.paste("a.c abc");
  await ana.press("Control+Home", "Control+h");
  await ana.page.locator("interline-editor .find").getByLabel("Find", { exact: true }).fill("a.c");
  await press(ana, "Regular expression");
  return ana;
}

it("a strict policy lets regular expressions run", async () => {
  await using ana = await underPolicy("script-src 'self'; worker-src 'self'; style-src 'self'");
  await counts(ana, "1 of 2");
  expect(ana.faults).toEqual([]);
});

it("where no worker can run, the characters are found as they are, and that is said", async () => {
  await using ana = await underPolicy("worker-src 'none'");
  await notes(ana, "Regular expressions cannot run on this page.");
  await counts(ana, "1 of 1");
  await ana.page.locator("interline-editor .find").getByLabel("Replace with").fill("x");
  await press(ana, "Replace all");
  await notes(ana, "Regular expressions cannot run on this page.");
  await expect.poll(() => ana.text()).toBe("x abc");
});

it("goes to a line", async () => {
  await using pair = await twoWriters(site);
  const { ana } = pair;
  await ana.focus();
  await ana.paste("x\n".repeat(500));
  await ana.press("Control+Alt+g");
  await ana.page.locator("interline-editor .find").getByText("of 501").waitFor();
  await ana.page.keyboard.insertText("320");
  await ana.press("Enter");
  await ana.page.getByText("Line 320, column 1").waitFor();
  await ana.type("here");
  await expect.poll(() => ana.text()).toContain("\nherex\n");
});
