import { type } from "@interline/ot";
import ShareDB, { type Doc, type SubmitRequest } from "sharedb";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../support/seeded-random.ts";
import { waitFor } from "../support/wait-for.ts";

// It tells of every operation that is rejected.
ShareDB.logger.setMethods({ info: () => undefined });

const done = (work: (callback: (error?: Error) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => work((error) => (error ? reject(error) : resolve())));

describe("our type in ShareDB, in place of the old one", () => {
  it("merges what two clients type at once, with emoji, and refuses what does not fit", async () => {
    ShareDB.types.register(type);
    const backend = new ShareDB({ doNotForwardSendPresenceErrorsToClient: true });
    const docs = [backend.connect(), backend.connect()].map((connection) => connection.get("texts", "one"));
    const [first, second] = docs as [Doc, Doc];
    await done((callback) => first.create("start", type.uri, callback));
    await done((callback) => first.subscribe(callback));
    await done((callback) => second.subscribe(callback));

    const random = seededRandom(5);
    let failed: Error | undefined;
    for (let edit = 0; edit < 300; edit++) {
      const doc = random.pick(docs);
      const length = Array.from(doc.data ?? "").length;
      const at = random.int(length + 1);
      const skip = at === 0 ? [] : [at];
      const operation =
        at < length && random.chance(0.3) ? [...skip, { d: 1 }] : [...skip, random.pick(["a", "😀", "é\n"])];
      doc.submitOp(operation, (error) => {
        failed ??= error;
      });
      // Now and then the network gets its turn, so that some edits cross and some do not.
      if (random.chance(0.3)) await new Promise((resolve) => setImmediate(resolve));
    }
    await waitFor("both to have everything", () => {
      return !first.hasPending() && !second.hasPending() && first.version === second.version;
    });
    expect(failed).toBeUndefined();
    expect(first.data).toBe(second.data);
    expect(first.data?.isWellFormed()).toBe(true);
    expect(first.data?.length).toBeGreaterThan(50);

    const before = first.data;
    await expect(done((callback) => first.submitOp([1e308, "x"], callback))).rejects.toMatchObject({
      code: "ERR_OT_OP_BADLY_FORMED",
    });
    expect(first.data).toBe(before);
    backend.close();
  });

  describe.each<[how: string, rejection: Rejection, says: string | undefined]>([
    ["silently", (request) => request.rejectedError(), undefined],
    ["with an error", () => new Error("read only"), "read only"],
  ])("when the server rejects a delete %s", (_how, rejection, says) => {
    it.each<[what: string, operation: unknown[], loads: number]>([
      ["tells its length", [{ d: 2 }], 1],
      ["carries its text", [{ d: "he" }], 0],
      ["tells its length and inserts", [1, { d: 4 }, "i"], 1],
      ["carries its text and inserts", [1, { d: "ello" }, "i"], 0],
    ])("one that %s, the writer gets the text back", async (_what, operation, loads) => {
      const { backend, doc } = await openHello();
      let loaded = 0;
      doc.on("load", () => loaded++);
      rejectNext(backend, rejection);
      const submitted = done((callback) => doc.submitOp(operation, callback)).catch(String);
      expect(doc.data).not.toBe("hello world");
      expect(await submitted).toBe(says === undefined ? undefined : `Error: ${says}`);
      expect([doc.data, doc.version, await textOn(backend)]).toEqual(["hello world", 1, "hello world"]);
      // What carries its text is taken back where it stands; for the rest ShareDB loads the document again.
      expect(loaded).toBe(loads);
      await done((callback) => doc.submitOp([5, " new"], callback));
      expect([doc.data, await textOn(backend)]).toEqual(["hello new world", "hello new world"]);
      backend.close();
    });
  });

  it("keeps what was typed behind a rejected delete that carries its text, and what others wrote meanwhile", async () => {
    const { backend, doc } = await openHello();
    const other = backend.connect().get("texts", "one");
    await done((callback) => other.subscribe(callback));
    const held = rejectNext(backend, (request) => request.rejectedError(), true);
    const rejected = done((callback) => doc.submitOp([{ d: "he" }, 2, { d: "o" }], callback));
    const release = await waitFor("the delete to arrive", () => held.release);
    // Not composed with the delete, which is on its way.
    const typed = done((callback) => doc.submitOp(["J", 8, "!"], callback));
    await done((callback) => other.submitOp([6, "wide "], callback));
    await waitFor("the other's insert", () => doc.version === 2);
    expect(doc.data).toBe("Jll wide world!");
    release();
    await Promise.all([rejected, typed]);
    await waitFor("both to have everything", () => doc.version === 3 && other.version === 3);
    const text = "Jhello wide world!";
    expect([doc.data, other.data, await textOn(backend)]).toEqual([text, text, text]);
    backend.close();
  });

  it("ends with the server's text everywhere when one in four operations is rejected", async () => {
    const { backend, doc } = await openHello();
    const other = backend.connect().get("texts", "one");
    await done((callback) => other.subscribe(callback));
    const random = seededRandom(8);
    let rejected = 0;
    backend.use("apply", (request, next) => {
      const isRejected = random.chance(0.25);
      if (isRejected) rejected++;
      next(isRejected ? request.rejectedError() : undefined);
    });
    const docs = [doc, other];
    for (let edit = 0; edit < 300; edit++) {
      const writer = random.pick(docs);
      // While ShareDB loads a document again there is nothing to write in.
      if (writer.data !== undefined) {
        const points = Array.from(writer.data);
        const at = random.int(points.length + 1);
        const removed = points.slice(at, at + random.int(4)).join("");
        const length = Array.from(removed).length;
        const told = { d: random.chance(0.8) ? removed : length };
        const operation = [at, told, random.pick(["", "a", "😀"])];
        writer.submitOp(operation, () => undefined);
      }
      if (random.chance(0.5)) await new Promise((resolve) => setImmediate(resolve));
    }
    await waitFor("both to have everything", () => {
      return docs.every(
        (each) => each.data !== undefined && !each.hasPending() && each.version === doc.version,
      );
    });
    const text = await textOn(backend);
    expect([doc.data, other.data]).toEqual([text, text]);
    expect(rejected).toBeGreaterThan(10);
    backend.close();
  });

  it("moves carets as presence: behind what their owner writes there, before what others do", async () => {
    const { backend, doc } = await openHello();
    const watcher = backend.connect();
    const seenDoc = watcher.get("texts", "one");
    await done((callback) => seenDoc.subscribe(callback));
    const watched = watcher.getDocPresence("texts", "one");
    await done((callback) => watched.subscribe(callback));
    const mine = doc.connection.getDocPresence("texts", "one").create("ann");
    await done((callback) => mine.submit({ anchor: 5, head: 11, name: "Ann" }, callback));
    await waitFor("the caret", () => watched.remotePresences["ann"] !== undefined);

    await done((callback) => seenDoc.submitOp([5, "😀"], callback));
    await waitFor("the insert", () => doc.version === 2);
    const moved = { anchor: 5, head: 12, name: "Ann" };
    expect([mine.value, watched.remotePresences["ann"]]).toEqual([moved, moved]);

    await done((callback) => doc.submitOp([5, "é"], callback));
    await waitFor("the insert", () => seenDoc.version === 3);
    const own = { anchor: 6, head: 13, name: "Ann" };
    expect([mine.value, watched.remotePresences["ann"]]).toEqual([own, own]);
    backend.close();
  });
});

async function openHello(): Promise<{ backend: ShareDB; doc: Doc }> {
  ShareDB.types.register(type);
  const backend = new ShareDB({ presence: true, doNotForwardSendPresenceErrorsToClient: true });
  const doc = backend.connect().get("texts", "one");
  await done((callback) => doc.create("hello world", type.uri, callback));
  await done((callback) => doc.subscribe(callback));
  return { backend, doc };
}

type Rejection = (request: SubmitRequest) => Error;

/** The server rejects the next operation, as access control does: at once, or, held, when it is released. */
function rejectNext(backend: ShareDB, rejection: Rejection, isHeld = false): { release?: () => void } {
  const held: { release?: () => void } = {};
  let isNext = true;
  backend.use("apply", (request, next) => {
    if (!isNext) return next();
    isNext = false;
    held.release = (): void => next(rejection(request));
    if (!isHeld) held.release();
  });
  return held;
}

/** What the server holds. */
async function textOn(backend: ShareDB): Promise<unknown> {
  const doc = backend.connect().get("texts", "one");
  await done((callback) => doc.fetch(callback));
  return doc.data;
}
