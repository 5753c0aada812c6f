import {
  apply,
  type Component,
  composeAll,
  decodeOperation,
  Operation,
  Text,
  transform,
} from "@interline/ot";
import { encodeClientMessage } from "@interline/protocol";
import { forkArbitrary, operationArbitrary } from "@interline/testing";
import * as fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type Effect, Replica } from "../src/replica.ts";

let sessions = 0;
let replica: Replica;

/** A replica at version 1, id "e1", with a text, live. */
function liveReplica(text: string): Replica {
  const made = new Replica({ newSession: () => `s${sessions++}` });
  made.open();
  made.opened({ lastSeq: 0, headVersion: 1 });
  made.ops({ from: 0, to: 1, entryId: "e1", operation: received([text]) });
  return made;
}

/** An operation as it is decoded from a message, which does not tell the length that it is for. */
function received(components: readonly Component[]): Operation {
  const decoded = decodeOperation(components, undefined, { maxComponents: 100 });
  if (!decoded.ok) throw new Error(decoded.message);
  return decoded.operation;
}

function edit(components: readonly Component[]): Effect[] {
  return replica.edit(Operation.from(components, replica.text.points));
}

const submitOf = (effects: readonly Effect[]) => effects.find((effect) => effect.type === "submit");
const typesOf = (effects: readonly Effect[]) => effects.map(({ type }) => type);

beforeEach(() => {
  sessions = 0;
  replica = liveReplica("abc");
});

