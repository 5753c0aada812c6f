import { type } from "@interline/ot";
import ShareDB, { type Doc } from "sharedb";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../support/seeded-random.ts";
import { waitFor } from "../support/wait-for.ts";

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
      const length = Array.from(doc.data).length;
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
    expect(first.data.isWellFormed()).toBe(true);
    expect(first.data.length).toBeGreaterThan(50);

    const before = first.data;
    await expect(done((callback) => first.submitOp([1e308, "x"], callback))).rejects.toMatchObject({
      code: "ERR_OT_OP_BADLY_FORMED",
    });
    expect(first.data).toBe(before);
    backend.close();
  });
});
