import { gzipSync } from "node:zlib";
import { build } from "vite";

/** Size in bytes of a minified bundle of an entry, gzipped. */
export async function gzippedSize(entry: string): Promise<number> {
  const made = await build({
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      minify: true,
      lib: { entry, formats: ["iife"], name: "bundle", fileName: "bundle" },
    },
  });
  const [bundle] = Array.isArray(made) ? made : [made];
  if (bundle === undefined || !("output" in bundle)) throw new Error("nothing was built");
  return gzipSync(bundle.output.map((file) => (file.type === "chunk" ? file.code : "")).join("")).length;
}
