import * as fc from "fast-check";
import { expect, it } from "vitest";
import { waitFor } from "../../support/wait-for.ts";
import { crowdedRoom, LINES } from "../../browser/crowded-room.ts";
import { sharedSite } from "../../browser/shared-site.ts";

const site = sharedSite();

/** What somebody else does: a place (0 to 1), how much is deleted there, and what is typed. */
const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    deleted: fc.nat(60),
    inserted: fc.string({ unit: fc.constantFrom("a", "é", "👩‍👧", " ", "\n"), maxLength: 30 }),
  }),
  { minLength: 1, maxLength: 4 },
);

it("nothing that others do changes what has the focus, what is selected or the first line that is shown", async () => {
  await using one = await crowdedRoom(site, "quiet-page", 1);
  const { page } = one.me;
  const [ana] = one.others;
  if (ana === undefined) throw new Error("nobody is here");
  // A line in the middle of the text is the first that is shown, and something in the next is selected.
  const line = "Line 50 of a text that is read.\n";
  const middle = LINES.indexOf(line);
  await page.locator("interline-editor").evaluate((element, start) => {
    const editor = element as HTMLElement & {
      setSelectionRange(start: number, end: number): void;
      scrollToPosition(position: number): void;
    };
    editor.setSelectionRange(start + 40, start + 44);
    editor.scrollToPosition(start);
  }, middle);
  const look = (): Promise<unknown> =>
    page.locator("interline-editor").evaluate((element) => {
      const editor = element as HTMLElement & { value: string; selectionStart: number; selectionEnd: number };
      const root = editor.shadowRoot as ShadowRoot;
      const shown = root.querySelector(".cm-scroller")?.getBoundingClientRect() as DOMRect;
      const lines = [...root.querySelectorAll(".cm-line")];
      const first = lines.find((candidate) => candidate.getBoundingClientRect().bottom > shown.top + 1);
      const top = Math.round((first?.getBoundingClientRect().top ?? 0) - shown.top);
      return {
        focus: [document.activeElement?.localName, root.activeElement?.role],
        selected: editor.value.slice(editor.selectionStart, editor.selectionEnd),
        first: first?.textContent,
        top,
      };
    });
  await waitFor("the view to be there", async () => JSON.stringify(await look()).includes("Line "));
  const before = await look();
  const shown = (before as { first: string }).first;
  await fc.assert(
    fc.asyncProperty(edits, async (made) => {
      for (const { at, deleted, inserted } of made) {
        // Anywhere but in what is looked at and at its edges: whoever changes that changes what is seen.
        const text = ana.session.text.toString();
        const from = text.indexOf(`\n${shown}`) + 1;
        const to = text.indexOf(line) + 20 * line.length;
        const place = Math.floor(at * text.length);
        const start = place >= from - 1 && place <= to ? text.length : place;
        const end = Math.min(start < from ? from - 1 : text.length, start + deleted);
        const points = (offset: number): number => Array.from(text.slice(0, offset)).length;
        if (end > start) ana.session.delete(points(start), points(end) - points(start));
        if (inserted !== "") ana.session.insert(points(start), inserted);
        ana.session.select({ anchor: points(start), head: points(start) });
      }
      await waitFor("what Ana did", async () => (await one.me.text()) === ana.session.text.toString());
      expect(await look()).toEqual(before);
    }),
    { numRuns: 4 },
  );
});
