import { type DecodedOperation, decodeOperation, type Operation } from "@interline/ot";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
} from "../src/codec.ts";
import { DEFAULT_LIMITS } from "../src/limits.ts";
import type { ClientMessage, OutgoingClientMessage } from "../src/messages.ts";
import { clientMessage, serverMessage } from "./arbitraries.ts";

/** What the server sees of a message: a checked operation. */
function received(message: OutgoingClientMessage): ClientMessage {
  if (message.type === "submit") return { ...message, operation: checked(message) };
  if (message.type !== "open") return message;
  const { pending } = message;
  return { ...message, pending: pending && { ...pending, operation: checked(pending) } };
}

/** An operation as it is known to be good for a text of its length. */
function checked({ operation, length }: { operation: Operation; length: number }): DecodedOperation {
  return decodeOperation(operation.toJSON(), length, DEFAULT_LIMITS);
}

describe("the codec", () => {
  it("gives back every message of a client", () => {
    fc.assert(
      fc.property(clientMessage, (message) => {
        const decoded = decodeClientMessage(encodeClientMessage(message), DEFAULT_LIMITS);
        expect(decoded).toEqual({ ok: true, message: received(message), hasMore: false });
        if (message.type === "submit") {
          expect(decoded).toMatchObject({
            message: { operation: { ok: true, operation: message.operation } },
          });
        }
      }),
    );
  });

  it("gives back every message of the server", () => {
    fc.assert(
      fc.property(serverMessage, (message) => {
        expect(decodeServerMessage(encodeServerMessage(message))).toEqual({
          ok: true,
          message,
          hasMore: false,
        });
      }),
    );
  });

  it("passes over what a newer peer adds at the end of a message, or of a list that has a fixed length, if it is told to", () => {
    const more = fc.array(fc.jsonValue(), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(serverMessage, more, (message, added) => {
        // What may be left out is said, so that what is added stands behind it.
        if (message.type === "peers" && message.gone.length === 0) return;
        if (message.type === "ops" && message.selections.length === 0) return;
        if (Object.values(message).includes(undefined)) return;
        const frame = JSON.stringify([...(JSON.parse(encodeServerMessage(message)) as unknown[]), ...added]);
        expect(decodeServerMessage(frame)).toMatchObject({ ok: false, code: "ERR_MESSAGE_SHAPE" });
        expect(decodeServerMessage(frame, { isTolerant: true })).toEqual({
          ok: true,
          message,
          hasMore: true,
        });
      }),
    );
    const user = '["user",["u","U",1,"a field of 1.7"]]';
    expect(decodeClientMessage(user, DEFAULT_LIMITS)).toMatchObject({ ok: false });
    expect(decodeClientMessage(user, { ...DEFAULT_LIMITS, isTolerant: true })).toEqual({
      ok: true,
      message: { type: "user", user: { id: "u", name: "U", color: 1 } },
      hasMore: true,
    });
  });

  it("never throws at a frame, on either side", () => {
    const mangled = fc.oneof(
      fc.string(),
      fc.json(),
      fc.tuple(clientMessage, fc.nat(60), fc.string({ maxLength: 3 })).map(([message, at, noise]) => {
        const frame = encodeClientMessage(message);
        return frame.slice(0, at) + noise + frame.slice(at + 1);
      }),
      fc
        .tuple(
          fc.constantFrom("hello", "open", "submit", "select", "user", "away", "op", "ops", "peers"),
          fc.array(fc.jsonValue()),
        )
        .map(([name, fields]) => JSON.stringify([name, ...fields])),
    );
    fc.assert(
      fc.property(mangled, (frame) => {
        decodeClientMessage(frame, DEFAULT_LIMITS);
        decodeServerMessage(frame);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ["no JSON", "{", "ERR_MESSAGE_SYNTAX"],
    ["nothing", "", "ERR_MESSAGE_SYNTAX"],
    ["null", "null", "ERR_MESSAGE_SHAPE"],
    ["an object", '{"type":"ping"}', "ERR_MESSAGE_SHAPE"],
    ["an empty array", "[]", "ERR_MESSAGE_SHAPE"],
    ["an unknown name", '["shout"]', "ERR_MESSAGE_UNKNOWN"],
    ["the name of a property of all objects", '["constructor"]', "ERR_MESSAGE_UNKNOWN"],
    ["a further field of a list", '["user",["a","b",1,1]]', "ERR_MESSAGE_SHAPE"],
    ["a further field", '["ping",1]', "ERR_MESSAGE_SHAPE"],
    ["a missing field", '["settled",1]', "ERR_MESSAGE_SHAPE"],
    ["a number that is no whole one", '["settled",1,1.5]', "ERR_MESSAGE_SHAPE"],
    ["a number below 0", '["settled",1,-1]', "ERR_MESSAGE_SHAPE"],
    ["a number too large", '["settled",1,1e300]', "ERR_MESSAGE_SHAPE"],
    ["a text where a number goes", '["settled","1",1]', "ERR_MESSAGE_SHAPE"],
    ["half a selection", '["select",1,1,4]', "ERR_MESSAGE_SHAPE"],
    ["a name of spaces", '["user",["a","  ",1]]', "ERR_MESSAGE_SHAPE"],
    ["a name of half a character", '["user",["a","\\ud83d",1]]', "ERR_MESSAGE_SHAPE"],
    ["a colour 0", '["user",["a","b",0]]', "ERR_MESSAGE_SHAPE"],
    ["a colour 13", '["user",["a","b",13]]', "ERR_MESSAGE_SHAPE"],
    ["away without a word whether", '["away"]', "ERR_MESSAGE_SHAPE"],
    ["away as a number", '["away",1]', "ERR_MESSAGE_SHAPE"],
    ["a session with a space", '["open",1,"d","a b",0,"",0,false,0]', "ERR_MESSAGE_SHAPE"],
    ["a document id with a slash", '["open",1,"a/b","s",0,"",0,false,0]', "ERR_DOCUMENT_ID"],
    ["a document id that is none", '["open",1,7,"s",0,"",0,false,0]', "ERR_DOCUMENT_ID"],
    ["a document id of dots", '["open",1,"..","s",0,"",0,false,0]', "ERR_DOCUMENT_ID"],
  ])("refuses %s", (_, frame, code) => {
    expect(decodeClientMessage(frame, DEFAULT_LIMITS)).toMatchObject({ ok: false, code });
  });

  it("tells who went in a field of its own, which is left out where there is nobody", () => {
    const peers = { type: "peers", channel: 1, version: 3, joined: [], left: [5], gone: [] } as const;
    expect(encodeServerMessage(peers)).toBe('["peers",1,3,[],[5]]');
    const gone = [{ user: { id: "c1", name: "Mia", color: 3 }, goneMs: 300_000 }];
    expect(encodeServerMessage({ ...peers, gone })).toBe('["peers",1,3,[],[5],[[["c1","Mia",3],300000]]]');
  });

  it("takes a submission with a bad operation, so that it can be refused by its number", () => {
    expect(decodeClientMessage('["submit",1,8,0,0,[1e308,"x"],7]', DEFAULT_LIMITS)).toMatchObject({
      ok: true,
      message: { type: "submit", seq: 8, operation: { ok: false, code: "ERR_OPERATION_NUMBER" } },
    });
  });
});
