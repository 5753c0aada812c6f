import { describe, expect, test } from "vitest";
import { preconditionOf, tagsOf } from "../src/http/entity-tags.ts";

describe("a header of entity tags", () => {
  test.each<[string | undefined, unknown]>([
    [undefined, undefined],
    ["*", "*"],
    [" * ", "*"],
    ['"1"', ['"1"']],
    ['W/"1"', ['W/"1"']],
    ['"1", "2",W/"3"', ['"1"', '"2"', 'W/"3"']],
    [', "1" ,, "2" ,', ['"1"', '"2"']],
    ['"a,b"', ['"a,b"']],
    ['""', ['""']],
    ["1", []],
    ['"1" "2"', []],
    ['"1", *', []],
    ['w/"1"', []],
    ['"1', []],
    ["", []],
  ])("%j has %j", (header, tags) => {
    expect(tagsOf(header)).toEqual(tags);
  });
});

describe("what becomes of a request for version 2", () => {
  const TABLE: readonly [
    ifMatch: string | undefined,
    ifNoneMatch: string | undefined,
    get: string,
    put: string,
  ][] = [
    [undefined, undefined, "met", "met"],
    ['"2"', undefined, "met", "met"],
    ['"1", "2"', undefined, "met", "met"],
    ["*", undefined, "met", "met"],
    ['"1"', undefined, "failed", "failed"],
    ['"1", "3"', undefined, "failed", "failed"],
    ['W/"2"', undefined, "failed", "failed"],
    ["2", undefined, "failed", "failed"],
    [undefined, '"2"', "not modified", "failed"],
    [undefined, 'W/"2"', "not modified", "failed"],
    [undefined, '"1", W/"2"', "not modified", "failed"],
    [undefined, "*", "not modified", "failed"],
    [undefined, '"1"', "met", "met"],
    [undefined, "2", "met", "met"],
    ['"2"', '"1"', "met", "met"],
    ['"1"', '"2"', "failed", "failed"],
    ['"2"', '"2"', "not modified", "failed"],
  ];
  test.each(TABLE)("If-Match: %s, If-None-Match: %s", (ifMatch, ifNoneMatch, get, put) => {
    const conditions = { ifMatch: tagsOf(ifMatch), ifNoneMatch: tagsOf(ifNoneMatch) };
    const outcomes = ["GET", "HEAD", "PUT", "POST"].map((method) =>
      preconditionOf(method, conditions, '"2"'),
    );
    expect(outcomes).toEqual([get, get, put, put]);
  });
});