describe("local edits", () => {
  it("[C1] take effect at once and go into the buffer while something is in flight", () => {
    expect(submitOf(edit([3, "d"]))).toMatchObject({
      seq: 1,
      version: 1,
      length: 3,
      operation: [3, "d"],
    });
    expect(edit([4, "e"])).toEqual([]);
    expect(edit([5, "f"])).toEqual([]);
    expect(replica.text.toString()).toBe("abcdef");
    expect(replica.pendingEdits).toBe(3);
  });

  it("[C1] change nothing when they do not fit", () => {
    expect(() => replica.edit(Operation.from([4, "x"], 4))).toThrow(
      expect.objectContaining({ code: "ERR_LENGTH_MISMATCH" }),
    );
    expect(replica.text.toString()).toBe("abc");
    expect(replica.pendingEdits).toBe(0);
  });

  it("[C1] that cancel out before they are sent leave nothing pending", () => {
    replica.closed();
    edit([3, "d"]);
    edit([3, { d: 1 }]);
    expect(replica.pendingEdits).toBe(0);
  });

  it("[C2] are sent one operation at a time, the buffer as one, under the next number", () => {
    edit([3, "d"]);
    edit([4, "e"]);
    edit([5, "f"]);
    const effects = replica.ack({ seq: 1, version: 2, entryId: "e2" });
    expect(submitOf(effects)).toMatchObject({
      seq: 2,
      version: 2,
      length: 4,
      operation: [4, "ef"],
      settled: 1,
    });
  });

  it("[C2] are not sent before the head that `opened` told is reached", () => {
    replica.closed();
    edit([3, "d"]);
    replica.open();
    expect(submitOf(replica.opened({ lastSeq: 0, headVersion: 2 }))).toBeUndefined();
    const effects = replica.ops({ from: 1, to: 2, entryId: "e2", operation: received(["x"]) });
    expect(submitOf(effects)).toMatchObject({ seq: 1, version: 2, operation: [4, "d"] });
  });

  it("[C2] larger than the server's limits go in parts, cut by what they take on the wire", () => {
    const piece = fc.constantFrom(
      "\0",
      "\u001f",
      "\n",
      '"',
      "\\",
      "a",
      "\u007f",
      "é",
      "漢",
      "😀",
      "plain words ",
    );
    const limits = { maxMessageBytes: 2_000, maxDocumentLength: 1e6, maxComponents: 100 };
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 9 }), fc.nat(2_000), (pieces, times) => {
        const made = liveReplica("abc");
        made.limits = limits;
        const text = pieces.join("").repeat(Math.ceil(times / pieces.length));
        const channel = { type: "submit", channel: Number.MAX_SAFE_INTEGER } as const;
        const sizes: number[] = [];
        const parts: Operation[] = [];
        let effects = made.edit(Operation.from([1, { d: 1 }, ...(text === "" ? [] : [text])], 3));
        for (let submit = submitOf(effects); submit?.type === "submit"; submit = submitOf(effects)) {
          const selection = submit.isWhole ? { anchor: 12_345, head: 123_456 } : undefined;
          const frame = encodeClientMessage({ ...submit, ...channel, selection });
          sizes.push(Buffer.byteLength(frame));
          parts.push(submit.operation);
          const version = made.version + 1;
          effects = made.ack({ seq: submit.seq, version, entryId: `e${version}` });
        }
        expect(Math.max(...sizes)).toBeLessThanOrEqual(limits.maxMessageBytes);
        for (const size of sizes.slice(0, -1)) expect(size).toBeGreaterThan(limits.maxMessageBytes - 300);
        expect(apply(Text.of("abc"), composeAll(parts)).toString()).toBe(`a${text}c`);
        expect(made.pendingEdits).toBe(0);
      }),
    );
  });

  it("[C2] that go in parts tell how much of them is durable, and as much as fits leaves at once where parts may be small", () => {
    replica.limits = { maxMessageBytes: 100_000, maxDocumentLength: 1e6, maxComponents: 100 };
    replica.maxPartBytes = 1_034;
    expect(replica.progress).toBeUndefined();
    let submit = submitOf(edit([1, "x".repeat(2_000)]));
    expect(submit).toMatchObject({ operation: [1, "x".repeat(1_000)], isWhole: false });
    expect(replica.progress).toBe(0);
    submit = submitOf(replica.ack({ seq: 1, version: 2, entryId: "e2" }));
    expect(replica.progress).toBe(0.5);
    // What is typed meanwhile counts with it, but the last part ends it.
    edit(["y".repeat(500)]);
    expect(replica.progress).toBe(0.4);
    submit = submitOf(replica.ack({ seq: 2, version: 3, entryId: "e3" }));
    expect(submit).toMatchObject({ operation: ["y".repeat(500)] });
    expect(replica.progress).toBeUndefined();
  });

  it("[C2] that cannot fit as a whole do not leave in part, until others make room", () => {
    replica.limits = { maxMessageBytes: 400, maxDocumentLength: 1_000, maxComponents: 100 };
    expect(edit([3, "x".repeat(998)])).toEqual([]);
    expect(replica.held).toBe("ERR_DOCUMENT_TOO_LARGE");
    expect(replica.pendingText).toBe("x".repeat(998));
    const effects = replica.ops({ from: 1, to: 2, entryId: "e2", operation: received([{ d: 1 }]) });
    expect(submitOf(effects)).toMatchObject({ seq: 1, isWhole: false });
    expect(replica.held).toBeUndefined();
  });

  it("[C9] of which others take the room are accepted in part: the rest stays, and is told apart", () => {
    replica.limits = { maxMessageBytes: 400, maxDocumentLength: 1_000, maxComponents: 100 };
    const pasted = Array.from({ length: 99 }, (_, line) => `line ${line}`).join("\n");
    const submit = submitOf(edit([3, pasted]));
    if (submit?.type !== "submit") throw new Error("nothing was sent");
    const [, first] = submit.operation.toJSON();
    expect(
      replica.ops({ from: 1, to: 2, entryId: "e2", operation: received(["o".repeat(300)]) }),
    ).not.toEqual([]);
    expect(submitOf(replica.ack({ seq: 1, version: 3, entryId: "e3" }))).toBeUndefined();
    expect(replica.held).toBe("ERR_DOCUMENT_TOO_LARGE");
    expect(`${first as string}${replica.pendingText}`).toBe(pasted);
    expect(replica.progress).toBeCloseTo((first as string).length / pasted.length);
    expect(replica.text.toString()).toBe(`${"o".repeat(300)}abc${pasted}`);
    // What stands apart is in lines of its own.
    edit(["a word"]);
    expect(replica.pendingText).toBe(`a word\n${pasted.slice((first as string).length)}`);
    // Taken back, nothing is left to say.
    edit([{ d: 6 }, 303 + (first as string).length, { d: pasted.length - (first as string).length }]);
    expect([replica.pendingEdits, replica.progress, replica.held]).toEqual([0, undefined, undefined]);
  });
});

