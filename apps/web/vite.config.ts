import { createHash } from "node:crypto";
import { defineConfig, type Plugin } from "vite";

const server = process.env["INTERLINE_SERVER"] ?? "http://127.0.0.1:8080";
/** The chunk with the device's database. */
const DATABASE = "indexed-db-copies";
const SERVICE_WORKER = "service-worker.js";

/** Tells the service worker which files this build has. */
function serviceWorkerFiles(): Plugin {
  return {
    name: "service-worker-files",
    enforce: "post",
    generateBundle(_options, bundle) {
      const worker = bundle[SERVICE_WORKER];
      if (worker?.type !== "chunk") return;
      const names = Object.keys(bundle).filter((name) => name !== SERVICE_WORKER && !name.endsWith(".map"));
      // Relative to where the worker is. The first is the page.
      const files = ["", "icon.svg", ...names.filter((name) => name !== "index.html")];
      const page = bundle["index.html"];
      const version = createHash("sha256")
        .update(JSON.stringify([files, page?.type === "asset" ? String(page.source) : "", worker.code]))
        .digest("hex")
        .slice(0, 16);
      worker.code = `self.build = ${JSON.stringify({ version, files })};\n${worker.code}`;
    },
  };
}

/**
 * Lets the page fetch at once, beside its script, what the script loads first of all: the device's database.
 */
function preloadDatabase(): Plugin {
  return {
    name: "preload-database",
    transformIndexHtml: {
      order: "post",
      handler: (_html, { bundle = {} }) =>
        Object.values(bundle)
          .filter((file) => file.type === "chunk" && file.isDynamicEntry && file.name === DATABASE)
          .map(({ fileName }) => ({
            tag: "link",
            attrs: { rel: "modulepreload", crossorigin: true, href: `./${fileName}` },
            injectTo: "head",
          })),
    },
  };
}

export default defineConfig({
  // Under whatever path the site is: the page says in its <base> which.
  base: "./",
  build: {
    target: "es2023",
    sourcemap: true,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { main: "index.html", "service-worker": "service-worker/service-worker.ts" },
      output: {
        entryFileNames: ({ name }) =>
          name === "service-worker" ? SERVICE_WORKER : "assets/[name]-[hash].js",
      },
    },
  },
  plugins: [preloadDatabase(), serviceWorkerFiles()],
  server: { proxy: { "/sync": { target: server, ws: true } } },
  preview: { proxy: { "/sync": { target: server, ws: true } } },
});
