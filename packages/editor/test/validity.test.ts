import { describe, expect, it } from "vitest";
import { english } from "../src/words/english.ts";
import { formatOf } from "../src/words/format.ts";
import { isSameVerdict, judge, type TextFacts } from "../src/form/validity.ts";

const facts: TextFacts = {
  length: 5,
  isWritten: true,
  required: false,
  minLength: -1,
  maxLength: -1,
  isFixed: false,
  isUnsaved: false,
  customMessage: "",
};
const verdict = (other: Partial<TextFacts>) =>
  judge({ ...facts, ...other }, english.words(formatOf("en")).form);
const flags = (other: Partial<TextFacts>) => Object.keys(verdict(other).flags);

describe("validity", () => {
  it("is given without a bound, and inside the bounds", () => {
    expect(verdict({})).toEqual({ flags: {}, message: "" });
    expect(flags({ required: true, minLength: 5, maxLength: 5 })).toEqual([]);
  });

  it("wants a required text, of the length that is asked for", () => {
    expect(flags({ required: true, length: 0 })).toEqual(["valueMissing"]);
    expect(flags({ maxLength: 4 })).toEqual(["tooLong"]);
    expect(flags({ minLength: 6 })).toEqual(["tooShort"]);
  });

  it("lets an empty text be too short, and what a script has set be of any length", () => {
    expect(flags({ minLength: 6, length: 0 })).toEqual([]);
    expect(flags({ minLength: 6, isWritten: false })).toEqual([]);
    expect(flags({ maxLength: 4, isWritten: false })).toEqual([]);
  });

  it("asks nobody for what nobody here can change", () => {
    expect(flags({ isFixed: true, required: true, length: 0 })).toEqual([]);
    expect(flags({ isFixed: true, maxLength: 1 })).toEqual([]);
  });

  it("says the host's message first", () => {
    expect(verdict({ customMessage: "No names.", required: true, length: 0 })).toEqual({
      flags: { customError: true, valueMissing: true },
      message: "No names.",
    });
  });

  it("refuses what is not saved, if the form wants it saved", () => {
    expect(verdict({ isUnsaved: true })).toEqual({
      flags: { customError: true },
      message: "This text is not saved yet. Try again in a moment.",
    });
  });

  it("says both numbers, with the right plural", () => {
    expect(verdict({ length: 3012, maxLength: 3000 }).message).toBe(
      "This text has 3,012 characters. It may have at most 3,000.",
    );
    expect(verdict({ length: 1, minLength: 20 }).message).toBe(
      "This text has 1 character. It must have at least 20.",
    );
  });

  it("is the same with the same flags and words only", () => {
    const one = verdict({ required: true, length: 0 });
    expect(isSameVerdict(one, verdict({ required: true, length: 0 }))).toBe(true);
    expect(isSameVerdict(one, verdict({}))).toBe(false);
    expect(isSameVerdict(verdict({ maxLength: 4 }), verdict({ maxLength: 3 }))).toBe(false);
  });
});
