import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const tests = fileURLToPath(new URL("..", import.meta.url));

/** Serves a page that does nothing but load one script of `pages`, bundled as an application would. */
export class PageHost {
  readonly origin: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(script: string): Promise<PageHost> {
    return PageHost.serve(await rootOf(script));
  }

  /** Serves a page of a folder that is built by its own or no configuration. */
  static async serve(root: string): Promise<PageHost> {
    const files = await bundle(root);
    const server = createServer(({ url = "/" }, response) => {
      const { pathname } = new URL(url, "http://host");
      const path = pathname === "/" ? "/index.html" : pathname;
      response.setHeader("content-type", path.endsWith(".js") ? "text/javascript" : "text/html");
      response.end(files.get(path) ?? "");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new PageHost(server);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A page with one script, inside the workspace, so that the packages are found by their names. */
async function rootOf(script: string): Promise<string> {
  const root = join(tests, "node_modules/.cache", script.replace(/\.ts$/, ""));
  await mkdir(root, { recursive: true });
  const source = join(tests, "browser/pages", script);
  await writeFile(
    join(root, "index.html"),
    `<!doctype html><html lang="en"><title>Test</title><script type="module" src="./main.ts"></script></html>`,
  );
  await writeFile(join(root, "main.ts"), `import ${JSON.stringify(source)};\n`);
  return root;
}

async function bundle(root: string): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const made = await build({
    root,
    logLevel: "silent",
    configFile: false,
    build: { write: false, target: "es2022" },
  });
  const outputs = (Array.isArray(made) ? made : [made]).flatMap((result) =>
    "output" in result ? result.output : [],
  );
  return new Map(
    outputs.map((file) => [`/${file.fileName}`, file.type === "chunk" ? file.code : file.source] as const),
  );
}
