import { afterEach, describe, expect, test } from "vitest";
import { MemoryLog } from "../../src/log/memory-log.ts";
import type { DocumentServerOptions } from "../../src/server.ts";
import { RawClient, type RunningServer, startServer } from "../gateway/clients.ts";

const author = { id: "api", name: "API", color: 1 };
let server: RunningServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function start(options: Partial<DocumentServerOptions> = {}) {
  server = await startServer(options);
  return { documents: server.documents.documents, url: server.url };
}

async function textOf(documents: { read(id: string): Promise<{ text: { toString(): string } }> }) {
  return (await documents.read("doc")).text.toString();
}

describe("documents", () => {
  test("are made once, with a text, and read", async () => {
    const { documents } = await start();
    const made = await documents.create({ id: "doc", title: "T", text: "one", author, owner: "ann" });
    expect(made).toMatchObject({ version: 1, record: { id: "doc", title: "T", owner: "ann" } });
    expect(await textOf(documents)).toBe("one");
    const again = documents.create({ id: "doc", author, owner: "" });
    await expect(again).rejects.toMatchObject({ code: "ERR_DOCUMENT_EXISTS" });
    const nameless = await documents.create({ author, owner: "" });
    expect(nameless.record.id).toMatch(/^[A-Za-z0-9][\w-]{21}$/);
    expect(nameless.version).toBe(0);
  });

  test("that people began by typing have a record, before and after a restart", async () => {
    const log = new MemoryLog();
    const { documents, url } = await start({ log });
    await expect(documents.read("doc")).rejects.toMatchObject({ code: "ERR_DOCUMENT_NOT_FOUND" });
    const ann = await RawClient.opened(url, "ann");
    ann.say("submit", 1, 1, 0, 0, ["typed"], 0);
    await ann.next("ack");
    expect(await documents.record("doc")).toMatchObject({ id: "doc", title: "", owner: "" });
    expect(await documents.list({ after: "", limit: 9, isDeleted: false })).toMatchObject([{ id: "doc" }]);
    await expect(documents.create({ id: "doc", author, owner: "" })).rejects.toMatchObject({
      code: "ERR_DOCUMENT_EXISTS",
    });
  });

  test("are written as by a client: who has it open gets the smallest operation, and sees nobody", async () => {
    const { documents, url } = await start();
    await documents.create({ id: "doc", text: "Good morning", author, owner: "" });
    const ann = await RawClient.opened(url, "ann");
    await ann.next("ops");
    expect(await documents.replace("doc", "Good evening", { author })).toEqual({ version: 2, isExact: true });
    const { operation } = await ann.next("ops");
    expect(operation.toJSON().filter((component) => typeof component !== "number")).not.toContain(
      "Good evening",
    );
    expect(await textOf(documents)).toBe("Good evening");
    expect(await documents.people("doc")).toMatchObject([{ user: { id: "ann" } }]);
    ann.say("ping");
    await ann.next("pong");
    expect(ann.received.filter(({ type }) => type === "peers")).toEqual([]);
    expect(await documents.replace("doc", "Good evening", { author })).toEqual({ version: 2, isExact: true });
  });

  test("at another version than expected are not written", async () => {
    const { documents } = await start();
    await documents.create({ id: "doc", text: "a", author, owner: "" });
    const stale = documents.replace("doc", "b", { author, ifVersion: 0 });
    await expect(stale).rejects.toMatchObject({ code: "ERR_VERSION_MISMATCH" });
    expect(await documents.replace("doc", "b", { author, ifVersion: 1 })).toEqual({
      version: 2,
      isExact: true,
    });
    expect(await textOf(documents)).toBe("b");
  });

  test("of many who expect one version, one writes, whatever waits", async () => {
    const { documents, url } = await start();
    await documents.create({ id: "doc", text: "a", author, owner: "" });
    const ann = await RawClient.opened(url, "ann");
    await ann.next("ops");
    ann.say("submit", 1, 1, 1, 1, [1, "!"], 0);
    const writes = await Promise.allSettled(
      ["x", "y", "z"].map((text) => documents.replace("doc", text, { author, ifVersion: 1 })),
    );
    await ann.next("ack");
    const written = writes.filter(({ status }) => status === "fulfilled");
    // Ann's operation came first, or one of them did.
    expect(written.length).toBeLessThanOrEqual(1);
    const { version } = await documents.read("doc");
    expect(version).toBe(2 + written.length);
  });

  test("take all of many appends at one time, each once", async () => {
    const { documents } = await start();
    await documents.create({ id: "doc", author, owner: "" });
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => documents.append("doc", `<${index}>`, author)),
    );
    const text = await textOf(documents);
    for (let index = 0; index < 50; index++) expect(text.split(`<${index}>`)).toHaveLength(2);
  });

  test("take an operation that was made for an older version, and refuse one that does not fit", async () => {
    const { documents } = await start();
    await documents.create({ id: "doc", text: "bc", author, owner: "" });
    await documents.replace("doc", "abc", { author });
    expect(await documents.submit("doc", 1, [2, "d"], author)).toEqual({ version: 3, isExact: false });
    expect(await textOf(documents)).toBe("abcd");
    for (const [components, code] of [
      [[9, "x"], "ERR_LENGTH_MISMATCH"],
      [[0], "ERR_OPERATION_NUMBER"],
      [["\ud800"], "ERR_OPERATION_TEXT"],
    ] as const) {
      const bad = documents.submit("doc", 3, components, author);
      await expect(bad).rejects.toMatchObject({ code });
    }
    await expect(documents.submit("doc", 9, ["x"], author)).rejects.toMatchObject({
      code: "ERR_VERSION_AHEAD",
    });
    expect(await textOf(documents)).toBe("abcd");
  });

  test("have a past", async () => {
    const { documents } = await start();
    await documents.create({ id: "doc", author, owner: "" });
    for (const text of ["a", "ab", "abc"]) await documents.replace("doc", text, { author });
    const texts = await Promise.all([0, 1, 2, 3].map(async (version) => documents.readAt("doc", version)));
    expect(texts.map(({ text }) => text.toString())).toEqual(["", "a", "ab", "abc"]);
    const entries = await documents.entries("doc", 1, 1);
    expect(entries).toMatchObject([{ version: 2, author: "api", entryId: texts[2]?.entryId }]);
    await expect(documents.readAt("doc", 4)).rejects.toMatchObject({ code: "ERR_VERSION_AHEAD" });
  });

  test("whose past is not kept say so", async () => {
    const log = new MemoryLog();
    const { documents } = await start({ log });
    await documents.create({ id: "doc", author, owner: "" });
    for (const text of ["a", "ab", "abc"]) await documents.replace("doc", text, { author });
    const { entryId } = await documents.read("doc");
    await log.saveCheckpoint("doc", { version: 3, entryId, text: "abc" });
    await log.trim("doc", 2);
    await expect(documents.readAt("doc", 1)).rejects.toMatchObject({ code: "ERR_HISTORY_TRIMMED" });
    await expect(documents.entries("doc", 0, 9)).rejects.toMatchObject({ code: "ERR_HISTORY_TRIMMED" });
    expect((await documents.readAt("doc", 3)).text.toString()).toBe("abc");
  });

  test("that are deleted end for who has them open, and come back whole", async () => {
    const { documents, url } = await start();
    await documents.create({ id: "doc", text: "kept", author, owner: "" });
    const ann = await RawClient.opened(url, "ann");
    await documents.delete("doc");
    expect(await ann.next("reopen")).toMatchObject({ code: "ERR_DOCUMENT_DELETED" });
    ann.say("open", 2, "doc", "session-ann", 0, "", 0, false, 0);
    expect(await ann.next("error")).toMatchObject({ code: "ERR_DOCUMENT_DELETED", channel: 2 });
    for (const asked of [
      documents.read("doc"),
      documents.append("doc", "x", author),
      documents.delete("doc"),
    ]) {
      await expect(asked).rejects.toMatchObject({ code: "ERR_DOCUMENT_DELETED" });
    }
    expect(await documents.list({ after: "", limit: 9, isDeleted: true })).toMatchObject([{ id: "doc" }]);
    await documents.undelete("doc");
    expect(await textOf(documents)).toBe("kept");
    ann.say("open", 3, "doc", "session-ann", 0, "", 0, false, 0);
    await ann.next("opened");
  });

  test("that cannot be that long are not made", async () => {
    const { documents } = await start({ limits: { maxDocumentLength: 3 } });
    const long = documents.create({ id: "doc", text: "four", author, owner: "" });
    await expect(long).rejects.toMatchObject({ code: "ERR_DOCUMENT_TOO_LARGE" });
    await expect(documents.read("doc")).rejects.toMatchObject({ code: "ERR_DOCUMENT_NOT_FOUND" });
    await documents.create({ id: "doc", text: "😀😀😀", author, owner: "" });
    await expect(documents.append("doc", "!", author)).rejects.toMatchObject({
      code: "ERR_DOCUMENT_TOO_LARGE",
    });
  });
});

