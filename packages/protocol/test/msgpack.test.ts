import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeClientFields, decodeClientMessage, DEFAULT_LIMITS } from "../src/index.ts";
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
