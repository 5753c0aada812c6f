import { ChangeSet, Text } from "@codemirror/state";
import { expect, it } from "vitest";
import { hasLongParagraph, LONG, makesLongParagraph } from "../../src/languages/long-paragraph.ts";

const lines = (count: number): string => "x".repeat(99).concat("\n").repeat(count);
const docOf = (text: string): Text => Text.of(text.split("\n"));

it("a paragraph is long above its bound, whatever stands around it", () => {
  expect(hasLongParagraph(docOf(lines(LONG / 100 - 1)))).toBe(false);
  expect(hasLongParagraph(docOf(`a\n\n${lines(LONG / 100 + 1)}\n\nb`))).toBe(true);
  expect(hasLongParagraph(docOf(`${lines(LONG / 200)}  \n${lines(LONG / 200)}`))).toBe(false);
  expect(hasLongParagraph(docOf("y".repeat(LONG + 1)))).toBe(true);
});

it("a change that joins two paragraphs into a long one is noticed, and one elsewhere is not", () => {
  const half = lines(LONG / 200 + 1);
  const doc = docOf(`${half}\n${half}\n\n${half}`);
  const join = ChangeSet.of({ from: half.length, to: half.length + 1 }, doc.length);
  expect(makesLongParagraph(join.apply(doc), join)).toBe(true);
  const end = ChangeSet.of({ from: doc.length, insert: "z" }, doc.length);
  expect(makesLongParagraph(end.apply(doc), end)).toBe(false);
});
