/**
 * The names of the laws and what they say. Names are stable: they stand in `except` lists of other projects. `expected` and
 * `actual` tell what the two values of a counterexample are.
 */
export const lawSentences = {
  "tp1-doc": {
    says: "convergence (TP1): both ways round the square end in one document, whichever side is pending",
    expected: "committed first",
    actual: "pending first",
  },
  "compose-apply": {
    says: "a composition applies: it does what its parts do, one after the other",
    expected: "one by one",
    actual: "composed",
  },
  "compose-assoc-value": {
    says: "composition associates: however a chain is bracketed, the composed operation is one value",
    expected: "(a.b).c",
    actual: "a.(b.c)",
  },
  "compose-assoc-effect": {
    says: "composition associates by effect: however a chain is bracketed, it ends in one document",
    expected: "(a.b).c",
    actual: "a.(b.c)",
  },
  "compose-identity": {
    says: "composition with the operation that changes nothing changes nothing",
    expected: "alone",
    actual: "composed",
  },
  "group-left-value": {
    says: "grouping on the left: a left operation moved over a composed history is the same value as moved over its parts",
    expected: "over one by one",
    actual: "over composed",
  },
  "group-left-effect": {
    says: "grouping on the left, by effect: moved over a composed history, a left operation ends in the same document",
    expected: "over one by one",
    actual: "over composed",
  },
  "group-right-value": {
    says: "grouping on the right: a right operation moved over a composed history is the same value as moved over its parts",
    expected: "over one by one",
    actual: "over composed",
  },
  "group-right-effect": {
    says: "grouping on the right, by effect: moved over a composed history, a right operation ends in the same document",
    expected: "over one by one",
    actual: "over composed",
  },
  "group-moves-left": {
    says: "grouping of moves, on the left: a composed left history moved over an operation does what its parts moved do",
    expected: "moved one by one",
    actual: "moved composed",
  },
  "group-moves-right": {
    says: "grouping of moves, on the right: a composed right history moved over an operation does what its parts moved do",
    expected: "moved one by one",
    actual: "moved composed",
  },
  "pos-monotone": {
    says: "positions keep their order",
    expected: "in order",
    actual: "moved",
  },
  "pos-inside": {
    says: "a position in the document stays in the document",
    expected: "range",
    actual: "moved",
  },
  "pos-group": {
    says: "positions group: over a composed operation a position moves as over its parts",
    expected: "over one by one",
    actual: "over composed",
  },
  "pos-is-insert": {
    says: "positions follow inserts: a position goes where a left insert made there would land",
    expected: "the insert",
    actual: "the position",
  },
  "selection-ends": {
    says: "both ends of a selection move as positions do",
    expected: "positions",
    actual: "selection",
  },
  "invert-doc": {
    says: "the inverse undoes: an operation and then its inverse give the document back",
    expected: "before",
    actual: "after undo",
  },
  "invert-involution": {
    says: "the inverse of the inverse is the operation",
    expected: "operation",
    actual: "inverted twice",
  },
  "invert-antihomomorphism": {
    says: "the inverses of two operations, last one first, undo both when composed",
    expected: "before",
    actual: "after undo",
  },
  "invert-refuses": {
    says: "invert gives what undoes the operation, or refuses; isInvertible, where there is one, tells which",
    expected: "expected",
    actual: "got",
  },
  "invert-kept": {
    says: "invertible stays invertible: made so, transformed, composed and normalized, an operation does the same and its inverse undoes it",
    expected: "expected",
    actual: "got",
  },
  pure: {
    says: "no function changes an argument, and none minds that its arguments are frozen",
    expected: "arguments before",
    actual: "arguments after",
  },
  "apply-model": {
    says: "apply gives what the plainest possible apply gives",
    expected: "model",
    actual: "applied",
  },
  "lengths-refused": {
    says: "apply refuses an operation that reaches past the end of the document",
    expected: "expected",
    actual: "accepted, giving",
  },
  "unicode-whole": {
    says: "no document and no operation that comes out holds half of a surrogate pair",
    expected: "whole characters",
    actual: "got",
  },
  "normal-form": {
    says: "what normalize, transform and compose give is in normal form: normalize leaves it alone",
    expected: "normal",
    actual: "got",
  },
  "check-accepts": {
    says: "checkOp accepts every operation that the type makes",
    expected: "accepted",
    actual: "refused",
  },
  "snapshot-round-trip": {
    says: "a document survives serialize and deserialize",
    expected: "before",
    actual: "after",
  },
} as const;

/** @public */
export type LawName = keyof typeof lawSentences;
