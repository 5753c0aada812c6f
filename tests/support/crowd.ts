import type { Environment } from "@interline/client";
import { composeAll } from "@interline/ot";
import { RedisLog, RedisStore } from "@interline/redis";
import { expect } from "vitest";
import type { Servers } from "./cluster.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { Writer } from "./simulation/writer.ts";
import { atOneVersion, BACKOFF, checkEnd, keepTyping, textAt } from "./typing.ts";
import { waitFor } from "./wait-for.ts";

/** People who type at once. `INTERLINE_WRITERS` asks for more. */
export const WRITERS: number = Number(process.env["INTERLINE_WRITERS"] ?? 10);
/** What they write. */
export const DOCUMENT = "faults";

/** Writers on all servers of a cluster, who never stop typing. */
export class Crowd {
  readonly writers: readonly Writer[];
  readonly #typing: Promise<unknown>;
  #isOver = false;

  constructor(random: SeededRandom, environment: Environment) {
    this.writers = Array.from(
      { length: WRITERS },
      (_, index) =>
        new Writer(`w${index}`, random, {
          takesBack: false,
          url: "ws://any.example/sync",
          document: DOCUMENT,
          backoff: BACKOFF,
          openTab: () => ({ environment, store: undefined, kill: () => {} }),
        }),
    );
    this.#typing = Promise.all(
      this.writers.map((writer) => keepTyping(writer, random, () => this.#isOver, { slower: WRITERS / 2 })),
    );
  }

  get #words(): number {
    return this.writers.reduce((words, writer) => words + writer.words, 0);
  }

  /** Resolves when so many more words were typed, saved or not. */
  async typesOn(words: number): Promise<void> {
    const target = this.#words + words;
    await this.#orFault(waitFor(`${words} more words`, () => this.#words >= target));
  }

  /** Resolves when somebody's edits are saved again, which the others have. */
  async isSavedAgain(): Promise<void> {
    const version = (): number => Math.max(...this.writers.map(({ document }) => document.version));
    const before = version();
    await this.#orFault(waitFor("edits to be saved", () => version() > before));
  }

  /** Ends; everybody has the same text, in which every word is once, and so have a newcomer and the log. */
  async check(cluster: Servers): Promise<number> {
    this.#isOver = true;
    await this.#typing;
    await atOneVersion(this.writers);
    const text = await textAt(cluster.nodes[0]?.server.syncUrl ?? "", DOCUMENT);
    const words = checkEnd(text, this.writers);
    expect(await textOfLog(cluster)).toBe(text);
    return words;
  }

  close(): void {
    this.#isOver = true;
    for (const { document } of this.writers) document.close();
  }

  #orFault(awaited: Promise<unknown>): Promise<unknown> {
    return Promise.race([awaited, this.#typing]);
  }
}

/** What the log's entries make, one after another, from the first. */
async function textOfLog({ redisAddress }: Servers): Promise<string> {
  const store = await RedisStore.connect({ address: redisAddress });
  const log = new RedisLog({ store });
  const head = await log.readHead(DOCUMENT);
  const entries = (await log.readEntries(DOCUMENT, 0, head.version)) ?? [];
  expect(entries.map(({ version }) => version)).toEqual(
    Array.from({ length: head.version }, (_, index) => index + 1),
  );
  const ids = new Set(entries.map(({ session, seq }) => `${session} ${seq}`));
  expect(ids.size, "no number of a session is committed twice").toBe(head.version);
  await log.close();
  await store.close();
  const [first] = composeAll(entries.map(({ operation }) => operation)).toJSON();
  return typeof first === "string" ? first : "";
}
