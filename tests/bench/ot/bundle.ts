import { fileURLToPath } from "node:url";
import { gzippedSize } from "../../support/bundle-size.ts";
import { absolute, type Row } from "../measure.ts";

/** What a page would load, gzipped: the core alone, and all that the package exports. */
export async function bundleRows(): Promise<Row[]> {
  const core = await gzippedSize(fileURLToPath(new URL("core.ts", import.meta.url)));
  const all = await gzippedSize(fileURLToPath(import.meta.resolve("@interline/ot")));
  return [
    absolute("bundle of the core, gzip (ot-text-unicode: 2,980, without a text)", "bytes", core, 6144),
    absolute("bundle with undo, history, stored form and the rest, gzip", "bytes", all, 6144),
  ];
}
