import { openDocument } from "@interline/client";
import { describe, expect, it } from "vitest";
import { FIND_EDITOR } from "../../support/engines/engine-page.ts";
import { openFirefox } from "../../support/engines/firefox.ts";
import { openWebKit } from "../../support/engines/webkit.ts";
import { nodeEnvironment } from "../../support/node-environment.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { waitFor } from "../../support/wait-for.ts";

describe.each([
  ["Firefox", openFirefox],
  ["WebKitGTK", openWebKit],
])("in %s", (_, open) => {
  it("what is typed reaches the others, and what they type is shown in between", async () => {
    await using server = await ServerProcess.start();
    await using page = await open();
    await page.goto(`${server.url}/d/engines`);
    await waitFor("the text box", () =>
      page.evaluate(`${FIND_EDITOR} return box?.getAttribute("aria-busy") === "false";`),
    );
    await page.evaluate(`${FIND_EDITOR} box.focus();`);
    await page.type("one three");
    const other = openDocument({
      url: server.syncUrl,
      document: "engines",
      user: { id: "other", name: "Other", color: 1 },
      environment: nodeEnvironment(),
    });
    await waitFor("the words to be saved", () => other.isReady && other.text.toString() === "one three");
    other.insert(4, "two 🧶 ");
    await other.flush();
    const shown = () => page.evaluate(`${FIND_EDITOR} return editor.value;`);
    await waitFor("the other's word to be shown", async () => (await shown()) === "one two 🧶 three");
    // The caret stayed behind the own last word.
    await page.type("!");
    await waitFor("the last key", () => other.text.toString() === "one two 🧶 three!");
    expect(await shown()).toBe("one two 🧶 three!");
    other.close();
  });
});
