import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type * as FindModuleExports from "./find/find.ts";
import { HighlightingEvent } from "./events.ts";
import { EarlyField } from "./find/early-field.ts";
import { type FindAction, findAction, findKeys } from "./find/find-keys.ts";
import { kindOf } from "./languages/names.ts";
import { mannerOf } from "./surface/manner.ts";
import type { SurfacePart } from "./surface/parts.ts";
import type { TextSurface } from "./surface/text-surface.ts";
import { said } from "./surface/said.ts";
import type { WritingWords } from "./words/writing-words.ts";

/** How somebody chose to write. */
export interface WritingChoices {
  /** Name of the language; "" for prose. */
  readonly language: string;
  /** Whether lines are numbered; undefined: in code they are. */
  readonly hasLineNumbers: boolean | undefined;
  /** Whether long lines go on below; undefined: in prose they do. */
  readonly isWrapped: boolean | undefined;
  /** Width of a tab, in columns. */
  readonly tabSize: number;
  /** "vim", "emacs", or "" for the usual keys. */
  readonly keys: string;
}

type FindModule = typeof FindModuleExports;

/** What is loaded once it is needed, by the name of its part. */
type Loads = Partial<Record<SurfacePart, () => Promise<Extension | undefined>>>;

/**
 * The ways of writing of one element: finds out what its choices need, loads it when it is first needed, and fills the
 * parts of the surface with it. What cannot be loaded is left out: one can always type.
 */