describe("what arrives", () => {
  it("[C3] moves over what is pending, and what is pending over it", () => {
    edit([1, "X"]);
    edit([2, "Y"]);
    const effects = replica.ops({ from: 1, to: 2, entryId: "e2", operation: received([1, "r", { d: 1 }]) });
    expect(effects).toEqual([
      { type: "advanced", operation: [1, "r", { d: 1 }] },
      { type: "remote", operation: [3, "r", { d: 1 }] },
    ]);
    expect(replica.text.toString()).toBe("aXYrc");
  });

  it("[C3] in any grouping gives one text and one pending operation", () => {
    fc.assert(
      fc.property(forkArbitrary(4), fc.nat(2), ({ document, pending, operations }, cut) => {
        if (document === "") return;
        const oneByOne = liveReplica(document);
        const grouped = liveReplica(document);
        oneByOne.edit(pending);
        grouped.edit(pending);
        operations.forEach((operation, index) => {
          oneByOne.ops({ from: index + 1, to: index + 2, entryId: `e${index}`, operation });
        });
        grouped.ops({
          from: 1,
          to: cut + 2,
          entryId: "a",
          operation: composeAll(operations.slice(0, cut + 1)),
        });
        grouped.ops({ from: cut + 2, to: 5, entryId: "b", operation: composeAll(operations.slice(cut + 1)) });
        expect(grouped.text.toString()).toBe(oneByOne.text.toString());
        expect(grouped.pending).toEqual(oneByOne.pending);
      }),
    );
  });

  it("[C3] as `remote` operations keeps an editor that only applies those at the shown text", () => {
    const schedule = fc.array(fc.tuple(fc.boolean(), fc.infiniteStream(fc.nat())), { maxLength: 12 });
    fc.assert(
      fc.property(schedule, fc.gen(), (steps, g) => {
        const made = liveReplica("start");
        let shown = made.text;
        let length = 5;
        let version = 1;
        for (const [isLocal] of steps) {
          if (isLocal) {
            const local = g(operationArbitrary, shown.points);
            made.edit(local);
            shown = apply(shown, local);
          } else {
            const operation = g(operationArbitrary, length);
            length = operation.targetLength;
            for (const effect of made.ops({
              from: version,
              to: ++version,
              entryId: `e${version}`,
              operation,
            })) {
              if (effect.type === "remote") shown = apply(shown, effect.operation);
            }
          }
          expect(shown.toString()).toBe(made.text.toString());
        }
      }),
    );
  });

  it.each([
    ["a gap", () => replica.ops({ from: 2, to: 3, entryId: "e3", operation: received(["x"]) })],
    [
      "an operation that does not fit",
      () => replica.ops({ from: 1, to: 2, entryId: "e2", operation: received([9, "x"]) }),
    ],
    ["an ack of nothing", () => replica.ack({ seq: 1, version: 2, entryId: "e2" })],
    [
      "an ack out of order",
      () => {
        edit(["x"]);
        return replica.ack({ seq: 1, version: 3, entryId: "e3" });
      },
    ],
  ])("[C3] %s makes the channel open again and ask for a snapshot", (_, receive) => {
    expect(typesOf(receive())).toEqual(["reopen"]);
    expect(replica.open()).toMatchObject({ version: 1, entryId: "-" });
  });

  it("is ignored while no channel is live", () => {
    replica.closed();
    expect(replica.ops({ from: 1, to: 2, entryId: "e2", operation: received(["x"]) })).toEqual([]);
    expect(replica.ack({ seq: 1, version: 2, entryId: "e2" })).toEqual([]);
    expect(replica.refused({ seq: 1, code: "ERR_READ_ONLY" })).toEqual([]);
    expect(replica.text.toString()).toBe("abc");
  });
});

