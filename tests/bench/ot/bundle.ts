import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { absolute, type Row } from "../measure.ts";

/** What a page would load, gzipped: the core alone, and all that the package exports. */
export async function bundleRows(): Promise<Row[]> {
  const core = await gzipped(fileURLToPath(new URL("core.ts", import.meta.url)));
  const all = await gzipped(fileURLToPath(import.meta.resolve("@interline/ot")));
  return [
    absolute("bundle of the core, gzip (ot-text-unicode: 2,980, without a text)", "bytes", core, 6144),
    absolute("bundle with undo, history, stored form and the rest, gzip", "bytes", all, 6144),
  ];
}

/** Size in bytes of a bundle of an entry. */
async function gzipped(entry: string): Promise<number> {
  const made = await build({
    configFile: false,
    logLevel: "silent",
    build: { write: false, minify: true, lib: { entry, formats: ["iife"], name: "ot", fileName: "ot" } },
  });
  const [bundle] = Array.isArray(made) ? made : [made];
  if (bundle === undefined || !("output" in bundle)) throw new Error("nothing was built");
  return gzipSync(bundle.output.map((file) => (file.type === "chunk" ? file.code : "")).join("")).length;
}
