import { ChangeSet, type ChangeDesc, Text } from "@codemirror/state";
import type { Hits } from "./hits.ts";
import type { Hit } from "./moved-hits.ts";
import type { Query } from "./query.ts";
import type { Failure, RegexpWorker } from "./regexp-worker.ts";
import { searchWords } from "./search-words.ts";
import { unescaped } from "./substitute.ts";

/** Hits in one text, and what each becomes. */
export class Replacing {
  readonly #hits: Hits;
  readonly #replacements: () => string;

  /** @param next what the next hit becomes, from the first on */
  constructor(hits: Hits, next: () => string) {
    this.#hits = hits;
    this.#replacements = next;
  }

  /**
   * The change of a text that `since` has made of the one with the hits, which was `length` UTF-16 code units
   * long. With `only` of one hit, where it is in that later text.
   *
   * Law (test `replacing.test.ts`): without `since` and `only` it does what `String.replaceAll` does.
   */
  changes(length: number, since: ChangeDesc, only?: Hit): ChangeSet {
    const specs: { from: number; to: number; insert: Text }[] = [];
    let last: { text: string; insert: Text } | undefined;
    for (let index = 0; index < this.#hits.count; index++) {
      const [from, to, text] = [this.#hits.from(index), this.#hits.to(index), this.#replacements()];
      if (only !== undefined && (since.mapPos(from, 1) !== only.from || since.mapPos(to, -1) !== only.to))
        continue;
      last = last?.text === text ? last : { text, insert: Text.of(text.split("\n")) };
      specs.push({ from, to, insert: last.insert });
    }
    const changes = ChangeSet.of(specs, length);
    return since.empty ? changes : changes.map(since, true);
  }
}

/** Finds every hit of a query, and what it becomes by what is written as its replacement. */
export async function replacing(
  worker: RegexpWorker,
  query: Query,
  written: string,
  doc: Text,
): Promise<Replacing | Failure | undefined> {
  if (!query.isRegexp) {
    const hits = await searchWords(query, doc, () => true);
    return hits === undefined ? undefined : new Replacing(hits, () => written);
  }
  const answer = await worker.replace(query, unescaped(written), doc);
  if (answer === undefined || typeof answer === "string") return answer;
  return new Replacing(answer.hits, answer.next);
}