describe("after a break", () => {
  beforeEach(() => {
    edit([3, "d"]);
    edit([4, "e"]);
    replica.closed();
  });

  it("[C4] nothing is folded or sent before the fate is known", () => {
    expect(edit([5, "f"])).toEqual([]);
    expect(replica.open()).toEqual({
      session: "s0",
      version: 1,
      entryId: "e1",
      lastSeq: 1,
      inFlight: true,
      settled: 0,
    });
    expect(edit([6, "g"])).toEqual([]);
    expect(replica.pending).toEqual([
      [3, "d"],
      [4, "efg"],
    ]);
  });

  it("[C5] what was not committed goes out as one with the buffer, under a new number", () => {
    replica.open();
    expect(submitOf(replica.opened({ lastSeq: 0, headVersion: 1 }))).toMatchObject({
      seq: 2,
      operation: [3, "de"],
    });
  });

  it("[C5] what was committed waits for its ack at its place in the order", () => {
    replica.open();
    expect(replica.opened({ lastSeq: 1, headVersion: 3 })).toEqual([]);
    replica.ops({ from: 1, to: 2, entryId: "e2", operation: received(["x"]) });
    expect(submitOf(replica.ack({ seq: 1, version: 3, entryId: "e3" }))).toMatchObject({
      seq: 2,
      version: 3,
      operation: [5, "e"],
    });
    expect(replica.text.toString()).toBe("xabcde");
  });

  it("[C6] a snapshot takes what was committed for known", () => {
    replica.open();
    const effects = replica.snapshot({
      reason: "trimmed",
      lastSeq: 1,
      version: 9,
      entryId: "e9",
      text: "xabcdz",
    });
    expect(replica.text.toString()).toBe("xabcdez");
    expect(submitOf(effects)).toMatchObject({ seq: 2, version: 9, operation: [5, "e"] });
  });

  it("[C6] a snapshot takes what was not committed along", () => {
    replica.open();
    const effects = replica.snapshot({
      reason: "diverged",
      lastSeq: 0,
      version: 9,
      entryId: "e9",
      text: "xabc",
    });
    expect(replica.text.toString()).toBe("xabcde");
    expect(submitOf(effects)).toMatchObject({ seq: 2, version: 9, operation: [4, "de"] });
  });

  it("[C6] a snapshot of a log that lost what was saved sets the text aside, and goes on with what is pending", () => {
    replica.open();
    const lost = { reason: "diverged", lastSeq: 0, version: 0, entryId: "", text: "x" } as const;
    const effects = replica.snapshot(lost);
    expect(effects[0]).toEqual({ type: "set-aside", text: "abcde" });
    expect(submitOf(effects)).toMatchObject({ version: 0, operation: ["de"] });
    // It is told once.
    replica.closed();
    replica.open();
    const later = { ...lost, reason: "trimmed", version: 3, text: "yz" } as const;
    expect(typesOf(replica.snapshot(later))).not.toContain("set-aside");
  });

  it.each([
    ["is as long again as it was", { version: 2, entryId: "x2" }],
    ["has grown since", { version: 9, entryId: "e9" }],
  ])("[C6] also where the log %s", (_, head) => {
    const author = liveReplica("abc");
    author.edit(Operation.from([3, "d"], 3));
    author.ack({ seq: 1, version: 2, entryId: "e2" });
    const reader = liveReplica("abc");
    reader.ops({ from: 1, to: 2, entryId: "e2", operation: Operation.from([3, "d"], 3) });
    for (const replica of [author, reader]) {
      replica.closed();
      replica.open();
      const snapshot = { reason: "diverged", lastSeq: 0, ...head, text: "abcx" } as const;
      expect(replica.snapshot(snapshot)[0]).toEqual({ type: "set-aside", text: "abcd" });
    }
  });

  it("[C6] where history is trimmed an author knows by its own number that something is lost", () => {
    const author = liveReplica("abc");
    author.edit(Operation.from([3, "d"], 3));
    author.ack({ seq: 1, version: 2, entryId: "e2" });
    author.closed();
    author.open();
    const trimmed = { reason: "trimmed", lastSeq: 0, version: 9, entryId: "e9", text: "abcx" } as const;
    expect(author.snapshot(trimmed)[0]).toEqual({ type: "set-aside", text: "abcd" });
  });

  it("[C6] not where all of the text was put back", () => {
    const idle = liveReplica("abc");
    idle.closed();
    idle.open();
    const same = { reason: "diverged", lastSeq: 0, version: 0, entryId: "", text: "abc" } as const;
    expect(typesOf(idle.snapshot(same))).toEqual(["replaced"]);
    idle.closed();
    idle.open();
    const more = { ...same, version: 2, entryId: "x2", text: "abxc" };
    expect(typesOf(idle.snapshot(more))).toEqual(["replaced", "remote"]);
  });

  it.each(["stale", "fate-unknown"] as const)(
    "[C7] [C8] a snapshot because of `%s` sets the text aside and begins a new session",
    (reason) => {
      replica.open();
      const effects = replica.snapshot({ reason, lastSeq: 4, version: 9, entryId: "e9", text: "new" });
      expect(effects[0]).toEqual({ type: "set-aside", text: "abcde" });
      expect(typesOf(effects).at(-1)).toBe("reopen");
      expect(submitOf(effects)).toBeUndefined();
      expect(replica.text.toString()).toBe("new");
      expect(replica.pendingEdits).toBe(0);
      expect(replica.open()).toEqual({
        session: "s1",
        version: 9,
        entryId: "e9",
        lastSeq: 0,
        inFlight: false,
        settled: 0,
      });
    },
  );

  it("[C7] a stale snapshot with nothing pending sets nothing aside", () => {
    const idle = liveReplica("abc");
    idle.closed();
    idle.open();
    const effects = idle.snapshot({ reason: "stale", lastSeq: 4, version: 9, entryId: "e9", text: "new" });
    expect(typesOf(effects)).toEqual(["replaced", "remote", "reopen"]);
  });
});

