import { expect, it } from "vitest";
import { AuthorGuess, authorsOf, type Typist } from "../../src/people/authors.ts";

const typist = (user: string, typedAt: number | undefined, head = 0, peer = user.charCodeAt(0)): Typist => ({
  user,
  peer,
  typedAt,
  head,
});

it("who has typed since the last operations may have made these", () => {
  const guess = new AuthorGuess();
  expect(guess.since([typist("a", 5), typist("b", undefined)]).map(({ user }) => user)).toEqual(["a"]);
  expect(guess.since([typist("a", 5), typist("b", 6)]).map(({ user }) => user)).toEqual(["b"]);
  // Somebody set the clock back: nobody has typed.
  expect(guess.since([typist("a", 3), typist("b", 4)])).toEqual([]);
  expect(guess.since([])).toEqual([]);
});

it("of several it is the one whose caret stands at the change; else any of them", () => {
  const fresh = [typist("a", 1, 10), typist("b", 1, 20), typist("b", 1, 90, 7)];
  expect(authorsOf(fresh, fresh, 5, 10)).toEqual(["a"]);
  expect(authorsOf(fresh, fresh, 15, 20)).toEqual(["b"]);
  expect(authorsOf(fresh, fresh, 10, 20)).toEqual(["a", "b"]);
  expect(authorsOf(fresh, fresh, 40, 50)).toEqual(["a", "b"]);
  expect(authorsOf([typist("a", 1, 10)], fresh, 40, 50)).toEqual(["a"]);
});

it("where nobody has typed it is who stands at the change, if that is one", () => {
  const all = [typist("a", 1, 10), typist("b", 1, 20)];
  expect(authorsOf([], all, 10, 11)).toEqual(["a"]);
  expect(authorsOf([], all, 10, 20)).toEqual([]);
  expect(authorsOf([], all, 40, 50)).toEqual([]);
});
