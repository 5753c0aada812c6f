import { expect, it } from "vitest";
import { converged, twoWriters } from "../../browser/pair.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import type { Writer } from "../../browser/writer.ts";

const site = sharedSite();

/** Chooses how one writes, as a page does. */
async function choose(writer: Writer, choices: Readonly<Record<string, unknown>>): Promise<void> {
  await writer.page
    .locator("interline-editor")
    .evaluate((editor, properties) => void Object.assign(editor, properties), choices);
}

const isInText = (writer: Writer): Promise<boolean> =>
  writer.page.evaluate(
    () =>
      document.querySelector("document-page")?.shadowRoot?.activeElement?.localName === "interline-editor",
  );

const selection = (writer: Writer): Promise<number[]> =>
  writer.page.locator("interline-editor").evaluate((editor) => {
    const { selectionStart, selectionEnd } = editor as unknown as HTMLTextAreaElement;
    return [selectionStart, selectionEnd];
  });

const part = (writer: Writer, selector: string) => writer.page.locator(`interline-editor ${selector}`);

it("code: numbered lines, brackets that close, indentation, several carets; Tab leaves after Escape", async () => {
  await using pair = await twoWriters(site);
  const { ana, jonas } = pair;
  await choose(ana, { language: "typescript" });
  await part(ana, ".cm-lineNumbers").waitFor();
  await ana.focus();
  await ana.type("function f() {");
  await ana.press("Enter");
  await ana.type("return 1");
  await jonas.seesText("function f() {\n  return 1\n}");
  await part(ana, ".tok-keyword").getByText("return").waitFor();
  await expect.poll(() => part(ana, ".cm-lineNumbers .cm-activeLineGutter").textContent()).toBe("2");
  expect(
    await ana.page.getByRole("textbox", { name: "Text of the document" }).getAttribute("aria-description"),
  ).toContain("press Escape first");

  await ana.press("Control+Home", "Tab");
  await jonas.seesText("  function f() {\n  return 1\n}");
  await ana.press("Shift+Tab");
  await jonas.seesText("function f() {\n  return 1\n}");

  // A second caret a line below; both type.
  await ana.press("Control+Home", "Control+Alt+ArrowDown");
  await ana.type("//");
  await jonas.seesText("//function f() {\n//  return 1\n}");
  await ana.press("Control+z", "Control+z", "Escape");
  expect(await converged(ana, jonas)).toBe("function f() {\n  return 1\n}");

  await expect.poll(() => isInText(ana)).toBe(true);
  await ana.press("Escape", "Tab");
  await expect.poll(() => isInText(ana)).toBe(false);
});

it("code: undo takes nothing of others, also not what was typed between brackets that closed by themselves", async () => {
  await using pair = await twoWriters(site);
  const { ana, jonas } = pair;
  await choose(ana, { language: "javascript" });
  await part(ana, ".cm-lineNumbers").waitFor();
  await ana.focus();
  await ana.type("f(");
  await jonas.seesText("f()");
  await jonas.caretTo(2);
  await jonas.type("x");
  await ana.seesText("f(x)");
  await ana.press("Control+z");
  expect(await converged(ana, jonas)).toBe("x");
});

it("code: what cannot be seen is shown", async () => {
  await using pair = await twoWriters(site);
  const { ana } = pair;
  await choose(ana, { language: "python" });
  await part(ana, ".cm-lineNumbers").waitFor();
  await ana.focus();
  await ana.paste("a\u202eb\u200bc 👩\u200d🚀");
  await part(ana, ".special").first().waitFor();
  await expect.poll(() => part(ana, ".special").allTextContents()).toEqual(["U+202E", "U+200B"]);
});

