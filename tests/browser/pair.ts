import { expect } from "vitest";
import { waitFor } from "../support/wait-for.ts";
import type { SharedSite } from "./shared-site.ts";
import { Writer } from "./writer.ts";

let documents = 0;

/** Ana and Jonas, in a new document. At the end no page may have had an error. */
export async function twoWriters({
  browser,
  server,
}: SharedSite): Promise<{ ana: Writer; jonas: Writer } & AsyncDisposable> {
  const url = `${server.url}/d/two-writers-${documents++}`;
  const ana = await Writer.open(browser, url, { name: "Ana Ruiz", color: 12 });
  const jonas = await Writer.open(browser, url, { name: "Jonas Weber", color: 6 });
  return {
    ana,
    jonas,
    [Symbol.asyncDispose]: async () => {
      expect([...ana.faults, ...jonas.faults]).toEqual([]);
      await ana[Symbol.asyncDispose]();
      await jonas[Symbol.asyncDispose]();
    },
  };
}

/** Resolves with the text once all of it is saved and everybody shows the same. */
export async function converged(...writers: readonly Writer[]): Promise<string> {
  for (const writer of writers) await writer.isSaved();
  let texts: string[] = [];
  await waitFor("one text everywhere", async () => {
    texts = await Promise.all(writers.map((writer) => writer.text()));
    return new Set(texts).size === 1;
  });
  return texts[0] ?? "";
}
