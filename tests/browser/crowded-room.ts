import { expect } from "vitest";
import { waitFor } from "../support/wait-for.ts";
import { Companion } from "./companion.ts";
import type { SharedSite } from "./shared-site.ts";
import { Writer, type WriterOptions } from "./writer.ts";

export const LINES = Array.from(
  { length: 100 },
  (_, line) => `Line ${line + 1} of a text that is read.`,
).join("\n");
export const NAMES = [
  "Ana Ruiz",
  "Jonas Weber",
  "Samir Haddad",
  "Mei Tan",
  "Zoe Marsh",
  "Bo Lind",
  "Cy Young",
];

interface Room extends AsyncDisposable {
  readonly me: Writer;
  readonly others: readonly Companion[];
}

/** A reader in a text of 100 lines with so many others, each on a line of their own from line 10 on. */
export async function crowdedRoom(
  { browser, server }: SharedSite,
  document: string,
  count: number,
  options: Partial<WriterOptions> = {},
): Promise<Room> {
  const url = `${server.url}/d/${document}`;
  const me = await Writer.open(browser, url, { name: "Mia Lund", color: 12, ...options });
  await me.focus();
  await me.paste(LINES);
  await me.isSaved();
  await me.press("Control+Home");
  const others: Companion[] = [];
  for (const [index, name] of NAMES.slice(0, count).entries()) {
    const other = await Companion.join(server, document, name, 1 + ((index * 5) % 12));
    await other.sees(LINES);
    others.push(other.goToLine(10 + index));
  }
  const row = me.page.locator("interline-people ul > li > .avatar:not(.more)");
  const carets = me.page.locator("interline-editor :is(.caret, .lane > i)");
  await waitFor("everybody to be seen", async () => {
    return (await row.count()) >= Math.min(count, 2) && (await carets.count()) >= count;
  });
  return {
    me,
    others,
    [Symbol.asyncDispose]: async () => {
      expect(me.faults).toEqual([]);
      for (const other of others) await other[Symbol.asyncDispose]();
      await me[Symbol.asyncDispose]();
    },
  };
}
