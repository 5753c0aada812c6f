import { openDocument, type SharedDocument } from "@interline/client";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { nodeEnvironment } from "../../support/node-environment.ts";
import { waitFor } from "../../support/wait-for.ts";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";

const site = sharedSite();
const PEOPLE = 10;
const LINE = "The shelves of the long wall carry the heavy books of the parish.";
const TEXT = Array.from({ length: PEOPLE }, () => LINE).join("\n");

/** What a click, a double click and a drag at places of the text select. */
async function pointed(page: Page): Promise<number[][]> {
  const box = await page.locator("interline-editor .cm-line").first().boundingBox();
  if (box === null) throw new Error("no line is shown");
  const selections: number[][] = [];
  const note = async (): Promise<void> => {
    selections.push(
      await page.locator("interline-editor").evaluate((element) => {
        const { selectionStart, selectionEnd } = element as unknown as Record<
          "selectionStart" | "selectionEnd",
          number
        >;
        return [selectionStart, selectionEnd];
      }),
    );
  };
  // Each on a line of its own: a drag of what a double click selected would move it.
  for (let line = 0; line + 2 < PEOPLE; line += 3) {
    const x = box.x + 20 + 12 * line;
    const y = (down: number): number => box.y + box.height * (line + down + 0.3);
    await page.mouse.click(x, y(0));
    await note();
    await page.mouse.dblclick(x, y(1));
    await note();
    await page.mouse.move(x, y(2));
    await page.mouse.down();
    await page.mouse.move(x + 90, y(2), { steps: 2 });
    await page.mouse.up();
    await note();
  }
  return selections;
}

/** How many places of the text, 4 px apart, are covered by something else for the pointer. */
function coveredPlaces(page: Page): Promise<number> {
  return page.locator("interline-editor").evaluate(({ shadowRoot }) => {
    let covered = 0;
    for (const line of shadowRoot?.querySelectorAll(".cm-line") ?? []) {
      const { left, top, bottom } = line.getBoundingClientRect();
      for (let y = top + 1; y < bottom; y += 4) {
        for (let x = left + 1; x < left + 400; x += 4) {
          if (shadowRoot?.elementFromPoint(x, y)?.closest(".cm-content") === null) covered++;
        }
      }
    }
    return covered;
  });
}

it("with ten people in it, each click, double click and drag lands as if one were alone", async () => {
  const name = "pointer";
  await using ana = await Writer.open(site.browser, `${site.server.url}/d/${name}`, {
    name: "Ana Ruiz",
    color: 12,
  });
  const { page } = ana;
  await ana.focus();
  await ana.paste(TEXT);
  await ana.isSaved();
  await ana.press("Control+Home");
  const alone = await pointed(page);
  expect(alone[0]).toEqual([alone[0]?.[0], alone[0]?.[0]]);
  const others: SharedDocument[] = [];
  try {
    for (let person = 0; person < PEOPLE; person++) {
      const user = { id: `p${person}`, name: `Person Number ${person}`, color: (person % 11) + 1 };
      const other = openDocument({
        url: site.server.syncUrl,
        document: name,
        user,
        environment: nodeEnvironment(),
      });
      others.push(other);
      other.on("ready", () => {
        const head = person * (LINE.length + 1) + 3 + 2 * person;
        other.select({ anchor: head + (person % 3), head });
      });
    }
    const carets = page.locator("interline-editor .caret");
    await waitFor("ten carets", async () => (await carets.count()) === PEOPLE);
    expect(await coveredPlaces(page)).toBe(0);
    await waitFor("no flag", async () => (await page.locator("interline-editor .flagged").count()) === 0);
    expect(await coveredPlaces(page)).toBe(0);
    expect(await pointed(page)).toEqual(alone);
    expect(ana.faults).toEqual([]);
  } finally {
    for (const other of others) other.close();
  }
});
