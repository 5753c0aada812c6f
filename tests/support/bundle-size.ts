import { gzipSync } from "node:zlib";
import { build } from "vite";

/** Sizes of minified code in bytes, gzipped. */
export interface BundleSize {
  /** What a page loads at once. */
  readonly first: number;
  /** What is loaded on first use, with what only such files share: each by itself, the largest first. */
  readonly later: readonly number[];
}

/** Sizes of the bundle of an entry, as an application that uses all of it would load it. Cost: a build. */
export async function bundleSize(entry: string): Promise<BundleSize> {
  const made = await build({
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      lib: { entry, formats: ["es"], fileName: "bundle" },
      // Of ES modules Vite keeps the white space; an application's build does not.
      rolldownOptions: { preserveEntrySignatures: "allow-extension", output: { minify: true } },
    },
  });
  const [bundle] = Array.isArray(made) ? made : [made];
  if (bundle === undefined || !("output" in bundle)) throw new Error("nothing was built");
  const chunks = new Map(
    bundle.output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file] as const] : [])),
  );
  const first = new Set<string>();
  const load = (name: string): void => {
    if (first.has(name)) return;
    first.add(name);
    for (const next of chunks.get(name)?.imports ?? []) load(next);
  };
  for (const { isEntry, fileName } of chunks.values()) if (isEntry) load(fileName);
  const sizesOf = (isFirst: boolean): number[] =>
    Array.from(chunks.values())
      .filter(({ fileName }) => first.has(fileName) === isFirst)
      .map(({ code }) => gzipSync(code).length)
      .toSorted((one, other) => other - one);
  return { first: sizesOf(true).reduce((sum, size) => sum + size, 0), later: sizesOf(false) };
}
