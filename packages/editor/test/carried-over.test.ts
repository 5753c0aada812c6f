import { apply, type Operation, Text } from "@interline/ot";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carriedOver } from "../src/form/carried-over.ts";
import { documents } from "./documents.ts";

const applied = (text: string, operation: Operation): string => apply(Text.of(text), operation).toString();
const carried = (base: string, edited: string, text: string): string =>
  applied(text, carriedOver(base, edited, text));

describe("what was written before the document was known", () => {
  it("is the text itself where the document is what it was written on", () => {
    fc.assert(
      fc.property(documents, documents, (base, edited) => {
        expect(carried(base, edited, base)).toBe(edited);
      }),
    );
  });

  it("changes nothing where the document has it already, however often the page is loaded", () => {
    fc.assert(
      fc.property(documents, documents, (base, edited) => {
        expect(carried(base, edited, edited)).toBe(edited);
      }),
    );
    expect(carried("", "Agenda", "Agenda\nLunch")).toBe("Agenda\nLunch");
    expect(carried("Notes: ", "Notes: call Ana", "Notes: call Ana, then eat")).toBe(
      "Notes: call Ana, then eat",
    );
  });

  it("goes to its place among what others have changed, and takes nothing of theirs", () => {
    expect(carried("Notes:\n", "Notes:\nmine\n", "Our notes:\n")).toBe("Our notes:\nmine\n");
    expect(carried("", "mine", "theirs")).toBe("minetheirs");
    expect(carried("one two", "one", "zero one two three")).toBe("zero one three");
  });

  it("without an edit is no edit", () => {
    fc.assert(
      fc.property(documents, documents, (base, text) => {
        expect(carried(base, base, text)).toBe(text);
      }),
    );
  });
});