export class Writing {
  readonly #host: EventTarget;
  readonly #words: () => WritingWords;
  #choices: WritingChoices = {
    language: "",
    hasLineNumbers: undefined,
    isWrapped: undefined,
    tabSize: 2,
    keys: "",
  };
  #surface: TextSurface | undefined;
  /** What a part waits for or holds, so that what is loaded too late is dropped. */
  readonly #wanted = new Map<SurfacePart, object>();
  #find: FindModule | undefined;
  #early: EarlyField | undefined;
  #isHighlightingOff = false;
  /** True: a long paragraph is highlighted all the same. */
  #isForced = false;

  /**
   * @param host where `il-highlighting` is told
   * @param words what is said now
   */
  constructor(host: EventTarget, words: () => WritingWords) {
    this.#host = host;
    this.#words = words;
  }

  /** True while a paragraph is too long to be highlighted. */
  get isHighlightingOff(): boolean {
    return this.#isHighlightingOff;
  }

  /** What a surface begins with. */
  get parts(): Partial<Record<SurfacePart, Extension>> {
    return { manner: this.#manner(), find: this.#finding() };
  }

  /** Fills the parts of another surface, or of none. */
  attach(surface: TextSurface | undefined): void {
    this.#surface = surface;
    this.#early = undefined;
    this.#wanted.clear();
    if (surface !== undefined) this.#fill(this.#loads(this.#choices));
  }

  choose(choices: WritingChoices): void {
    const before = this.#choices;
    this.#choices = choices;
    if (choices.language !== before.language) this.#isForced = false;
    if (this.#surface === undefined) return;
    this.#surface.fill("manner", this.#manner());
    const loads = this.#loads(choices);
    if (choices.keys === before.keys) delete loads.keys;
    if (choices.language === before.language) delete loads.grammar;
    this.#fill(loads);
  }

  /** Highlights a long paragraph all the same, however slow that makes typing. */
  forceHighlighting(): void {
    this.#isForced = true;
    const { grammar } = this.#loads(this.#choices);
    if (grammar !== undefined) this.#fill({ grammar });
  }

  /** Does something of finding. What was typed until it is loaded is looked for. */
  find(view: EditorView, action: FindAction): boolean {
    const found = this.#find?.findIn(view);
    if (found !== undefined) return found[action]();
    if (this.#early !== undefined || view.dom.parentElement === null) return true;
    const early = new EarlyField(view.dom, this.#words().find);
    this.#early = early;
    void this.#loadFind(view, action, early);
    return true;
  }

  /** Puts the caret at a line and column, both from 1; columns count UTF-16 code units. */
  async goToLine(view: EditorView, line: number, column: number): Promise<void> {
    const { goToLine } = await import("./find/line-panel.ts");
    goToLine(view, line, column);
  }

  async #loadFind(view: EditorView, action: FindAction, early: EarlyField): Promise<void> {
    try {
      this.#find ??= await import("./find/find.ts");
    } catch {
      // There is no panel without it. The next press tries again.
    }
    const typed = early.take();
    if (this.#early === early) this.#early = undefined;
    if (this.#surface?.view !== view) return;
    if (this.#find === undefined) return view.focus();
    this.#surface.fill("find", this.#finding());
    const found = this.#find.findIn(view);
    if (typed === "" || action === "openLine") found?.[action]();
    else found?.open(typed);
  }

  #finding(): Extension {
    const does = findAction.of((view, action) => this.find(view, action));
    return [said.of(this.#words), does, findKeys, this.#find?.finding ?? []];
  }

  #manner(): Extension {
    const { language, hasLineNumbers, isWrapped, tabSize } = this.#choices;
    const isCode = kindOf(language) === "code";
    return mannerOf({
      isCode,
      isWrapped: isWrapped ?? !isCode,
      isNumbered: hasLineNumbers ?? isCode,
      tabSize,
    });
  }

  #loads({ language, hasLineNumbers, tabSize, keys }: WritingChoices): Loads {
    const kind = kindOf(language);
    return {
      gutter:
        (hasLineNumbers ?? kind === "code")
          ? async () => (await import("./languages/line-numbers.ts")).numberedLines
          : empty,
      language:
        kind === "code"
          ? async () => (await import("./languages/code.ts")).code(tabSize)
          : kind === "markdown"
            ? async () => (await import("./markdown/comfort.ts")).markdownComfort
            : empty,
      grammar: kind === "prose" ? empty : () => this.#grammar(language),
      keys:
        keys === "vim"
          ? async () => (await import("./keys/vim.ts")).keys
          : keys === "emacs"
            ? async () => (await import("./keys/emacs.ts")).keys
            : empty,
    };
  }

  async #grammar(language: string): Promise<Extension | undefined> {
    const { highlighting } = await import("./languages/highlighting.ts");
    const grammar = await highlighting(language);
    if (kindOf(language) !== "markdown" || this.#isForced) return grammar;
    const { hasLongParagraph, longParagraphs } = await import("./languages/long-paragraph.ts");
    const doc = this.#surface?.view.state.doc;
    if (doc === undefined || hasLongParagraph(doc)) {
      this.#highlights(false);
      return undefined;
    }
    return [
      grammar ?? [],
      longParagraphs(() => {
        // Not within the update that tells it.
        queueMicrotask(() => {
          this.#surface?.fill("grammar", []);
          this.#highlights(false);
        });
      }),
    ];
  }

  #fill(loads: Loads): void {
    for (const [part, load] of Object.entries(loads)) void this.#fillPart(part as SurfacePart, load);
  }

  async #fillPart(part: SurfacePart, load: () => Promise<Extension | undefined>): Promise<void> {
    const surface = this.#surface;
    const token = {};
    this.#wanted.set(part, token);
    if (part === "grammar") this.#highlights(true);
    let extension: Extension | undefined;
    try {
      extension = await load();
    } catch {
      // Not there offline, for example: the text is plain, and the next choice tries again.
    }
    if (surface === undefined || surface !== this.#surface || this.#wanted.get(part) !== token) return;
    surface.fill(part, extension ?? []);
  }

  #highlights(isOn: boolean): void {
    if (isOn === !this.#isHighlightingOff) return;
    this.#isHighlightingOff = !isOn;
    this.#host.dispatchEvent(new HighlightingEvent(!isOn));
  }
}

const empty = async (): Promise<undefined> => undefined;
