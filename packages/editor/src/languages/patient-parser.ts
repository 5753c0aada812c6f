import { ParseContext } from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";
import { type Input, Parser, type PartialParse, Tree, TreeFragment } from "@lezer/common";

/** A keystroke waits so long at most for the grammar, in ms; CodeMirror alone would let it take 20. */
const BUDGET = 4;
/** In a longer text only what is visible is parsed, and as much around it. In UTF-16 code units. */
const WHOLE = 1_000_000;
const AROUND = 10_000;

/** What the parsers of one view may take, and when. */
export interface Patience {
  /** A moment of `now()`; Infinity while the page is idle. */
  endAt: number;
  readonly now: () => number;
  readonly budget: number;
}

/** @param now the time in ms */
export function patience(now: () => number = () => performance.now(), budget: number = BUDGET): Patience {
  return { endAt: Infinity, now, budget };
}

/**
 * A grammar that gives back in time what it has. While a change of the text is made it parses for 4 ms, and what is
 * missing is parsed when the page is idle: until then it looks as it did.
 *
 * CodeMirror takes such a tree for whole while the change is made, and then finds, by the fragments that it keeps
 * for the next parse, that it is not.
 *
 * Law (test `patient-parser.test.ts`): once the page has been idle the tree is the one that the grammar gives.
 */
export class PatientParser extends Parser {
  readonly #parser: Parser;
  readonly #patience: Patience;
  /** Trees that end before their text does. */
  readonly #cut = new WeakSet<Tree>();

  constructor(parser: Parser, patience: Patience) {
    super();
    this.#parser = parser;
    this.#patience = patience;
  }

  override createParse(
    input: Input,
    fragments: readonly TreeFragment[],
    ranges: readonly Range[],
  ): PartialParse {
    const open = fragments.map((fragment) => (this.#cut.has(fragment.tree) ? opened(fragment) : fragment));
    const window = windowOf(input);
    const parse = this.#parser.startParse(input, open, window === undefined ? ranges : [window]);
    return new PatientParse(parse, this.#patience, window, input.length, (tree) => this.#cut.add(tree));
  }
}

/** A part of a text, in UTF-16 code units. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** The part of a long text that is parsed: what is visible, and a little more. The rest comes when it is seen. */
function windowOf({ length }: Input): Range | undefined {
  const context = ParseContext.get();
  if (length <= WHOLE || context === null) return undefined;
  const { doc } = context.state;
  const from = doc.lineAt(Math.max(0, Math.min(doc.length, context.viewport.from) - AROUND)).from;
  const to = doc.lineAt(Math.min(doc.length, context.viewport.to + AROUND)).to;
  // What earlier parses left out is known anew: CodeMirror would keep it all, and map it at each key.
  const { skipped } = context as unknown as { skipped?: Range[] };
  if (skipped !== undefined) skipped.length = 0;
  if (from > 0) context.skipUntilInView(0, from);
  if (to < doc.length) context.skipUntilInView(to, doc.length);
  return { from, to };
}

/** A fragment of a tree that was cut off at its end: what stands there may go on otherwise. */
function opened({ from, to, tree, offset, openStart }: TreeFragment): TreeFragment {
  return new TreeFragment(from, to, tree, offset, openStart, true);
}

class PatientParse implements PartialParse {
  readonly #parse: PartialParse;
  readonly #patience: Patience;
  readonly #window: Range | undefined;
  readonly #length: number;
  readonly #cut: (tree: Tree) => void;
  #isCut = false;

  constructor(
    parse: PartialParse,
    patience: Patience,
    window: Range | undefined,
    length: number,
    cut: (tree: Tree) => void,
  ) {
    this.#parse = parse;
    this.#patience = patience;
    this.#window = window;
    this.#length = length;
    this.#cut = cut;
  }

  get parsedPos(): number {
    return this.#parse.parsedPos;
  }

  get stoppedAt(): number | null {
    return this.#isCut ? null : this.#parse.stoppedAt;
  }

  stopAt(position: number): void {
    const { stoppedAt } = this.#parse;
    const end = this.#window?.to ?? this.#length;
    // It cannot be told to go on any more.
    if (position < end && (stoppedAt === null || stoppedAt > position)) this.#parse.stopAt(position);
  }

  advance(): Tree | null {
    if (!this.#isCut && this.#patience.now() >= this.#patience.endAt) {
      this.stopAt(this.#parse.parsedPos);
      this.#isCut = true;
    }
    const parsed = this.#parse.advance();
    if (parsed === null) return null;
    const tree = this.#window === undefined ? parsed : this.#placed(parsed, this.#window.from);
    if (this.#isCut) this.#cut(tree);
    return tree;
  }

  /** The tree of a part of the text, at its place in a tree of all. */
  #placed(tree: Tree, from: number): Tree {
    const length = this.#isCut ? from + tree.length : this.#length;
    return new Tree(tree.type, [tree], [from], length);
  }
}

/** The extension by which a parser of this patience knows when the text is being changed. */
export function whileTyping(patience: Patience): Extension {
  return EditorState.transactionExtender.of(({ docChanged }) => {
    if (docChanged) {
      patience.endAt = patience.now() + patience.budget;
      // The change is made in this task, and so is what CodeMirror parses for it.
      queueMicrotask(() => {
        patience.endAt = Infinity;
      });
    }
    return null;
  });
}
