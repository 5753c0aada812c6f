import type { PropertyDeclarations } from "lit";
import { PortableElement } from "../portable-element.ts";
import { Wording } from "./wording.ts";
import type { Words, WordsChange } from "./words.ts";

/** An element that says something, in the language that holds where it stands. */
export class SpeakingElement extends PortableElement {
  static override properties: PropertyDeclarations = { words: { attribute: false, noAccessor: true } };

  readonly #wording = new Wording(this);

  /** Words to say instead of those that come along, here and in the elements inside. Default: none. */
  get words(): WordsChange | undefined {
    return this.#wording.change;
  }

  set words(words: WordsChange | undefined) {
    this.#wording.change = words;
  }

  /** Moved by `moveBefore()`: another language may hold. */
  connectedMoveCallback(): void {
    this.#wording.refresh();
  }

  override adoptedCallback(): void {
    super.adoptedCallback();
    this.#wording.refresh();
  }

  /** What is to be said now. The same object until something changes, and then the element renders again. */
  protected get said(): Words {
    return this.#wording.words;
  }
}
