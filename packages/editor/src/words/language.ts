import { english } from "./english.ts";
import { formatOf } from "./format.ts";
import type { Language, Words } from "./words.ts";

/** The languages that come along, by their first subtag. All but English are loaded where they are asked for. */
const LATER: Readonly<Record<string, () => Promise<Language>>> = {
  de: async () => (await import("./german.ts")).german,
};

/** A language that there are words in, and the locale that its numbers, lists and times are written by. */
export interface Choice {
  readonly language: string;
  readonly locale: string;
}

/** English without a country writes "Ana, Jonas and Samir" and 17:42. */
const ENGLISH: Choice = { language: "en", locale: "en-GB" };

/**
 * The first tag whose language there are words in; English if none is. A text in Breton on a German page has German words around it.
 *
 * @param tags BCP 47 tags, the most wanted first
 */
export function chosenFrom(tags: readonly string[]): Choice {
  for (const tag of tags) {
    const language = tag.split(/[-_]/)[0]?.toLowerCase() ?? "";
    if (language !== "en" && !Object.hasOwn(LATER, language)) continue;
    const locale = localeOf(tag) ?? language;
    return locale === "en" ? ENGLISH : { language, locale };
  }
  return ENGLISH;
}

/** A tag as `Intl` takes it; undefined: it takes it not at all. */
function localeOf(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll("_", "-"))[0];
  } catch {
    return undefined; // whatever a page wrote there
  }
}

/** The `lang` attributes that hold at a node, the nearest first, through shadow roots up to the document; else what the reader's browser asks for. */
export function tagsAt(node: Node): readonly string[] {
  const tags: string[] = [];
  for (let at: Node | null = node; at !== null; at = parentOf(at)) {
    const tag = "getAttribute" in at ? (at as Element).getAttribute("lang") : null;
    if (tag) tags.push(tag);
  }
  return tags.length > 0 ? tags : navigator.languages;
}

/** What stands around a node: through a shadow root its host. */
export function parentOf(node: Node): Node | null {
  return node.parentNode ?? (isShadowRoot(node) ? node.host : null);
}

/** Also of those in frames, whose `ShadowRoot` is another. */
export function isShadowRoot(node: Node): node is ShadowRoot {
  return node.nodeType === Node.DOCUMENT_FRAGMENT_NODE && "host" in node;
}

const languages = new Map<string, Language>([["en", english]]);
const loading = new Map<string, Promise<void>>();
const made = new Map<string, Words>();

/** The words of a language that is there already; undefined: it must be loaded. */
export function wordsIn({ language, locale }: Choice): Words | undefined {
  const found = made.get(locale);
  if (found !== undefined) return found;
  const words = languages.get(language)?.words(formatOf(locale));
  if (words !== undefined) made.set(locale, words);
  return words;
}

/** English, which is always there: where nothing is shown, as in a log. @public */
export function englishWords(): Words {
  return wordsIn(ENGLISH) as Words;
}

/** Loads a language, once. Rejects where it cannot be loaded; the next call tries again. */
export function loadLanguage({ language }: Choice): Promise<void> {
  let load = loading.get(language);
  if (load === undefined) {
    load = (LATER[language]?.() ?? Promise.resolve(english)).then(
      (found) => void languages.set(language, found),
      (error: unknown) => {
        loading.delete(language);
        throw error;
      },
    );
    loading.set(language, load);
  }
  return load;
}
