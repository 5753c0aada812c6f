import type { EditorView } from "@codemirror/view";
import type { PropertyDeclarations, PropertyValues } from "lit";
import { SpeakingElement } from "./words/speaking-element.ts";
import { Writing, type WritingChoices } from "./writing.ts";

const PROPERTIES = {
  language: { type: String },
  lineNumbers: { type: String, attribute: "line-numbers" },
  tabSize: { type: Number, attribute: "tab-size" },
  keys: { type: String },
} as const satisfies PropertyDeclarations;

/** The part of the editor's element that says how one writes in it. */
export abstract class WritingElement extends SpeakingElement {
  static override properties: PropertyDeclarations = PROPERTIES;

  /**
   * What the text is written in: "" (prose, the default), "markdown", or a language of code such as
   * "typescript". Code has numbered lines and its own keys, and Tab indents in it.
   * @attr
   */
  declare language: string;
  /**
   * "on" or "off". Default: on in code.
   * @attr line-numbers
   */
  declare lineNumbers: string | undefined;
  /**
   * Width of a tab, and of one level in code, in columns, 1 to 16. Default 2.
   * @attr tab-size
   */
  declare tabSize: number;
  /**
   * As of a textarea: "soft", "hard" or "off". Default: soft, in code off.
   * @attr
   */
  declare wrap: string;
  /**
   * "vim" or "emacs": the keys of these, loaded when they are first chosen.
   * @attr
   */
  declare keys: string;

  /** @internal */
  protected readonly writing: Writing = new Writing(this, () => this.said.writing);

  /** As chosen last: it is an attribute, and so no reactive property. */
  #wrap = "";

  constructor() {
    super();
    this.language = "";
    this.tabSize = 2;
    this.keys = "";
  }

  /** The view of the text; undefined: there is none yet. */
  protected abstract get view(): EditorView | undefined;

  /** True while the language is not highlighted because one paragraph is very long. */
  get isHighlightingOff(): boolean {
    return this.writing.isHighlightingOff;
  }

  /** Highlights it all the same, however slow that makes typing. */
  forceHighlighting(): void {
    this.writing.forceHighlighting();
  }

  /** Opens the panel that finds and replaces, as Mod-f does. False while there is no text. */
  openFind(): boolean {
    return this.view !== undefined && this.writing.find(this.view, "open");
  }

  /**
   * Puts the caret at a line and column, both from 1, columns in UTF-16 code units; resolves once it is there.
   * The last ones where there are not so many.
   */
  async goToLine(line: number, column: number = 1): Promise<void> {
    if (this.view !== undefined) await this.writing.goToLine(this.view, line, column);
  }

  protected override willUpdate(changed: PropertyValues): void {
    const isOther = this.wrap !== this.#wrap || Object.keys(PROPERTIES).some((name) => changed.has(name));
    this.#wrap = this.wrap;
    if (isOther) this.writing.choose(this.#choices());
  }

  /** What is not known or not possible counts as not said, as with native attributes. */
  #choices(): WritingChoices {
    const { language, lineNumbers, tabSize, keys } = this;
    const wrap = this.wrap.toLowerCase();
    return {
      language: language ?? "",
      hasLineNumbers: lineNumbers === "on" ? true : lineNumbers === "off" ? false : undefined,
      isWrapped: wrap === "off" ? false : wrap === "soft" || wrap === "hard" ? true : undefined,
      tabSize: Number.isInteger(tabSize) && tabSize >= 1 && tabSize <= 16 ? tabSize : 2,
      keys: keys ?? "",
    };
  }
}
