import { describe, expect, it } from "vitest";
import { type Engine, FIND_EDITOR } from "../../support/engines/engine-page.ts";
import { engineSite, focus, sees } from "../../support/engines/engine-site.ts";
import { openFirefox } from "../../support/engines/firefox.ts";
import { pagesIn } from "../../support/engines/pdf.ts";
import { openWebKit } from "../../support/engines/webkit.ts";
import { waitFor } from "../../support/wait-for.ts";

describe.each([
  ["Firefox", openFirefox],
  ["WebKitGTK", openWebKit],
])("in %s", (_, launch) => {
  const site = engineSite<Engine>(launch);

  it.each([
    ["東京 大阪 京都", "3 words"],
    ["two words, 🧶 — …", "2 words"],
    ["мир", "1 word"],
  ])("%s are %s", async (text, words) => {
    const page = await site().open(`words-${text.length}`);
    const other = await site().somebody(`words-${text.length}`);
    other.insert(0, text);
    await other.flush();
    await waitFor(words, async () => {
      return (
        (await page.evaluate(`${FIND_EDITOR} return within(document, ".words")?.textContent;`)) === words
      );
    });
    other.close();
    await page.close();
  });

  // The element is moved by a script, as a host page would; the keys are real.
  it.each(["append", "insertBefore", "moveBefore"])(
    "an element that its host moves by %s keeps caret, focus and scroll",
    async (how) => {
      const page = await site().open(`moved-${how}`);
      const other = await site().somebody(`moved-${how}`);
      await focus(page);
      other.insert(0, Array.from({ length: 120 }, (_, line) => `line ${line}`).join("\n"));
      await other.flush();
      await sees(page, other.text.toString());
      await page.press("Control+End", "ArrowLeft");
      const place = () =>
        page.evaluate(`${FIND_EDITOR}
          const { scrollTop } = within(editor.shadowRoot, ".cm-scroller");
          return { scrollTop, caret: editor.selectionStart, isActive: editor.shadowRoot.activeElement === box };`);
      await waitFor("the end to be in view", async () => {
        return ((await place()) as { scrollTop: number }).scrollTop > 500;
      });
      // The element hears of a scroll with the next frame.
      await page.evaluate(
        "await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);",
      );
      const before = await place();
      const isMoved = await page.evaluate(`${FIND_EDITOR}
        const room = document.createElement("div");
        room.style.blockSize = "100%";
        editor.parentNode.append(room);
        if (!(${JSON.stringify(how)} in room)) return false;
        room[${JSON.stringify(how)}](editor, ...${how === "append" ? "[]" : "[null]"});
        return true;`);
      // WebKitGTK 2.50 has no moveBefore().
      if (isMoved === true) expect(await place()).toEqual(before);
      await page.type("X");
      await waitFor("the key where the caret was", () => other.text.toString().endsWith("line 11X9"));
      other.close();
      await page.close();
    },
  );
});

describe("in Firefox", () => {
  const site = engineSite(openFirefox);

  // WebKitGTK's driver does not answer while a button is held, so this is shown there by Chromium's test
  // alone.
  it("what is pressed works while somebody else types between press and release", async () => {
    const page = await site().open("clicks");
    const other = await site().somebody("clicks");
    const [x, y] = (await page.evaluate(`${FIND_EDITOR}
      const { left, top, width, height } = within(document, "button[popovertarget=panel]").getBoundingClientRect();
      return [left + width / 2, top + height / 2];`)) as [number, number];
    for (const letter of "ab") {
      await page.pointer("down", x, y);
      other.insert(other.text.points, letter);
      await other.flush();
      await sees(page, other.text.toString());
      await page.pointer("up", x, y);
      const isOpen = letter === "a";
      await waitFor(`the panel to be ${isOpen ? "open" : "closed"}`, async () => {
        const answer = await page.evaluate(
          `${FIND_EDITOR} return within(document, "#panel").matches(":popover-open");`,
        );
        return answer === isOpen;
      });
    }
    other.close();
    await page.close();
  });

  // WebKitGTK's driver cannot print.
  it.each([1, 400])("a text of %d lines is printed whole, without an empty page", async (lines) => {
    const document = `printed-${lines}`;
    const other = await site().somebody(document);
    other.insert(
      0,
      Array.from({ length: lines }, (_, line) => `Line ${line + 1} of what is printed.`).join("\n"),
    );
    await other.flush();
    const page = await site().open(document);
    await sees(page, other.text.toString());
    // 37 lines of 28 px to a page.
    const pages = Math.ceil(lines / 37);
    expect(pagesIn(await page.pdf())).toEqual({ pages, written: pages });
    other.close();
    await page.close();
  });
});
