import { Language, LanguageSupport } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { styled } from "../surface/styled.ts";
import { codeStyles } from "./code.styles.ts";
import { grammarOf } from "./grammars.ts";
import { oneInk } from "./ink.ts";
import { PatientParser, patience, whileTyping } from "./patient-parser.ts";

/** The parts of a language told apart, at the pace of whoever types; undefined: nothing is known about it. */
export async function highlighting(name: string): Promise<Extension | undefined> {
  const grammar = await grammarOf(name);
  if (grammar === undefined) return undefined;
  const language = grammar instanceof LanguageSupport ? grammar.language : grammar;
  const time = patience();
  const patient = new Language(language.data, new PatientParser(language.parser, time), [], language.name);
  const support = grammar instanceof LanguageSupport ? grammar.support : [];
  return [whileTyping(time), patient, support, oneInk, styled(codeStyles)];
}
