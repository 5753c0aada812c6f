import type { ReactiveController, ReactiveControllerHost } from "lit";
import {
  chosenFrom,
  englishWords,
  isShadowRoot,
  loadLanguage,
  parentOf,
  tagsAt,
  wordsIn,
} from "./language.ts";
import { changedWords, type Words, type WordsChange } from "./words.ts";

type Host = ReactiveControllerHost & Element;

/** Everybody on the page who says something now. */
const speakers = new Set<Wording>();
/** What hosts changed for one element and those inside it. */
const changesAt = new WeakMap<Node, WordsChange>();
let changeForAll: WordsChange | undefined;

/** Replaces words in all elements of the page, also those to come; undefined: as they were. @public */
export function setWords(words: WordsChange | undefined): void {
  changeForAll = words;
  refreshAll();
}

/**
 * The words of an element, as of now. They are those of the nearest `lang` that there are words for, with what a host has changed: for
 * all, for an element around it, and for itself, the nearest last. When any of that changes the element renders again.
 *
 * A controller for Lit: an element of a page may have one too, to say the same words as the elements it uses.
 * @public
 */
export class Wording implements ReactiveController {
  readonly #host: Host;
  #words: Words | undefined;

  constructor(host: Host) {
    this.#host = host;
    host.addController(this);
  }

  /** The same object until something changes. */
  get words(): Words {
    this.#words ??= this.#find();
    return this.#words;
  }

  /** What its host has changed for itself and for elements inside it. */
  get change(): WordsChange | undefined {
    return changesAt.get(this.#host);
  }

  set change(change: WordsChange | undefined) {
    if (change === undefined) changesAt.delete(this.#host);
    else changesAt.set(this.#host, change);
    refreshAll();
  }

  hostConnected(): void {
    speakers.add(this);
    watchLanguage(this.#host);
    this.refresh();
  }

  hostDisconnected(): void {
    speakers.delete(this);
    if (speakers.size === 0) watcher?.disconnect();
  }

  /** Looks again which words hold. */
  refresh(): void {
    this.#words = undefined;
    this.#host.requestUpdate();
  }

  #find(): Words {
    const choice = chosenFrom(tagsAt(this.#host));
    const words = wordsIn(choice);
    // Without a network it stays English until something changes again.
    if (words === undefined) loadLanguage(choice).then(refreshAll, () => undefined);
    return [changeForAll, ...changesAround(this.#host)].reduce(changedWords, words ?? englishWords());
  }
}

/** What hosts changed for the elements around a node and for itself, the nearest last. */
function changesAround(node: Node): WordsChange[] {
  const changes: WordsChange[] = [];
  for (let at: Node | null = node; at !== null; at = parentOf(at)) {
    const change = changesAt.get(at);
    if (change !== undefined) changes.unshift(change);
  }
  return changes;
}

function refreshAll(): void {
  for (const speaker of speakers) speaker.refresh();
}

let watcher: MutationObserver | undefined;

/** Hears of every `lang` that changes around an element: in its document, and in the shadow roots it stands in. */
function watchLanguage(element: Element): void {
  watcher ??= new MutationObserver(refreshAll);
  for (let at: Node | null = element; at !== null; at = parentOf(at)) {
    // Observing a node again changes nothing.
    if (parentOf(at) === null || isShadowRoot(at))
      watcher.observe(at, { attributes: true, attributeFilter: ["lang"], subtree: true });
  }
}
