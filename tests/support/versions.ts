import * as today from "@interline/client";
import type { Environment, SharedDocument } from "@interline/client";
import { expect } from "vitest";
import { type Peer, unpackPeer } from "./peer.ts";
import { waitFor } from "./wait-for.ts";

/** A build of the project: this one, or a released one. */
export interface Build {
  readonly name: string;
  /** Of the server; undefined: what is built here. */
  readonly program: string | undefined;
  readonly client: typeof today;
}

/** The releases that this build must get on with, as they lie in `tests/fixtures/peers`. */
export const RELEASES = ["1.0", "1.2"] as const;

/** This build, and a released one. */
export async function buildsWith(name: (typeof RELEASES)[number]): Promise<readonly [Build, Build]> {
  const peer: Peer = await unpackPeer(name);
  const released = { name, program: peer.program, client: await peer.client() };
  return [{ name: "today", program: undefined, client: today }, released];
}

/**
 * Somebody with a client of some build who writes words, each in one piece at the start or the end of the
 * text, so that none is torn by others, and remembers them.
 */
export class WordWriter {
  readonly name: string;
  readonly document: SharedDocument;
  readonly words: string[] = [];

  constructor(
    name: string,
    { client }: Build,
    options: { url: string; document: string; environment: Environment },
  ) {
    this.name = name;
    this.document = client.openDocument({
      ...options,
      user: { id: name, name, color: 1 },
      backoff: { firstMs: 20, maxMs: 200 },
    });
  }

  async isReady(): Promise<void> {
    await waitFor(`${this.name} to have the text`, () => this.document.isReady);
  }

  write(): void {
    const word = `[${this.name}.${this.words.length}é漢😀]`;
    this.document.insert(this.words.length % 2 === 0 ? this.document.text.points : 0, word);
    this.words.push(word);
  }

  async isSaved(): Promise<void> {
    await waitFor(`${this.name} to be saved`, () => this.document.status.state === "synced");
  }

  close(): void {
    this.document.close();
  }
}

/** Everybody has one text, in which every word of everybody is there once, and nothing else. */
export async function checkWordsOnce(
  writers: readonly WordWriter[],
  before: readonly string[] = [],
): Promise<string> {
  for (const writer of writers) await writer.isSaved();
  const texts = (): readonly string[] => writers.map(({ document }) => document.text.toString());
  await waitFor("one text everywhere", () => new Set(texts()).size === 1);
  const text = texts()[0] ?? "";
  const words = [...before, ...writers.flatMap((writer) => writer.words)];
  expect(text.match(/\[[^\]]*\]/g)?.toSorted() ?? []).toEqual(words.toSorted());
  expect(text.length).toBe(words.join("").length);
  return text;
}
