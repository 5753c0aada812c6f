import { Compartment, type Extension, type StateEffect } from "@codemirror/state";

/** What a surface is given while it is open, much of it only once it is needed and loaded. */
export type SurfacePart = "keys" | "find" | "gutter" | "language" | "grammar" | "manner";

/** In the order in which they are asked about keys: those that somebody is used to come first. */
const PARTS: readonly SurfacePart[] = ["keys", "find", "gutter", "language", "grammar", "manner"];

/** The places in a surface that are filled, exchanged and emptied by name. */
export class SurfaceParts {
  readonly #places = new Map(PARTS.map((part) => [part, new Compartment()]));
  readonly extension: Extension;

  constructor(filled: Partial<Record<SurfacePart, Extension>>) {
    this.extension = Array.from(this.#places, ([part, place]) => place.of(filled[part] ?? []));
  }

  /** The effect that fills a part with something else; `[]` empties it. */
  fill(part: SurfacePart, extension: Extension): StateEffect<unknown>[] {
    const place = this.#places.get(part);
    return place === undefined ? [] : [place.reconfigure(extension)];
  }
}
