import { openDocument } from "@interline/client";
import { describe, expect, it } from "vitest";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";
import { nodeEnvironment } from "../../support/node-environment.ts";
import { waitFor } from "../../support/wait-for.ts";

const site = sharedSite();
const ana = { name: "Ana Ruiz", color: 12 };

/** 80 characters, which tell where they are. */
const line = (number: number): string => `line ${number} `.padEnd(79, "of many ").concat("\n");
const LINES: string = Array.from({ length: 125_000 }, (_, number) => line(number)).join("");

describe.each([
  ["10 MB in lines of 80 characters", LINES],
  ["1 MB in one line", "words ".repeat(170_000)],
])("%s", (name, text) => {
  it("is opened, written at both ends, and the same for everybody", async () => {
    const document = name.replaceAll(" ", "-");
    const other = openDocument({
      url: site.server.syncUrl,
      document,
      user: { id: "b", name: "Jonas", color: 6 },
      environment: nodeEnvironment(),
    });
    await using writer = await Writer.open(site.browser, `${site.server.url}/d/${document}`, ana);
    try {
      await waitFor("the document", () => other.isReady);
      other.insert(0, text);
      await other.flush();
      await waitFor("ana to have it", async () => (await writer.length()) === text.length);
      await writer.focus();
      await writer.press("Control+Home");
      await writer.type("first ");
      await writer.press("Control+End");
      await writer.type("last");
      other.insert(Math.floor(text.length / 2), "between ");
      await other.flush();
      await writer.isSaved();
      const middle = Math.floor(text.length / 2);
      // Where it was made for: behind what ana had typed before.
      await waitFor("one text", () => other.text.points === text.length + 18);
      const shown = await writer.text();
      expect(shown === other.text.toString()).toBe(true);
      expect(shown.startsWith(`first ${text.slice(0, 60)}`)).toBe(true);
      expect(shown.endsWith("last")).toBe(true);
      expect(shown.slice(middle - 20, middle + 40)).toContain("between ");
      // Own words only.
      await writer.press("Control+z");
      await writer.press("Control+z");
      await waitFor("what others wrote", async () => (await writer.length()) === text.length + 8);
      await writer.isSaved();
      await writer.reopen();
      await waitFor("the document again", async () => (await writer.length()) === text.length + 8);
      expect(writer.faults).toEqual([]);
    } finally {
      other.close();
    }
  });
});