it("Markdown: lists go on and end, Tab moves items and else leaves, boxes are pressed, addresses become links", async () => {
  await using pair = await twoWriters(site);
  const { ana, jonas } = pair;
  await choose(ana, { language: "markdown" });
  await part(ana, ".tok-mark").or(part(ana, ".cm-content")).first().waitFor();
  await ana.focus();
  await ana.type("- [ ] milk");
  await part(ana, ".task").waitFor();
  await ana.press("Enter");
  await ana.type("bread");
  await ana.press("Tab", "Enter", "Enter");
  await jonas.seesText("- [ ] milk\n  - [ ] bread\n");

  await part(ana, ".task").first().click();
  await jonas.seesText("- [x] milk\n  - [ ] bread\n");
  await ana.press("Control+z");
  await jonas.seesText("- [ ] milk\n  - [ ] bread\n");

  await ana.press("Control+End");
  await ana.type("plan");
  await ana.press("Shift+Home");
  await ana.paste("https://example.org/plan");
  await jonas.seesText("- [ ] milk\n  - [ ] bread\n[plan](https://example.org/plan)");
  await ana.press("Control+z");
  expect(await converged(ana, jonas)).toBe("- [ ] milk\n  - [ ] bread\nplan");

  await ana.press("Control+End", "Tab");
  await expect.poll(() => isInText(ana)).toBe(false);
});

it("Markdown: a very long paragraph is highlighted only where somebody asks for it", async () => {
  await using pair = await twoWriters(site);
  const { ana } = pair;
  await ana.focus();
  await ana.paste(`# Title\n\n${"*word* ".repeat(4_000)}`);
  await ana.press("Control+Home");
  const told = ana.page.locator("interline-editor").evaluate(
    (editor) =>
      new Promise((resolve) => {
        editor.addEventListener(
          "il-highlighting",
          (event) => resolve((event as Event & { isOff: boolean }).isOff),
          {
            once: true,
          },
        );
        Object.assign(editor, { language: "markdown" });
      }),
  );
  expect(await told).toBe(true);
  expect(await part(ana, ".tok-heading").count()).toBe(0);
  await ana.page
    .locator("interline-editor")
    .evaluate((editor) => (editor as HTMLElement & { forceHighlighting(): void }).forceHighlighting());
  await part(ana, ".tok-heading").first().waitFor();
});

it("a picture that is pasted or dropped is refused with words, and changes nothing", async () => {
  await using pair = await twoWriters(site);
  const { ana } = pair;
  await ana.focus();
  await ana.type("text");
  const reasons = await part(ana, ".cm-content").evaluate(async (text) => {
    const host = (text.getRootNode() as ShadowRoot).host;
    const heard: string[] = [];
    host.addEventListener("il-refused", (event) => heard.push((event as Event & { reason: string }).reason));
    const transfer = (name: string, type: string, content: BlobPart): DataTransfer => {
      const made = new DataTransfer();
      made.items.add(new File([content], name, { type }));
      return made;
    };
    const give = (data: DataTransfer): void => {
      const { left, top } = text.getBoundingClientRect();
      const init = { bubbles: true, cancelable: true };
      text.dispatchEvent(new ClipboardEvent("paste", { ...init, clipboardData: data }));
      text.dispatchEvent(
        new DragEvent("drop", { ...init, dataTransfer: data, clientX: left + 9, clientY: top + 50 }),
      );
    };
    give(transfer("a.png", "image/png", new Uint8Array([137, 80, 78, 71, 0, 0])));
    give(transfer("a.svg", "image/svg+xml", "<svg/>"));
    give(transfer("a.zip", "application/zip", new Uint8Array([80, 75, 3, 4, 0, 0, 0])));
    while (heard.length < 6) await new Promise((resolve) => setTimeout(resolve, 10));
    return heard;
  });
  expect(reasons.toSorted()).toEqual(["file", "file", "image", "image", "image", "image"]);
  await expect.poll(() => ana.text()).toBe("text");
  await expect.poll(() => part(ana, ".announcer").textContent()).toMatch(/cannot be added|can be added/);
});

