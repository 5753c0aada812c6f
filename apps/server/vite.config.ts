import { defineConfig } from "vite";

/**
 * Puts the compiled program and its libraries together, so that it starts in half the time. What is native
 * stays outside. The depth of the folder is that of `dist/commands`: the page is found from there.
 */
export default defineConfig({
  logLevel: "warn",
  ssr: { noExternal: true, external: ["classic-level"] },
  build: {
    ssr: "dist/main.js",
    outDir: "dist/bundle",
    minify: false,
    target: "node20",
    rolldownOptions: { output: { entryFileNames: "main.js", chunkFileNames: "[name].js" } },
  },
});
