import { openDocument } from "@interline/client";
import { expect } from "vitest";
import { nodeEnvironment } from "./node-environment.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { checkWords, type Writer } from "./simulation/writer.ts";
import { waitFor } from "./wait-for.ts";

/** Of clients whose server is only ever gone for a moment. */
export const BACKOFF = { firstMs: 20, maxMs: 200 };

/** Types at a human pace, ten times as fast or however slower, until told to end. Ends with a whole word. */
export function keepTyping(
  writer: Writer,
  random: SeededRandom,
  isOver: () => boolean,
  { onKeystroke = () => {}, slower = 1 }: { onKeystroke?: () => void; slower?: number } = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const keystroke = () => {
      try {
        if (isOver() && !writer.isMidWord) resolve();
        else {
          writer.act(!isOver());
          onKeystroke();
          setTimeout(keystroke, 1 + random.int(20 * slower));
        }
      } catch (error) {
        reject(error);
      }
    };
    keystroke();
  });
}

/** The text of a document as somebody gets it who opens it now. */
export async function textAt(url: string, document: string): Promise<string> {
  const reader = openDocument({
    url,
    document,
    user: { id: "reader", name: "Reader", color: 1 },
    environment: nodeEnvironment(),
    backoff: BACKOFF,
  });
  await waitFor("the reader to have the text", () => reader.status.state === "synced");
  const text = reader.text.toString();
  reader.close();
  return text;
}

/** Resolves when everybody is synced at one version. */
export async function atOneVersion(writers: readonly Writer[]): Promise<void> {
  const isThere = ({ document }: Writer) =>
    document.status.state === "synced" && document.version === writers[0]!.document.version;
  await waitFor("everybody to be synced at one version", () => writers.every(isThere)).catch(
    (error: unknown) => {
      const where = writers.map(
        ({ name, document }) => `${name} ${document.status.state} ${document.version}`,
      );
      throw new Error(`They are at:\n${where.join("\n")}`, { cause: error });
    },
  );
}

/** Everybody has the server's text, in which every word is there once. Returns how many. */
export function checkEnd(text: string, writers: readonly Writer[]): number {
  for (const { document, shown, recoveries } of writers) {
    expect(document.text.toString()).toBe(text);
    expect(shown.toString()).toBe(text);
    expect(recoveries).toBe(0);
  }
  return checkWords(text, writers);
}