it("only the text is printed", async () => {
  await using pair = await twoWriters(site);
  const { ana } = pair;
  await choose(ana, { language: "css" });
  await part(ana, ".cm-lineNumbers").waitFor();
  await ana.focus();
  await ana.type("a {}");
  await ana.press("Control+f");
  await part(ana, ".find input.looked").waitFor();
  await ana.page.emulateMedia({ media: "print" });
  const seen = await Promise.all(
    [".cm-content", ".find", ".cm-gutters", ".lane", ".cm-cursorLayer"].map((selector) =>
      part(ana, selector).first().isVisible(),
    ),
  );
  expect(seen).toEqual([true, false, false, false, false]);
});

it("the keys of Vim, with an undo that takes nothing of others, and a search in the panel", async () => {
  await using pair = await twoWriters(site);
  const { ana, jonas } = pair;
  await choose(ana, { keys: "vim" });
  await part(ana, ".cm-vimMode").waitFor();
  await ana.focus();
  await ana.type("ione");
  await ana.press("Enter");
  await ana.type("two");
  await ana.press("Escape");
  await jonas.seesText("one\ntwo");
  await jonas.caretTo(0);
  await jonas.type("zero ");
  await ana.seesText("zero one\ntwo");
  await ana.type("dd");
  await jonas.seesText("zero one");
  await ana.type("u");
  await jonas.seesText("zero one\ntwo");
  await ana.type("u");
  expect(await converged(ana, jonas)).toMatch(/^zero /);
  await ana.type("/");
  await part(ana, ".find input.looked").waitFor();
  await ana.type("zero");
  await part(ana, ".find .count").getByText("1 of 1").waitFor();
});

it("the keys of Emacs, with an undo that takes nothing of others", async () => {
  await using pair = await twoWriters(site);
  const { ana, jonas } = pair;
  await choose(ana, { keys: "emacs" });
  await ana.focus();
  await ana.type("one two");
  await jonas.seesText("one two");
  await jonas.caretTo(0);
  await jonas.type("zero ");
  await ana.seesText("zero one two");
  // They are loaded meanwhile; until then this selects all of it.
  await expect
    .poll(async () => {
      await ana.press("Control+End", "Control+a");
      return await selection(ana);
    })
    .toEqual([0, 0]);
  await ana.press("Control+k");
  await jonas.seesText("");
  await ana.press("Control+/");
  await jonas.seesText("zero one two");
  await ana.press("Control+e");
  await ana.press("Control+y");
  await jonas.seesText("zero one twozero one two");
  await ana.press("Control+x", "u");
  await jonas.seesText("zero one two");
  await ana.press("Control+Space", "Control+a", "Control+w");
  expect(await converged(ana, jonas)).toBe("");
  await ana.press("Control+s");
  await part(ana, ".find input.looked").waitFor();
});

it("where nothing can be typed, no key of any kind changes anything", async () => {
  await using pair = await twoWriters(site);
  const { ana, jonas } = pair;
  await ana.focus();
  await ana.paste("- [ ] (milk)\nbread");
  await jonas.seesText("- [ ] (milk)\nbread");
  await ana.press("Control+Home");
  for (const [language, keys] of [
    ["markdown", ""],
    ["javascript", ""],
    ["javascript", "vim"],
    ["", "emacs"],
  ]) {
    await choose(ana, { language, keys, readOnly: true });
    await part(ana, '.cm-content[aria-readonly="true"]').waitFor();
    if (keys === "vim") await part(ana, ".cm-vimMode").waitFor();
    await ana.focus();
    await ana.press("Enter", "Tab");
    await ana.focus();
    await ana.press(
      "Control+k",
      "Control+d",
      "Control+y",
      "Alt+ArrowDown",
      "Control+/",
      "Backspace",
      "Delete",
    );
    await ana.type("ddxp(");
    await ana.press("Escape", "Control+z");
  }
  await jonas.type("!");
  expect(await converged(ana, jonas)).toBe("!- [ ] (milk)\nbread");
});
