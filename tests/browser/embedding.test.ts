import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDocument } from "@interline/client";
import { build } from "vite";
import { expect, it } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { nodeEnvironment } from "../support/node-environment.ts";
import { ServerProcess } from "../support/server-process.ts";
import { waitFor } from "../support/wait-for.ts";

const tests = fileURLToPath(new URL("..", import.meta.url));

/** The page of the README's section "Embed". */
async function embeddingPage(): Promise<string> {
  const readme = await readFile(join(tests, "../README.md"), "utf8");
  const example = /## Embed\s+```html\n([\s\S]*?)```/.exec(readme)?.[1];
  if (example === undefined) throw new Error("the README has no example of embedding");
  return example;
}

/** Bundles a page as an application would. Returns its files by path. */
async function bundle(html: string): Promise<Map<string, string | Uint8Array>> {
  // Inside the workspace, so that the packages are found by their names.
  const root = join(tests, "node_modules/.cache/embedding");
  await mkdir(root, { recursive: true });
  await writeFile(
    join(root, "index.html"),
    `<!doctype html><html lang="en"><title>Host</title><body>${html}</body></html>`,
  );
  const result = await build({
    root,
    logLevel: "silent",
    configFile: false,
    build: { write: false, target: "es2022" },
  });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((bundled) =>
    "output" in bundled ? bundled.output : [],
  );
  return new Map(
    outputs.map((file) => [`/${file.fileName}`, file.type === "chunk" ? file.code : file.source] as const),
  );
}

it("the README's ten lines put an editor into a page of another site", async () => {
  const host = createServer();
  await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  await using server = await ServerProcess.start({
    args: ["--allow-origin", origin],
  });
  const page = (await embeddingPage()).replace("ws://127.0.0.1:8080/sync", server.syncUrl);
  const files = await bundle(page);
  host.on("request", ({ url = "/" }, response) => {
    const { pathname } = new URL(url, origin);
    const path = pathname === "/" ? "/index.html" : pathname;
    response.setHeader("content-type", path.endsWith(".js") ? "text/javascript" : "text/html");
    response.end(files.get(path) ?? "");
  });
  const browser = await launchChromium();
  try {
    const visitor = await browser.newPage();
    const faults: string[] = [];
    visitor.on("pageerror", ({ message }) => faults.push(message));
    await visitor.goto(origin);
    const text = visitor.getByRole("textbox", { name: "Minutes" });
    // Until its text is known nothing can be typed.
    await text.and(visitor.locator('[aria-busy="false"]')).click();
    await visitor.keyboard.type("Written in somebody else's page.");
    await visitor.locator("interline-status").getByText("Saved").waitFor();

    // The module may be loaded twice: by two bundles of one page, for example.
    // As a string: the runner would put a function of its own in the place of `import`.
    await visitor.evaluate('import(document.querySelector("script[type=module][src]").src + "?again")');

    // Taken out of the page with something unsaved, an editor that opened its document itself saves it all the same.
    const reader = openDocument({
      url: server.syncUrl,
      document: "minutes",
      user: { id: "reader", name: "Reader", color: 1 },
      environment: nodeEnvironment(),
    });
    await waitFor("the reader", () => reader.isReady);
    expect(reader.text.toString()).toBe("Written in somebody else's page.");
    await visitor.evaluate((src) => {
      const editor = document.createElement("interline-editor");
      Object.assign(editor, { src, document: "minutes", user: { id: "b", name: "Bea", color: 2 } });
      editor.addEventListener("il-ready", () => {
        const box = editor.shadowRoot?.querySelector<HTMLElement>(".cm-content");
        box?.focus();
        document.execCommand("insertText", false, "Last words. ");
        editor.remove();
      });
      document.body.append(editor);
    }, server.syncUrl);
    await waitFor("the last words", () => reader.text.toString().startsWith("Last words. "));
    reader.close();
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
    host.closeAllConnections();
    host.close();
  }
});
