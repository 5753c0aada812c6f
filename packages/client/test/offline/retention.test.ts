import { beforeEach, describe, expect, it } from "vitest";
import type { Copy, DocumentKey } from "../../src/offline/document-store.ts";
import { MemoryStore } from "../../src/offline/memory-store.ts";
import { forgetOldest, signOut, unsavedDocuments } from "../../src/offline/retention.ts";
import { openDocument } from "../../src/shared-document.ts";
import { FakeEnvironment } from "../fake-environment.ts";
import { settled } from "./held-store.ts";

const server = "ws://test";

let store: MemoryStore;

function keyOf(document: string, account = "me"): DocumentKey {
  return { account, server, document };
}

async function keep(document: string, changes: Partial<Copy> = {}, account = "me"): Promise<void> {
  const copy: Copy = {
    session: `s-${document}`,
    lastSeq: 0,
    version: 1,
    entryId: "e1",
    since: [],
    inFlight: undefined,
    buffer: [],
    bufferEdits: 0,
    pendingSince: undefined,
    recovered: [],
    savedAt: 1,
    ...changes,
  };
  await store.save(keyOf(document, account), { copy, text: document });
}

async function kept(account = "me"): Promise<string[]> {
  return (await store.documents(account)).map(({ key }) => key.document).toSorted();
}

beforeEach(() => {
  store = new MemoryStore();
});

describe("signing out", () => {
  it("can ask first: it is known which documents hold unsaved edits", async () => {
    await keep("saved");
    await keep("typed", { buffer: ["x"], bufferEdits: 1 });
    await keep("recovered", { recovered: ["old"] });
    await keep("foreign", { buffer: ["x"] }, "bea");
    const unsaved = (await unsavedDocuments(store, "me")).map(({ key }) => key.document);
    expect(unsaved.toSorted()).toEqual(["recovered", "typed"]);
  });

  it("forgets everything of the account, and its open documents close and write nothing more", async () => {
    await keep("notes");
    await keep("notes", {}, "bea");
    const document = openDocument({
      url: server,
      document: "notes",
      user: { id: "me", name: "Me", color: 1 },
      environment: new FakeEnvironment(),
      store,
    });
    await settled();
    expect(document.text.toString()).toBe("notes");
    document.insert(0, "x");
    await settled();
    await signOut(store, "me");
    await settled();
    expect(() => document.insert(0, "y")).toThrow(expect.objectContaining({ code: "ERR_CLOSED" }));
    expect(await kept()).toEqual([]);
    expect(await kept("bea")).toEqual(["notes"]);
  });
});

describe("what is kept", () => {
  it("is bounded: the saved documents that were not used for longest go first, unsaved and open ones never", async () => {
    for (const [index, document] of ["a", "b", "c", "d", "e"].entries())
      await keep(document, { savedAt: index });
    await keep("unsaved", { savedAt: 0, buffer: ["x"] });
    const lock = await store.lock(keyOf("a"), "s-a", 0);
    await forgetOldest(store, keyOf("e"), 2);
    expect(await kept()).toEqual(["a", "d", "e", "unsaved"]);
    lock?.release();
  });
});
