import { expect, it } from "vitest";
import { peopleCommandOf } from "../../src/people/people-keys.ts";

const key = (letter: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent =>
  ({
    key: letter,
    keyCode: letter.toUpperCase().charCodeAt(0),
    altKey: true,
    ctrlKey: true,
    metaKey: false,
    shiftKey: false,
    ...more,
  }) as KeyboardEvent;

it("commands are letters with Ctrl-Alt, on a Mac with Command-Option", () => {
  expect(["f", "j", "r", "q", "x"].map((letter) => peopleCommandOf(key(letter), false))).toEqual([
    "follow",
    "jump",
    "log",
    "quiet",
    undefined,
  ]);
  const option = { ctrlKey: false, metaKey: true, keyCode: 70 };
  expect(peopleCommandOf(key("ƒ", option), true)).toBe("follow");
  expect(peopleCommandOf(key("f"), true)).toBeUndefined();
  expect(peopleCommandOf(key("f", option), false)).toBeUndefined();
  expect(peopleCommandOf(key("F", { shiftKey: true }), false)).toBeUndefined();
  expect(peopleCommandOf(key("f", { altKey: false }), false)).toBeUndefined();
});

it("Alt Gr, which Windows reports as Ctrl-Alt, goes on making its characters; another script's keys have their letters", () => {
  expect(peopleCommandOf(key("@", { keyCode: 81 }), false)).toBeUndefined();
  expect(peopleCommandOf(key("а", { keyCode: 70 }), false)).toBe("follow");
  expect(peopleCommandOf(key("constructor"), false)).toBeUndefined();
});
