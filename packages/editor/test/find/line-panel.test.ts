import { expect, it } from "vitest";
import { placeOf } from "../../src/find/line-panel.ts";

it.each([
  ["12", { line: 12, column: 1 }],
  [" 12:5 ", { line: 12, column: 5 }],
  ["12, 5", { line: 12, column: 5 }],
  ["0", { line: 0, column: 1 }],
  ["", undefined],
  ["a12", undefined],
  ["-1", undefined],
])("the place %j", (written, expected) => {
  expect(placeOf(written)).toEqual(expected);
});
