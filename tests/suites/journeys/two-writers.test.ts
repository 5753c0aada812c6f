import { describe, expect, it } from "vitest";
import { converged, twoWriters } from "../../browser/pair.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { waitFor } from "../../support/wait-for.ts";

const site = sharedSite();

describe("two writers", () => {
  it("type emoji, lines, deletions, a paste of 10 kB and undo, and end with one text", async () => {
    await using both = await twoWriters(site);
    const { ana, jonas } = both;
    await Promise.all([ana.focus(), jonas.focus()]);
    const page = "The rug 🧶 has to be cleaned, not replaced.\r\n".repeat(230);
    await Promise.all([
      (async () => {
        await ana.type("Family 👩‍👩‍👧‍👦 and flag 🇫🇷 ");
        await ana.press("Enter", "Backspace", "Backspace", "Backspace", "Enter");
        await ana.type("e\u0301 done");
        await ana.press("Control+z", "Control+z", "Control+y");
      })(),
      (async () => {
        await jonas.type("Kettle ");
        await jonas.paste(page);
        await jonas.press("Control+Home", "Delete", "Delete", "ArrowDown", "Control+Delete", "Backspace");
        await jonas.type("🫖");
        await jonas.press("Control+z");
      })(),
    ]);
    const text = await converged(ana, jonas);
    expect(text.isWellFormed()).toBe(true);
    expect(text).not.toContain("\r");
    expect(text.length).toBeGreaterThan(9_000);
  });

  it("undo leaves a word alone that somebody put inside the own burst", async () => {
    await using both = await twoWriters(site);
    const { ana, jonas } = both;
    await ana.focus();
    await ana.type("abcd");
    await jonas.seesText("abcd");
    await jonas.caretTo(2);
    await jonas.type("XY");
    await ana.seesText("abXYcd");
    await ana.type("ef");
    await jonas.seesText("abXYcdef");
    await ana.press("Control+z", "Control+z");
    await jonas.seesText("XY");
  });

  it("compose with an input method while others write into the composition's edge", async () => {
    await using both = await twoWriters(site);
    const { ana, jonas } = both;
    await ana.focus();
    await ana.type("[]");
    await jonas.seesText("[]");
    await ana.press("ArrowLeft");
    const devTools = await ana.devTools();
    await devTools.send("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
    await devTools.send("Input.imeSetComposition", { text: "にほ", selectionStart: 2, selectionEnd: 2 });
    await jonas.seesText("[にほ]");
    await jonas.caretTo(1);
    await jonas.type("left");
    await jonas.press("Control+End");
    await jonas.type("right");
    await devTools.send("Input.imeSetComposition", { text: "にほん", selectionStart: 3, selectionEnd: 3 });
    await jonas.seesText("[leftにほん]right");
    expect(await ana.text()).toBe("[にほん]");
    await devTools.send("Input.insertText", { text: "日本" });
    await ana.seesText("[left日本]right");
    await jonas.seesText("[left日本]right");
  });

  it("keep their scroll, selection and focus whatever the other does", async () => {
    await using both = await twoWriters(site);
    const { ana, jonas } = both;
    await ana.focus();
    await ana.paste(Array.from({ length: 200 }, (_, line) => `line ${line}`).join("\n"));
    await ana.press("Control+Home");
    for (let step = 0; step < 100; step++) await ana.press("ArrowDown");
    await ana.press("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight");
    const seen = () =>
      ana.page.locator("interline-editor .cm-content").evaluate((content) => {
        const box = content.getBoundingClientRect();
        const root = content.getRootNode() as ShadowRoot;
        const middle = root.elementFromPoint(box.left + 10, innerHeight / 2)?.closest(".cm-line");
        return {
          line: middle?.textContent,
          top: middle?.getBoundingClientRect().top,
          focus: root.activeElement === content,
        };
      });
    const before = await seen();
    await jonas.focus();
    await jonas.press("Control+Home");
    await jonas.paste("above\n".repeat(30));
    await waitFor("the text above to arrive", async () => (await ana.text()).startsWith("above"));
    expect(await seen()).toEqual(before);
    await ana.type("*");
    await waitFor("the replaced selection", async () => (await jonas.text()).includes("*e 100"));
  });
});

describe("accessibility", () => {
  it("the text box holds the text and no name of others", async () => {
    await using both = await twoWriters(site);
    const { ana, jonas } = both;
    await ana.focus();
    await ana.type("one two three");
    await jonas.seesText("one two three");
    await jonas.caretTo(5);
    await ana.caretOf("Jonas Weber");
    const devTools = await ana.devTools();
    const { nodes } = await devTools.send("Accessibility.getFullAXTree");
    const textbox = nodes.find(({ role }) => role?.value === "textbox");
    expect(textbox?.name?.value).toBe("Text of the document");
    expect(textbox?.value?.value).toBe("one two three");
    const inside = new Set([textbox?.nodeId]);
    for (const { nodeId, parentId } of nodes) if (inside.has(parentId)) inside.add(nodeId);
    const words = nodes.filter(({ nodeId }) => inside.has(nodeId)).map(({ name }) => String(name?.value));
    expect(words).toContain("one two three");
    expect(words.join(" ")).not.toContain("Jonas");
  });
});