describe("a refusal", () => {
  it("[C9] keeps the edits, burns the number, and holds until the right comes back", () => {
    edit([3, "d"]);
    expect(replica.refused({ seq: 1, code: "ERR_READ_ONLY" })).toEqual([]);
    expect(replica.held).toBe("ERR_READ_ONLY");
    expect(edit([4, "e"])).toEqual([]);
    replica.ops({ from: 1, to: 2, entryId: "e2", operation: received(["x"]) });
    expect(replica.text.toString()).toBe("xabcde");
    replica.closed();
    replica.open();
    expect(submitOf(replica.opened({ lastSeq: 0, headVersion: 2 }))).toMatchObject({
      seq: 2,
      operation: [4, "de"],
    });
  });

  it("[C9] of something too large ends when the writer changes it", () => {
    edit([3, "d"]);
    replica.refused({ seq: 1, code: "ERR_DOCUMENT_TOO_LARGE" });
    expect(submitOf(edit([2, { d: 1 }]))).toMatchObject({ seq: 2, operation: [2, { d: 1 }, "d"] });
  });

  it("[C9] of an operation that does not fit its version asks for a snapshot", () => {
    edit([3, "d"]);
    expect(typesOf(replica.refused({ seq: 1, code: "ERR_LENGTH_MISMATCH" }))).toEqual(["reopen"]);
    expect(replica.pendingEdits).toBe(1);
  });

  it("[C9] of an older number changes nothing", () => {
    edit([3, "d"]);
    expect(replica.refused({ seq: 0, code: "ERR_READ_ONLY" })).toEqual([]);
    expect(replica.held).toBeUndefined();
  });
});

it("[C10] settled is the last number, or the one before it while that is in flight", () => {
  expect(replica.settled).toBe(0);
  edit([3, "d"]);
  expect(replica.settled).toBe(0);
  replica.ack({ seq: 1, version: 2, entryId: "e2" });
  expect(replica.settled).toBe(1);
});

it("a pending operation stays what its author meant when history is transformed around it", () => {
  fc.assert(
    fc.property(forkArbitrary(1), ({ document, pending, operations: [committed = Operation.noop(0)] }) => {
      if (document === "") return;
      const made = liveReplica(document);
      made.edit(pending);
      made.ops({ from: 1, to: 2, entryId: "e2", operation: committed });
      const server = apply(apply(Text.of(document), committed), transform(pending, committed, "left"));
      expect(made.text.toString()).toBe(server.toString());
    }),
  );
});
