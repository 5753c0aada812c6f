import { describe, expect, it } from "vitest";
import { ServerProcess } from "../support/server-process.ts";
import { waitFor } from "../support/wait-for.ts";
import { sharedSite } from "./shared-site.ts";
import { Writer } from "./writer.ts";

const site = sharedSite();
let documents = 0;

/** Two people in a new document. */
async function twoWriters(at = site.server): Promise<{ ana: Writer; jonas: Writer } & AsyncDisposable> {
  const url = `${at.url}/d/two-writers-${documents++}`;
  const ana = await Writer.open(site.browser, url, { name: "Ana Ruiz", color: 12 });
  const jonas = await Writer.open(site.browser, url, { name: "Jonas Weber", color: 6 });
  return {
    ana,
    jonas,
    [Symbol.asyncDispose]: async () => {
      expect([...ana.faults, ...jonas.faults]).toEqual([]);
      await ana[Symbol.asyncDispose]();
      await jonas[Symbol.asyncDispose]();
    },
  };
}

async function converged(...writers: readonly Writer[]): Promise<string> {
  for (const writer of writers) await writer.isSaved();
  let texts: string[] = [];
  await waitFor("one text everywhere", async () => {
    texts = await Promise.all(writers.map((writer) => writer.text()));
    return new Set(texts).size === 1;
  });
  return texts[0] ?? "";
}

describe("two writers", () => {
  it("at one place at the same time end with one text, and each word stays whole", async () => {
    await using both = await twoWriters();
    const { ana, jonas } = both;
    await Promise.all([ana.focus(), jonas.focus()]);
    const anasWords = ["shelving", "brackets", "gallery", "kettle"];
    const jonasWords = ["pillars", "stairs", "volunteers", "parish"];
    for (let round = 0; round < anasWords.length; round++) {
      await Promise.all([ana.type(`${anasWords[round]} `), jonas.type(`${jonasWords[round]} `)]);
    }
    const text = await converged(ana, jonas);
    expect(text.trim().split(/\s+/).toSorted()).toEqual([...anasWords, ...jonasWords].toSorted());
  });

  it("type emoji, lines, deletions, a paste of 10 kB and undo, and end with one text", async () => {
    await using both = await twoWriters();
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

  it("see each other's named caret, and it moves with the text", async () => {
    await using both = await twoWriters();
    const { ana, jonas } = both;
    await ana.focus();
    await ana.type("one two");
    await jonas.seesText("one two");
    const end = await jonas.caretOf("Ana Ruiz");
    await ana.caretTo(3);
    const before = await waitFor("Ana's caret inside the text", async () => {
      const place = await jonas.caretOf("Ana Ruiz");
      return place.left < end.left ? place : undefined;
    });
    await jonas.focus();
    await jonas.press("Control+Home");
    await jonas.type("zero ");
    const after = await waitFor("Ana's caret to move", async () => {
      const place = await jonas.caretOf("Ana Ruiz");
      return place.left > before.left + 20 ? place : undefined;
    });
    expect(after.top).toBe(before.top);
    await ana.caretOf("Jonas Weber");
    await ana.type("!");
    await jonas.seesText("zero one! two");
    expect(await jonas.page.locator("interline-editor .margin bdi").textContent()).toBe("Ana");
  });

  it("undo takes back only the own text", async () => {
    await using both = await twoWriters();
    const { ana, jonas } = both;
    await ana.focus();
    await ana.type("Ana was here. ");
    await jonas.seesText("Ana was here. ");
    await jonas.focus();
    await jonas.press("Control+End");
    await jonas.type("Jonas too.");
    await ana.seesText("Ana was here. Jonas too.");
    await ana.press("Control+z");
    await ana.seesText("Jonas too.");
    await jonas.seesText("Jonas too.");
    await jonas.press("Control+z");
    await ana.seesText("");
    await ana.press("Control+Shift+z");
    await jonas.seesText("Ana was here. ");
  });

  it("undo leaves a word alone that somebody put inside the own burst", async () => {
    await using both = await twoWriters();
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

  it("lose and double nothing when the server is killed while they type", async () => {
    await using mortal = await ServerProcess.start();
    await using both = await twoWriters(mortal);
    const { ana, jonas } = both;
    await ana.focus();
    await ana.type("Start. ");
    await jonas.seesText("Start. ");
    await jonas.focus();
    await jonas.press("Control+End");
    const numbers = Array.from({ length: 60 }, (_, index) => index);
    const typing = Promise.all([
      (async () => {
        for (const number of numbers) await ana.type(`a${number} `);
      })(),
      (async () => {
        for (const number of numbers) await jonas.type(`j${number} `);
      })(),
    ]);
    await waitFor("some of it to arrive", async () => (await jonas.text()).includes("a10 "));
    await mortal.kill();
    await typing;
    await ana.page.locator('footer interline-status[tone="warn"]').getByText("Offline.").waitFor();
    await mortal.restart();
    const text = await converged(ana, jonas);
    const words = text.trim().split(/\s+/);
    for (const letter of ["a", "j"]) {
      expect(words.filter((word) => word.startsWith(letter))).toEqual(
        numbers.map((number) => letter + number),
      );
    }
    await ana.page.locator("footer interline-status .words").getByText("Back online.").waitFor();
  });

  it("compose with an input method while others write into the composition's edge", async () => {
    await using both = await twoWriters();
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
    await using both = await twoWriters();
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
    await using both = await twoWriters();
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
