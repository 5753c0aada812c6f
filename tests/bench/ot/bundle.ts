import { fileURLToPath } from "node:url";
import { bundleSize } from "../../support/bundle-size.ts";
import { absolute, type Row } from "../measure.ts";

/** What a page would load, gzipped: the core alone, and all that the package exports. */
export async function bundleRows(): Promise<Row[]> {
  const core = await bundleSize(fileURLToPath(new URL("core.ts", import.meta.url)));
  const all = await bundleSize(fileURLToPath(import.meta.resolve("@interline/ot")));
  return [
    absolute("bundle of the core, gzip (ot-text-unicode: 2,980, without a text)", "bytes", core.first, 6144),
    absolute("bundle with undo, history, stored form and the rest, gzip", "bytes", all.first, 6144),
  ];
}
