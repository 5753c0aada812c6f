import { Facet } from "@codemirror/state";
import { englishWords } from "../words/language.ts";
import type { WritingWords } from "../words/writing-words.ts";

type Said = () => WritingWords;

/** What a view says now. */
export const said: Facet<Said, Said> = Facet.define<Said, Said>({
  combine: ([first]) => first ?? (() => englishWords().writing),
});
