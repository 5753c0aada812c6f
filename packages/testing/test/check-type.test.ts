import { describe, expect, it } from "vitest";
import { assertType, checkType, type LawName, TypeBroken, UnreadableValue } from "../src/index.ts";
import {
  counter,
  counterSubject,
  listSubject,
  listWithoutSides,
  own,
  ownFunctions,
  ownSubject,
} from "./subjects.ts";

const resultOf = (report: ReturnType<typeof checkType>, law: LawName) =>
  report.results.find((result) => result.law === law);

describe("a type that is not text", () => {
  it("is put to every law that it has the functions for", () => {
    const report = assertType(counter, { subject: counterSubject });
    expect(resultOf(report, "tp1-doc")).toMatchObject({ status: "holds", runs: 1000 });
    expect(resultOf(report, "invert-antihomomorphism")?.status).toBe("holds");
    expect(resultOf(report, "pos-group")).toMatchObject({
      status: "not applicable",
      lacks: "the type has no transformPosition",
    });
    expect(resultOf(report, "compose-identity")).toMatchObject({
      status: "not applicable",
      lacks: "the subject has no identity",
    });
  });

  it("is shown a small counterexample where it has no small cases", () => {
    const report = checkType(listWithoutSides, { subject: listSubject, seed: 1 });
    const { counterexample, ...result } = resultOf(report, "tp1-doc")!;
    expect(result).toMatchObject({ status: "broken", isAsked: true, seed: 1 });
    expect(counterexample).toMatchObject({ found: "random", document: [] });
    expect(counterexample?.pending).toMatchObject({ at: 0 });
    expect(counterexample?.expected).not.toEqual(counterexample?.actual);
    expect(report.broken).toContain("tp1-doc");
  });

  it("breaks a law where it throws", () => {
    const moody = {
      ...counter,
      compose: () => {
        throw new Error("not today");
      },
    };
    const report = checkType(moody, { subject: counterSubject });
    expect(resultOf(report, "compose-apply")?.counterexample?.actual).toBe("Error: not today");
    expect(resultOf(report, "tp1-doc")?.status).toBe("holds");
  });

  it("must show values that can be compared", () => {
    const { documents, operations } = ownSubject;
    expect(() => checkType(ownFunctions, { subject: { documents, operations } })).toThrow(UnreadableValue);
  });
});

describe("a report", () => {
  it("comes again from its seed", () => {
    const once = checkType(listWithoutSides, { subject: listSubject });
    expect(checkType(listWithoutSides, { subject: listSubject, seed: once.seed })).toEqual(once);
  });

  it("tells the laws of the other side and does not ask for them", () => {
    const only: LawName[] = ["group-left-value", "group-right-value", "lengths-refused"];
    const report = checkType(own, { only });
    expect(resultOf(report, "group-right-value")).toMatchObject({ status: "broken", isAsked: false });
    expect(report.broken).toEqual([]);
    expect(report.text).toContain("x group-right-value");
    expect(checkType(own, { only, isStrict: true }).broken).toContain("group-right-value");
    expect(checkType(own, { only, pendingSide: "right" }).broken).toContain("group-right-value");
  });

  it("holds only the laws that were named", () => {
    const report = checkType(own, { only: ["tp1-doc", "pure"], runs: 10 });
    expect(report.results.map(({ law }) => law)).toEqual(["tp1-doc", "pure"]);
  });
});

describe("the assertion", () => {
  const options = { subject: listSubject, seed: 1 };

  it("throws the report", () => {
    expect(() => assertType(listWithoutSides, options)).toThrow(TypeBroken);
    expect(() => assertType(listWithoutSides, options)).toThrow(/breaks tp1-doc/);
  });

  it("takes known exceptions, as long as they are true", () => {
    expect(() => assertType(listWithoutSides, { ...options, except: ["tp1-doc"] })).not.toThrow();
    expect(() => assertType(listWithoutSides, { ...options, except: ["tp1-doc", "pure"] })).toThrow(
      /does not break pure/,
    );
  });
});