describe("a write whose answer is lost", () => {
  test("[I2] is in the log once, and told so", async () => {
    const log = new MemoryLog();
    const commit = log.commit.bind(log);
    let failures = 2;
    log.commit = async (...batch) => {
      const answer = await commit(...batch);
      if (failures-- > 0) throw new Error("the answer is lost");
      return answer;
    };
    const { documents } = await start({ log });
    await documents.create({ id: "doc", author, owner: "" });
    expect(await documents.append("doc", "once", author)).toMatchObject({ version: 1 });
    expect(await textOf(documents)).toBe("once");
  });

  test("[I2] while the document is given up is looked up afterwards", async () => {
    const log = new MemoryLog();
    const { documents } = await start({ log });
    await documents.create({ id: "doc", author, owner: "" });
    const commit = log.commit.bind(log);
    const readHead = log.readHead.bind(log);
    let isDown = false;
    log.readHead = async (name) => {
      if (isDown) throw new Error("the store does not answer");
      return readHead(name);
    };
    let tries = 0;
    log.commit = async (...batch) => {
      isDown = true;
      tries++;
      if (tries === 1) await commit(...batch);
      // The document gives up after this many; by then the store is there again.
      if (tries >= 7) isDown = false;
      throw new Error("the store does not answer");
    };
    await expect(documents.append("doc", "once", author)).resolves.toMatchObject({ version: 1 });
    log.commit = commit;
    expect(await textOf(documents)).toBe("once");
    expect(await documents.append("doc", "!", author)).toMatchObject({ version: 2, isExact: true });
  });
});
