import type { Page } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { PageHost } from "../../browser/page-host.ts";
import { sharedBrowser } from "../../browser/shared-site.ts";
import { waitFor } from "../../support/wait-for.ts";

const site = sharedBrowser();
let host: PageHost;
beforeAll(async () => {
  host = await PageHost.start("words.ts");
});
afterAll(() => host.close());

const OFFLINE = {
  en: "The server does not answer. This document opens when it does.",
  de: "Der Server antwortet nicht. Das Dokument öffnet sich, sobald er antwortet.",
};
const ENGLISH = [OFFLINE.en, "People", "Text"];
const GERMAN = [OFFLINE.de, "Personen", "Text"];

async function open(locale = "en-GB"): Promise<Page> {
  const page = await site.browser.newPage({ locale });
  await page.goto(host.origin);
  return page;
}

async function says(page: Page, ...words: string[]): Promise<void> {
  let said: unknown;
  await waitFor(`the elements to say ${words.join(", ")}`, async () => {
    said = await page.evaluate(() => window.said());
    return JSON.stringify(said) === JSON.stringify(words);
  }).catch((error: unknown) => {
    throw new Error(`they say ${JSON.stringify(said)}`, { cause: error });
  });
}

it("words follow the nearest lang that there are words for, through shadow roots, and whenever it changes", async () => {
  const page = await open();
  await says(page, ...ENGLISH);
  await page.evaluate(() => (document.documentElement.lang = "de-AT"));
  await says(page, ...GERMAN);
  // One element in English, inside two shadow roots, by the host of the inner one.
  await page.evaluate(() => {
    const inner = document.querySelector("#outer")?.shadowRoot?.querySelector<HTMLElement>("#inner");
    inner?.setAttribute("lang", "en");
  });
  await says(page, OFFLINE.en, "Personen", "Text");
  // A text in Breton has German words around it, as the page is German.
  await page.evaluate(() => ((document.querySelector("interline-people") as HTMLElement).lang = "br"));
  await says(page, OFFLINE.en, "Personen", "Text");
  // Somewhere else on the page another language holds.
  await page.evaluate(() => {
    const section = document.createElement("section");
    section.lang = "en";
    document.body.append(section);
    section.append(document.querySelector("interline-people") as HTMLElement);
  });
  await says(page, ...ENGLISH);
  await page.evaluate(() => {
    document.querySelector("#outer")?.shadowRoot?.querySelector("#inner")?.removeAttribute("lang");
  });
  await says(page, OFFLINE.de, "People", "Text");
  await page.context().close();
});

it("where no page says it, words are in the language that the browser asks for", async () => {
  const page = await open("de-DE");
  await says(page, ENGLISH[0] ?? "", "People", "Text");
  await page.evaluate(() => document.documentElement.removeAttribute("lang"));
  await says(page, ...GERMAN);
  await page.context().close();
});

it("a host replaces words for all, for an element and for those inside it, in any language", async () => {
  const page = await open();
  await page.evaluate(() => window.setWords({ people: { list: "Crew" }, editor: { text: "Log book" } }));
  await says(page, OFFLINE.en, "Crew", "Log book");
  await page.evaluate(() => {
    const editor = document.querySelector("interline-editor");
    const people = document.querySelector("interline-people");
    if (editor === null || people === null) throw new Error("no elements");
    editor.words = { people: { list: "Hands" } };
    editor.append(people);
  });
  await says(page, OFFLINE.en, "Hands", "Log book");
  await page.evaluate(() => (document.documentElement.lang = "de"));
  await says(page, OFFLINE.de, "Hands", "Log book");
  await page.evaluate(() => {
    window.setWords(undefined);
    const editor = document.querySelector("interline-editor");
    if (editor !== null) editor.words = undefined;
  });
  await says(page, ...GERMAN);
  await page.context().close();
});
