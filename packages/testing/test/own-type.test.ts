import { describe, expect, it } from "vitest";
import { assertType, checkType, type LawName } from "../src/index.ts";
import { own, ownFunctions, ownSubject } from "./subjects.ts";

describe("the type of @interline/ot", () => {
  it("keeps every law of a type with pending operations on the left", () => {
    const report = assertType(own, { runs: 2000 });
    expect(report.results.filter(({ status }) => status === "not applicable")).toEqual([]);
  });

  it("keeps them over a text of its own", () => {
    assertType(ownFunctions, { subject: ownSubject });
  });

  it("refuses an operation that reaches past the end", () => {
    expect(checkType(own, { only: ["lengths-refused"], isStrict: true }).broken).toEqual([]);
  });

  it("keeps the laws of two operations in every case of 3 characters and 3 components", () => {
    const only: LawName[] = [
      "tp1-doc",
      "compose-apply",
      "compose-identity",
      "apply-model",
      "pure",
      "unicode-whole",
    ];
    const report = assertType(own, { only, runs: 0, small: { size: 3, components: 3 } });
    expect(report.results.map(({ runs }) => runs)).toEqual([1989, expect.any(Number), 69, 69, 1989, 1989]);
  });

  it("keeps the laws of three operations in every case of 2 characters and 2 components", () => {
    const only: LawName[] = [
      "compose-assoc-value",
      "group-left-effect",
      "group-left-value",
      "group-moves-right",
      "pos-group",
    ];
    const report = assertType(own, { only, runs: 0, small: { size: 2, components: 2 } });
    for (const { runs } of report.results) expect(runs).toBeGreaterThan(300);
  });
});
