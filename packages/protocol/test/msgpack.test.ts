import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeClientFields, decodeClientMessage, DEFAULT_LIMITS } from "../src/index.ts";
import { isUnpackable } from "../src/msgpack-guard.ts";
import { packMessage, unpackMessage } from "../src/msgpack.ts";

/** No message has a field `__proto__`: see below. */
const json = fc
  .jsonValue()
  .map((value) => JSON.stringify(value))
  .filter((text) => !text.includes('"__proto__"'));

describe("MessagePack", () => {
  test("has the same fields as the text", () => {
    fc.assert(
      fc.property(json, (text) => {
        // -0 is 0 in JSON.
        expect(unpackMessage(packMessage(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  test("does not unpack what could reach a prototype", () => {
    expect(unpackMessage(packMessage('{"__proto__":null}'))).toBeUndefined();
    expect(unpackMessage(packMessage('["submit",1,1,0,0,[{"__proto__":{"d":3}}],0]'))).toBeUndefined();
  });

  test("is checked as the text is", () => {
    const texts = [
      '["ping"]',
      '["open",1,"doc","session-0123456789ab",0,"",0,false,0]',
      '["submit",1,1,0,0,["a😀",{"d":3}],0]',
      '["submit",1,1,9007199254740991,0,[],0]',
      '["submit",1,1,9007199254740993,0,[],0]',
      '["nonsense"]',
      '["close",-1]',
      "{}",
      '{"__proto__":1}',
    ];
    for (const text of texts) {
      expect(decodeClientFields(unpackMessage(packMessage(text)), DEFAULT_LIMITS)).toEqual(
        decodeClientMessage(text, DEFAULT_LIMITS),
      );
    }
  });

  test("whatever the bytes are, nothing is thrown, and no prototype changes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const decoded = decodeClientFields(unpackMessage(bytes), DEFAULT_LIMITS);
        if (!decoded.ok) expect(decoded.code).toMatch(/^ERR_/);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  test("lengths that are only claimed cost nothing", () => {
    for (const head of [0xdd, 0xdf, 0xdb, 0xc6]) {
      expect(unpackMessage(new Uint8Array([head, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]))).toBeUndefined();
    }
  });
});

describe("[I8] unpacking is linear in the bytes that came", () => {
  const nest = (head: readonly number[], times: number): number[] =>
    Array.from({ length: times }, () => head).flat();

  test.each<[what: string, bytes: readonly number[]]>([
    ["an array of one value more than there are bytes", [0x93, 1, 2]],
    ["a map of one entry more than there are bytes", [0x82, 0xa1, 0x61, 1, 0xa1, 0x62]],
    ["arrays in an array, each of all that is left of the other", [0x92, 0x92, 1, 1]],
    ["a sibling that claims what its neighbours need", [0x93, 0x93, 1, 1, 1, 1]],
    ["an array that claims what a string took", [0x92, 0xa2, 0x61, 0x61]],
    ["a text of one byte more than there are", [0xa2, 0x61]],
    ["a long text of one byte more than there are", [0xd9, 2, 0x61]],
    ["a number of which bytes are missing", [0xce, 0, 0, 0]],
    ["a length of which bytes are missing", [0xdd, 0, 0]],
    ["more than one value", [1, 1]],
    ["nothing", []],
    ["65 arrays in one another", [...nest([0x91], 65), 1]],
    ["65 maps in one another", [...nest([0x81, 0xa1, 0x61], 65), 1]],
    ["binary data, which no message has", [0xc4, 1, 0]],
    ["an extension, which no message has", [0xd4, 1, 0]],
    ["a time, which is an extension", [0xd6, 0xff, 0, 0, 0, 0]],
    ["the byte that MessagePack never uses", [0xc1]],
  ])("refuses %s", (_what, bytes) => {
    expect(isUnpackable(Uint8Array.from(bytes))).toBe(false);
    expect(unpackMessage(Uint8Array.from(bytes))).toBeUndefined();
  });

  test("takes 64 arrays in one another", () => {
    let value = unpackMessage(Uint8Array.from([...nest([0x91], 64), 7]));
    for (let depth = 0; depth < 64; depth++) value = (value as unknown[])[0];
    expect(value).toBe(7);
  });

  test("takes empty arrays and maps, wherever they are", () => {
    expect(unpackMessage(Uint8Array.from([0x93, 0x90, 0x80, 0x91, 0x90]))).toEqual([[], {}, [[]]]);
  });

  test("refuses more values than it is told to take", () => {
    expect(unpackMessage(Uint8Array.from([0x93, 1, 2, 3]), 4)).toEqual([1, 2, 3]);
    expect(unpackMessage(Uint8Array.from([0x93, 1, 2, 3]), 3)).toBeUndefined();
  });

  test("law: whatever is taken has no more values than bytes", () => {
    const claims = fc.constantFrom(0x81, 0x91, 0x92, 0x9f, 0xdc, 0xdd, 0xde, 0xdf, 0xa1, 0xd9, 0, 1, 0xc0);
    fc.assert(
      fc.property(fc.array(claims, { maxLength: 60 }), (bytes) => {
        const value = unpackMessage(Uint8Array.from(bytes));
        if (value !== undefined) expect(sizeOf(value)).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 20_000 },
    );
  });
});

/** How many values something is made of, room that was only claimed included. */
function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return 1 + Array.from(value, sizeOf).reduce((sum, size) => sum + size, 0);
  if (typeof value !== "object" || value === null) return 1;
  return 1 + Object.values(value).reduce((sum: number, part) => sum + sizeOf(part), 0);
}
