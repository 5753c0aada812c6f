import { apply, countPoints, diffInSteps, Operation, Text } from "@interline/ot";
import { decodeServerMessage } from "@interline/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numbersFor, PART_UNITS, partsOf } from "../../src/documents/parts.ts";
import { MemoryLog } from "../../src/log/memory-log.ts";
import type { ServerError } from "../../src/errors.ts";
import type { CommitAnswer, CommitBatch } from "../../src/log/document-log.ts";
import { createDocumentServer } from "../../src/server.ts";

const ANN = { id: "ann", name: "Ann", color: 1 };

/** A log that counts the entries of each batch that it commits, and fails when it is told to. */
class CountingLog extends MemoryLog {
  readonly batches: number[] = [];
  /** The next long commit rejects, before or after it was done. */
  fail: "before" | "after" | undefined;

  override async commit(document: string, batch: CommitBatch): Promise<CommitAnswer> {
    const { fail } = this;
    if (batch.entries.length > 1) this.fail = undefined;
    if (fail === "before" && batch.entries.length > 1) throw new Error("the store failed");
    const answer = await super.commit(document, batch);
    if (answer.outcome === "committed") this.batches.push(batch.entries.length);
    if (fail === "after" && batch.entries.length > 1) throw new Error("the store failed");
    return answer;
  }
}

/** Text of characters of one and of two UTF-16 code units. */
function textArbitrary(maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom("a", "b", "\n", "é", "😀"), maxLength });
}

/** A text, and an operation for it of any shape. */
const edit = fc
  .record({
    before: textArbitrary(30),
    steps: fc.array(fc.tuple(fc.nat(6), fc.nat(6), textArbitrary(20)), { maxLength: 6 }),
  })
  .map(({ before, steps }) => {
    const length = countPoints(before);
    const components: (number | string | { d: number })[] = [];
    let at = 0;
    for (const [kept, gone, text] of steps) {
      const skip = Math.min(kept, length - at);
      const drop = Math.min(gone, length - at - skip);
      at += skip + drop;
      if (skip > 0) components.push(skip);
      if (drop > 0) components.push({ d: drop });
      if (text !== "") components.push(text);
    }
    return { before, operation: Operation.from(components, length) };
  });

describe("a long operation as parts", () => {
  test("law: they have the effect of the whole, each is short, and the text is never longer than before and after", () => {
    fc.assert(
      fc.property(edit, fc.integer({ min: 2, max: 9 }), ({ before, operation }, maxUnits) => {
        let text = Text.of(before);
        const longest = Math.max(text.points, operation.targetLength);
        const parts = [...partsOf(operation, maxUnits)];
        expect(parts.length).toBeLessThanOrEqual(numbersFor(operation, maxUnits));
        for (const part of parts) {
          expect(part.insertedUnits).toBeLessThanOrEqual(Math.max(maxUnits, 2));
          text = apply(text, part);
          // Components of their own may lie further on: what one of them brings and another takes away.
          expect(text.points).toBeLessThanOrEqual(longest + operation.inserted);
        }
        expect(text.toString()).toBe(apply(Text.of(before), operation).toString());
      }),
      { numRuns: 2_000 },
    );
  });

  test("where much is replaced by much, the new text grows in the place of the old", () => {
    const before = Text.of(`<${"o".repeat(100)}>`);
    const operation = Operation.from([1, { d: 100 }, "n".repeat(100)], 102);
    let text = before;
    const seen = [...partsOf(operation, 40)].map((part) => {
      text = apply(text, part);
      return text.toString();
    });
    expect(seen).toEqual([34, 68, 100].map((count) => `<${"n".repeat(count)}${"o".repeat(100 - count)}>`));
  });

  test("what replaces a longer text takes its share of it with each part, and never outgrows a shorter one before its time", () => {
    for (const [old, fresh] of [
      [100, 30],
      [30, 100],
    ] as const) {
      let text = Text.of("o".repeat(old));
      for (const part of partsOf(Operation.from([{ d: old }, "n".repeat(fresh)], old), 10)) {
        text = apply(text, part);
        expect(text.points).toBeLessThanOrEqual(Math.max(old, fresh));
      }
      expect(text.toString()).toBe("n".repeat(fresh));
    }
  });
});

