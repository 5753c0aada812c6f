import { describe, expect, it } from "vitest";
import { ServerProcess } from "../support/server-process.ts";
import { waitFor } from "../support/wait-for.ts";
import { converged, twoWriters } from "./pair.ts";
import { sharedSite } from "./shared-site.ts";

const site = sharedSite();

describe("two writers", () => {
  it("at one place at the same time end with one text, and each word stays whole", async () => {
    await using both = await twoWriters(site);
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

  it("see each other's named caret, and it moves with the text", async () => {
    await using both = await twoWriters(site);
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
    await using both = await twoWriters(site);
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

  it("lose and double nothing when the server is killed while they type", async () => {
    await using mortal = await ServerProcess.start();
    await using both = await twoWriters({ browser: site.browser, server: mortal });
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
});
