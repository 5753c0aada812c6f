import { javascriptLanguage } from "@codemirror/lang-javascript";
import { markdownLanguage } from "@codemirror/lang-markdown";
import { ensureSyntaxTree, Language, syntaxTree } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import type { Tree } from "@lezer/common";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PatientParser, type Patience, whileTyping } from "../../src/languages/patient-parser.ts";

/** A clock that goes on by one whenever it is looked at: a parse is cut after so many steps. */
function patienceOf(budget: number): Patience {
  let now = 0;
  return { endAt: Infinity, now: () => now++, budget };
}

function stateOf({ data, parser }: Language, budget: number, doc: string): EditorState {
  const patience = patienceOf(budget);
  const language = new Language(data, new PatientParser(parser, patience));
  return EditorState.create({ doc, extensions: [whileTyping(patience), language] });
}

/** A tree in words. Those of a grammar have a `toString` of their own. */
const written = (tree: Tree | null): string => String(tree as unknown);

/** The tree once the page has been idle. */
async function idleTree(state: EditorState): Promise<string> {
  await Promise.resolve();
  return written(ensureSyntaxTree(state, state.doc.length, 60_000));
}

const grammars = { javascript: javascriptLanguage, markdown: markdownLanguage };
/** Well-formed ones: of what is not, a grammar may make something else where it parses only a part anew. */
const pieces = {
  javascript: [
    "const a = 1;\n",
    "/* b */\n",
    "`${c}d`;\n",
    "function f() {\n  g();\n}\n",
    "'h';\n",
    "// i\n",
  ],
  markdown: ["# A\n", "- *b*\n", "```js\nlet x\n```\n", "\n", "> q\n", "text ", "`c`", "**d**", "<b>\n"],
};

describe.each(["javascript", "markdown"] as const)("a patient grammar of %s", (name) => {
  const grammar = grammars[name];
  const piece = fc.constantFrom(...pieces[name]);
  /** Puts a piece in the place of some, by their numbers. */
  const change = fc.record({ at: fc.nat(30), cut: fc.nat(2), insert: piece });

  it("ends with the tree that the grammar gives, wherever it was cut off in between", async () => {
    let cuts = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 30 }),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 15 }),
        fc.infiniteStream(fc.boolean()),
        async (text, changes, budget, rests) => {
          const shown = [...text];
          const lengthOf = (count: number): number => shown.slice(0, count).join("").length;
          let state = stateOf(grammar, budget, text.join(""));
          for (const { at, cut, insert } of changes) {
            const [from, to] = [lengthOf(at), lengthOf(at + cut)];
            shown.splice(at, cut, insert);
            ({ state } = state.update({ changes: { from, to, insert } }));
            if (syntaxTree(state).length < state.doc.length) cuts++;
            // Between some keys the page is idle, between others not.
            if (rests.next().value === true) await idleTree(state);
            else await Promise.resolve();
          }
          expect(await idleTree(state)).toBe(written(grammar.parser.parse(state.doc.toString())));
        },
      ),
      { numRuns: 40 },
    );
    expect(cuts).toBeGreaterThan(0);
  });
});