describe("a long text that the server writes", () => {
  /**
   * Somebody who types `!` at the start, again and again, a turn of the event loop after each is
   * acknowledged.
   */
  function typist(documents: ReturnType<typeof createDocumentServer>): { typed: () => number; stop(): void } {
    let version = 0;
    let length = 0;
    let seq = 0;
    let typed = 0;
    let isWaiting = false;
    let isOver = false;
    const type = (): void => {
      if (isWaiting || isOver) return;
      isWaiting = true;
      connection.receive(JSON.stringify(["submit", 1, ++seq, version, length, ["!"], 0]));
    };
    const connection = documents.connect({
      bufferedBytes: 0,
      send({ text }) {
        const decoded = decodeServerMessage(text);
        if (!decoded.ok) return;
        const { message } = decoded;
        expect(message.type).not.toBe("reopen");
        if (message.type === "opened" && message.headVersion === 0) queueMicrotask(type);
        else if (message.type === "ops") {
          version = message.to;
          length += message.operation.targetLength - message.operation.baseLength;
          queueMicrotask(type);
        } else if (message.type === "ack") {
          version = message.version;
          length++;
          typed++;
          isWaiting = false;
          setImmediate(type);
        }
      },
      close() {},
      terminate() {},
    });
    connection.receive('["hello",1,["bob","Bob",2]]');
    connection.receive('["open",1,"d","session-bob",0,"",0,false,0]');
    return {
      typed: () => typed,
      stop: () => {
        isOver = true;
      },
    };
  }

  test("is one batch of short entries; what others write meanwhile stays where they wrote it, and who reads sees the old text or the new one", async () => {
    const log = new CountingLog();
    const server = createDocumentServer({ log });
    const { documents } = server;
    const old = "the old text ".repeat(40_000);
    await documents.create({ id: "d", text: old, author: ANN, owner: "" });
    const bob = typist(server);
    const fresh = "the new 😀 text ".repeat(70_000);
    const end = { isReached: false };
    const replaced = documents.replace("d", fresh, { author: ANN }).finally(() => {
      end.isReached = true;
    });
    const seen = new Set<string>();
    while (!end.isReached) {
      seen.add((await documents.read("d")).text.toString().replace(/^!+/, ""));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { version } = await replaced;
    bob.stop();
    await server.close();
    expect([...seen].filter((text) => text !== old && text !== fresh)).toEqual([]);
    const entries = (await log.readEntries("d", 0, Infinity)) ?? [];
    let text = Text.empty;
    for (const { operation } of entries) {
      expect(operation.insertedUnits).toBeLessThanOrEqual(PART_UNITS);
      text = apply(text, operation);
    }
    expect(log.batches.filter((count) => count > 1)).toHaveLength(2);
    // The last of them is what was written, and all of it stands together.
    const parts = entries.filter(({ session }) => session === entries[version - 1]?.session).slice(-5);
    expect(parts.map((entry) => entry.version)).toEqual([4, 3, 2, 1, 0].map((back) => version - back));
    expect(bob.typed()).toBeGreaterThan(2);
    expect(text.toString() === "!".repeat(text.points - countPoints(fresh)) + fresh).toBe(true);
  });

  test("is all there or not at all when the store fails in the middle", async () => {
    const log = new CountingLog();
    const server = createDocumentServer({ log });
    const { documents } = server;
    await documents.create({ id: "d", text: "old", author: ANN, owner: "" });
    for (const isWritten of [false, true]) {
      log.fail = isWritten ? "after" : "before";
      const fresh = `${isWritten}`.repeat(150_000);
      const { version } = await documents.replace("d", fresh, { author: ANN });
      expect((await documents.read("d")).text.toString() === fresh).toBe(true);
      expect((await log.readHead("d")).version).toBe(version);
    }
    await server.close();
  });

  test("a document that begins with one is not found before all of it is durable, and is made once", async () => {
    const log = new CountingLog();
    const server = createDocumentServer({ log });
    const { documents } = server;
    const text = "x".repeat(600_000);
    const make = (id: string): Promise<unknown> =>
      documents.create({ id, title: "Minutes", text, author: ANN, owner: "ann" });
    const end = { isReached: false };
    const made = Promise.allSettled([make("m"), make("m")]).finally(() => {
      end.isReached = true;
    });
    while (!end.isReached) {
      const found = await documents.read("m").catch((error: ServerError) => error.code);
      const listed = await documents.list({ after: "", limit: 9, isDeleted: false });
      if (typeof found === "string") expect(found).toBe("ERR_DOCUMENT_NOT_FOUND");
      else expect(found.text.points).toBe(text.length);
      for (const { title, owner } of listed) expect([title, owner]).toEqual(["Minutes", "ann"]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await made).map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(await documents.read("m")).toMatchObject({
      version: 3,
      record: { title: "Minutes", owner: "ann" },
    });
    // Somebody who opened its address wrote in it first: it is theirs.
    const bob = typist(server);
    while (bob.typed() === 0) await new Promise((resolve) => setImmediate(resolve));
    bob.stop();
    await expect(make("d")).rejects.toMatchObject({ code: "ERR_DOCUMENT_EXISTS" });
    expect(/^!+$/.test((await documents.read("d")).text.toString())).toBe(true);
    await server.close();
  });

  test("is refused as a whole where the document would be too long, and changes nothing", async () => {
    const server = createDocumentServer({ log: new MemoryLog(), limits: { maxDocumentLength: 700_000 } });
    const { documents } = server;
    const text = "x".repeat(400_000);
    await documents.create({ id: "d", text, author: ANN, owner: "" });
    const { version } = await documents.read("d");
    await expect(documents.append("d", text, ANN)).rejects.toMatchObject({ code: "ERR_DOCUMENT_TOO_LARGE" });
    expect((await documents.read("d")).version).toBe(version);
    // A text as long as may be replaces another of that length.
    const longest = "y".repeat(700_000);
    await documents.replace("d", longest, { author: ANN });
    await documents.replace("d", longest.replaceAll("y", "z"), { author: ANN });
    expect((await documents.read("d")).text.toString() === "z".repeat(700_000)).toBe(true);
    await server.close();
  });

  test("with a precondition is written only if nobody came between, however long finding the difference takes", async () => {
    const server = createDocumentServer({ log: new MemoryLog() });
    const { documents } = server;
    await documents.create({ id: "d", text: "a".repeat(600_000), author: ANN, owner: "" });
    const { version } = await documents.read("d");
    const bob = typist(server);
    const late = documents.replace("d", "b".repeat(600_000), { author: ANN, ifVersion: version });
    await expect(late).rejects.toMatchObject({ code: "ERR_VERSION_MISMATCH" });
    expect(bob.typed()).toBeGreaterThan(0);
    expect(/^!+a+$/.test((await documents.read("d")).text.toString())).toBe(true);
    await server.close();
  });
});

describe("a difference in steps", () => {
  /** How many steps finding a difference takes. */
  function steps(before: string, after: string): { count: number; operation: Operation } {
    const work = diffInSteps(before, after);
    for (let count = 1; ; count++) {
      const step = work.next();
      if (step.done === true) return { count, operation: step.value };
    }
  }

  test("short texts take one", () => {
    expect(steps("one two", "one 2").count).toBe(1);
  });

  test("long texts take some in proportion to their length, of which none is long", () => {
    const long = "😀".repeat(1_000_000);
    const { count, operation } = steps("", long);
    expect(operation.insertedUnits).toBe(long.length);
    expect(count).toBeGreaterThanOrEqual(4);
  });

  test("texts that differ nearly everywhere are given up at once, where their lengths say so", () => {
    const { count, operation } = steps("a".repeat(200_000), "b".repeat(100_000));
    expect([operation.deleted, operation.insertedUnits]).toEqual([200_000, 100_000]);
    expect(count).toBe(1);
  });

  test("texts that are alike for long in many ways take no more steps than they may", () => {
    const before = "a".repeat(990 * 1_001);
    const after = Array.from({ length: 990 }, () => `${"a".repeat(1_000)}b`).join("");
    const { count, operation } = steps(before, after);
    expect(apply(Text.of(before), operation).toString() === after).toBe(true);
    // 2²⁷ comparisons at most, 2¹⁹ in a step.
    expect(count).toBeLessThan(300);
  });
});
