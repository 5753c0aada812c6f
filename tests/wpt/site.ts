import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { inPlace } from "./in-place.ts";
import { REPORT } from "./results.ts";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".xhtml": "application/xhtml+xml",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css",
};

/** Serves a checkout: under `/native/` as it is, under `/element/` with the element in the native one's place. */
export async function serve(checkout: string): Promise<{ origin: string } & AsyncDisposable> {
  const element = await bundledElement();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://host");
    const found = ({ type, body }: Awaited<ReturnType<typeof answer>>): unknown =>
      response.setHeader("content-type", type).end(body);
    answer(pathname).then(found, () => response.writeHead(404).end());
  });
  const answer = async (pathname: string): Promise<{ type: string; body: string }> => {
    const type = TYPES[extname(pathname)] ?? "text/plain";
    if (pathname === "/element.js") return { type, body: element };
    if (pathname === "/resources/testharnessreport.js") return { type, body: REPORT };
    const [, kind, path = ""] = /^\/(native|element)\/(.*)$/.exec(pathname) ?? [];
    if (kind === undefined)
      return { type, body: await readFile(join(checkout, normalize(pathname)), "utf8") };
    const source = path.endsWith(".window.html")
      ? windowPage(path)
      : await readFile(join(checkout, normalize(`/${path}`)), "utf8");
    return { type, body: kind === "element" ? inPlace(source) : source };
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The page that runs a test which is a script. */
function windowPage(path: string): string {
  const script = `/${path.replace(/^.*\//, "").replace(/\.html$/, ".js")}`;
  return `<!doctype html><meta charset="utf-8"><body><script src="/resources/testharness.js"></script>
    <script src="/resources/testharnessreport.js"></script><script src=".${script}"></script>`;
}

async function bundledElement(): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      target: "es2022",
      lib: {
        entry: fileURLToPath(new URL("element.ts", import.meta.url)),
        formats: ["iife"],
        name: "element",
        fileName: "element",
      },
    },
  });
  const [bundle] = Array.isArray(made) ? made : [made];
  if (bundle === undefined || !("output" in bundle)) throw new Error("nothing was built");
  return bundle.output[0].code;
}
