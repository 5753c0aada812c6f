import { apply, Operation, replaceOperation, type Text } from "@interline/ot";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type DocumentKey, StoreError } from "../../src/offline/document-store.ts";
import { openDocument, type SharedDocument } from "../../src/shared-document.ts";
import { FakeEnvironment } from "../fake-environment.ts";
import { HeldStore, settled } from "./held-store.ts";

const key: DocumentKey = { account: "me", server: "ws://test", document: "notes" };

let store: HeldStore;
let tabs: Tab[];

/** A tab of one device, with an editor that shows only what it is told. */
class Tab {
  readonly environment = new FakeEnvironment();
  readonly document: SharedDocument;
  #shown: Text | undefined;

  constructor(id: number) {
    let sessions = 0;
    Object.assign(this.environment, {
      random: () => id / 16,
      randomBytes: (length: number) => new Uint8Array(length).fill(id * 16 + sessions++),
    });
    this.document = openDocument({
      url: "ws://test",
      document: "notes",
      user: { id: "me", name: "Me", color: 1 },
      environment: this.environment,
      store,
    });
    this.document.on("ready", () => {
      this.#shown = this.document.text;
    });
    this.document.on("remote", (operation) => {
      this.#shown = this.#shown && apply(this.#shown, operation);
    });
  }

  /** What the editor shows, which must be what the document says. */
  get text(): string {
    const shown = this.#shown?.toString() ?? "";
    expect(shown).toBe(this.document.text.toString());
    return shown;
  }

  type(at: number, text: string): void {
    const operation = replaceOperation(at, at, text, this.document.text.points);
    this.document.edit(operation);
    this.#shown = this.#shown && apply(this.#shown, operation);
  }

  channel(): number {
    const open = this.environment.socket.last("open");
    return open?.type === "open" ? open.channel : -1;
  }

  opened(headVersion: number, lastSeq = 0): void {
    this.environment.socket.receive({
      type: "opened",
      channel: this.channel(),
      peer: 1,
      lastSeq,
      lastVersion: 0,
      headVersion,
    });
  }

  ops(from: number, to: number, components: readonly (string | number)[]): void {
    const skipped = components.reduce<number>((sum, part) => sum + (typeof part === "number" ? part : 0), 0);
    const operation = Operation.from(components, skipped);
    const channel = this.channel();
    this.environment.socket.receive({
      type: "ops",
      channel,
      from,
      to,
      entryId: `e${to}`,
      operation,
      selections: [],
    });
  }

  ack(seq: number, version: number): void {
    const channel = this.channel();
    this.environment.socket.receive({ type: "ack", channel, seq, version, entryId: `e${version}` });
  }

  async welcome(): Promise<void> {
    this.environment.socket.welcome();
    this.environment.pass(0);
    await settled();
  }

  goOffline(): void {
    this.environment.socket.onclose?.({ code: 1006, reason: "" });
  }
}

/** Time passes for every tab. */
async function pass(ms: number): Promise<void> {
  for (const tab of tabs) tab.environment.pass(ms);
  await settled();
}

/** So many tabs that were online with "abc" and are not any more. */
async function offlineTabs(count: number): Promise<Tab[]> {
  for (let id = 1; id <= count; id++) {
    const tab = new Tab(id);
    tabs.push(tab);
    await settled();
    await tab.welcome();
    tab.opened(1);
    if (tab.document.version === 0) tab.ops(0, 1, ["abc"]);
    await pass(1_000);
  }
  for (const tab of tabs) tab.goOffline();
  await settled();
  return tabs;
}

beforeEach(() => {
  store = new HeldStore();
  tabs = [];
});

describe("a tab that is opened offline", () => {
  it("shows another one's unsaved words before it can be typed in, so that the two stay together", async () => {
    const [a] = await offlineTabs(1);
    a!.type(3, "d");
    await settled();
    const b = new Tab(2);
    tabs.push(b);
    const first = new Promise<string>((resolve) => b.document.on("ready", () => resolve(b.text)));
    await vi.waitFor(() => expect(b.document.isReady).toBe(true));
    expect(await first).toBe("abcd");
    b.type(4, "e");
    await settled();
    expect([a!.text, b.text]).toEqual(["abcde", "abcde"]);
  });
});

describe("tabs of one device, offline", () => {
  it("show what is typed in one of them", async () => {
    const [a, b, c] = await offlineTabs(3);
    a!.type(3, "d");
    a!.type(4, "e");
    await settled();
    expect(tabs.map(({ text }) => text)).toEqual(["abcde", "abcde", "abcde"]);
    expect(b!.document.status).toMatchObject({ state: "offline", pendingEdits: 2, isKept: true });
    expect(c!.document.status.pendingEdits).toBe(2);
  });

  it("can be typed in by turns, inside each other's words, and all of it is in one session", async () => {
    const [a, b] = await offlineTabs(2);
    a!.type(3, "hello");
    await settled();
    b!.type(5, "X");
    expect(b!.text).toBe("abcheXllo");
    await settled();
    expect(a!.text).toBe("abcheXllo");
    a!.type(0, "Y");
    a!.type(1, "Z");
    await settled();
    expect(b!.text).toBe("YZabcheXllo");
    const pending = (await store.list(key)).filter(({ bufferEdits }) => bufferEdits > 0);
    expect(pending).toMatchObject([{ version: 1, buffer: ["YZ", 3, "heXllo"], bufferEdits: 3 }]);
  });

  it("a tab that is opened later shows it too", async () => {
    const [a] = await offlineTabs(1);
    a!.type(3, "d");
    await settled();
    const later = new Tab(7);
    tabs.push(later);
    await settled();
    later.goOffline();
    await settled();
    expect(later.text).toBe("abcd");
    later.type(4, "e");
    await settled();
    expect(a!.text).toBe("abcde");
  });

  it("when the one that has the edits is closed or killed another goes on with them", async () => {
    const [a, b, c] = await offlineTabs(3);
    a!.type(3, "d");
    await settled();
    a!.document.close();
    await settled();
    b!.type(4, "e");
    await settled();
    expect(c!.text).toBe("abcde");
    expect(c!.document.status.pendingEdits).toBe(2);
  });

  it("one that is closed before it had the session keeps what was typed in it", async () => {
    const [a, b] = await offlineTabs(2);
    a!.type(3, "d");
    await settled();
    b!.type(0, "X");
    b!.document.close();
    await settled();
    const buffers = (await store.list(key)).map(({ buffer }) => buffer).filter(({ length }) => length > 0);
    expect(buffers).toHaveLength(2);
    expect(buffers).toEqual(expect.arrayContaining([[3, "d"], ["X"]]));
  });

  it("words that a killed one had told and not kept are kept by one that shows them", async () => {
    const [a, b] = await offlineTabs(2);
    a!.type(3, "d");
    await settled();
    a!.type(4, " last words");
    store.isHolding = true;
    await settled();
    expect(b!.text).toBe("abcd last words");
    // The write never gets to the disk.
    const [{ session } = { session: "" }] = (await store.list(key)).filter(
      ({ bufferEdits }) => bufferEdits > 0,
    );
    store.kill(session);
    tabs = [b!];
    b!.type(b!.document.text.points, "!");
    for (let turn = 0; turn < 20 && !b!.document.status.isKept; turn++) await pass(100);
    expect(b!.text).toBe("abcd last words!");
    const pending = (await store.list(key)).filter(({ bufferEdits }) => bufferEdits > 0);
    expect(pending).toMatchObject([{ buffer: [3, "d last words!"] }]);
  });

  it("and a third shows them once, and saves them once", async () => {
    const [a, b, c] = await offlineTabs(3);
    a!.type(3, "d");
    await settled();
    a!.type(4, " last words");
    store.isHolding = true;
    await settled();
    const [{ session } = { session: "" }] = (await store.list(key)).filter(
      ({ bufferEdits }) => bufferEdits > 0,
    );
    store.kill(session);
    tabs = [b!, c!];
    b!.type(0, "X");
    for (let turn = 0; turn < 20 && !b!.document.status.isKept; turn++) await pass(100);
    expect([b!.text, c!.text]).toEqual(["Xabcd last words", "Xabcd last words"]);
    c!.type(c!.document.text.points, "!");
    for (let turn = 0; turn < 20 && !c!.document.status.isKept; turn++) await pass(100);
    expect([b!.text, c!.text]).toEqual(["Xabcd last words!", "Xabcd last words!"]);
    const pending = (await store.list(key)).filter(({ bufferEdits }) => bufferEdits > 0);
    expect(pending).toMatchObject([{ buffer: ["X", 3, "d last words!"] }]);
  });

  it("what a later life of the session deleted does not come back from one that never heard of it", async () => {
    const [a, b] = await offlineTabs(2);
    a!.type(3, "de");
    await settled();
    expect(b!.text).toBe("abcde");
    // From here on b hears nothing, as if it stood still.
    store.isMute = true;
    a!.document.close();
    await settled();
    const c = new Tab(3);
    await settled();
    expect(c.text).toBe("abcde");
    c.document.edit(replaceOperation(3, 4, "", 5));
    await settled();
    expect(c.document.status).toMatchObject({ isKept: true, pendingEdits: 2 });
    c.document.close();
    await settled();
    store.isMute = false;
    tabs = [b!];
    b!.type(5, "!");
    for (let turn = 0; turn < 20 && !b!.document.status.isKept; turn++) await pass(100);
    expect(b!.text).toBe("abce!");
    const pending = (await store.list(key)).filter(({ bufferEdits }) => bufferEdits > 0);
    expect(pending).toMatchObject([{ buffer: [3, "e!"] }]);
  });

  it("what a killed one had is saved by one that shows it, once it is back", async () => {
    const [a, b] = await offlineTabs(2);
    a!.type(3, "d");
    await settled();
    store.isMute = true;
    a!.document.close();
    await settled();
    store.isMute = false;
    tabs = [b!];
    await pass(1_000);
    await b!.welcome();
    b!.opened(1);
    await settled();
    expect(b!.text).toBe("abcd");
    expect(b!.document.status).toMatchObject({ pendingEdits: 1 });
    expect(b!.document.status.state).not.toBe("synced");
    const opens = () => b!.environment.socket.names.filter((name) => name === "open").length;
    const submits = () => b!.environment.socket.names.filter((name) => name === "submit").length;
    for (let turn = 0; turn < 20 && submits() === 0; turn++) {
      const before = opens();
      await pass(100);
      if (opens() > before) b!.opened(1);
      await settled();
    }
    expect(submits()).toBe(1);
  });

  it("the edits come to all of them once when they are back, and no text is seen to go and come", async () => {
    const [a, b] = await offlineTabs(2);
    a!.type(3, "d");
    await settled();
    const seen: string[] = [];
    b!.document.on("remote", () => seen.push(b!.document.text.toString()));
    b!.environment.pass(1_000);
    await b!.welcome();
    b!.opened(1);
    await settled();
    expect(b!.text).toBe("abcd");
    // It goes on with the session, and saves for both.
    expect(b!.environment.socket.last("open")).toMatchObject({ inFlight: false, version: 1 });
    b!.environment.pass(0);
    await settled();
    b!.opened(1);
    await settled();
    expect(b!.environment.socket.last("submit")).toMatchObject({ seq: 1, version: 1 });
    a!.environment.pass(1_000);
    await a!.welcome();
    a!.opened(1);
    await settled();
    b!.ack(1, 2);
    a!.ops(1, 2, [3, "d"]);
    await settled();
    expect(tabs.map(({ document, text }) => [text, document.status.state])).toEqual([
      ["abcd", "synced"],
      ["abcd", "synced"],
    ]);
    expect(seen).toEqual([]);
  });

  it("a tab that has heard more of the server does not go back to what another shows", async () => {
    const [a, b] = await offlineTabs(2);
    b!.environment.pass(1_000);
    await b!.welcome();
    b!.opened(2);
    b!.ops(1, 2, [3, "!"]);
    b!.goOffline();
    a!.type(3, "d");
    await settled();
    expect([a!.text, b!.text]).toEqual(["abcd", "abc!"]);
  });

  it.each([
    ["as it was", "abcd"],
    ["that has heard more of the server", "?!abcd"],
  ])("a tab that is opened again goes on with a session %s, and is followed from there", async (_, text) => {
    const [a, b] = await offlineTabs(2);
    a!.type(3, "d");
    await settled();
    const [{ session } = { session: "" }] = (await store.list(key)).filter(
      ({ bufferEdits }) => bufferEdits > 0,
    );
    if (text !== "abcd") {
      a!.environment.pass(1_000);
      await a!.welcome();
      a!.opened(2);
      a!.ops(1, 2, ["!"]);
      await settled();
      a!.ops(2, 3, ["?"]);
      await settled();
      // What was told is kept at once, for who takes the session.
      expect(await store.list(key)).toContainEqual(expect.objectContaining({ session, version: 3 }));
    }
    expect(b!.text).toBe(text);
    store.kill(session);
    const again = new Tab(3);
    tabs = [b!, again];
    await settled();
    await pass(1_000);
    expect(again.text).toBe(text);
    for (const letter of "xyz") {
      again.type(0, letter);
      await settled();
      expect(b!.text).toBe(again.text);
    }
    expect(again.text).toBe(`zyx${text}`);
  });

  it("a tab from which nothing can be kept does not give its edits away", async () => {
    const [a, b] = await offlineTabs(2);
    store.fault = new StoreError("ERR_DEVICE_FULL", "no space");
    a!.type(3, "d");
    await settled();
    expect(b!.text).toBe("abcd");
    b!.type(0, "X");
    await settled();
    // It is asked for some time.
    await vi.waitFor(async () => {
      await pass(500);
      expect(b!.text).toBe("Xabc");
    }, 28_000);
    expect(a!.text).toBe("abcd");
    expect(a!.document.status).toMatchObject({ pendingEdits: 1, isKept: false });
    expect(b!.document.status).toMatchObject({ pendingEdits: 1, isKept: false });
  });

  it("two that had unsaved edits show each its own until they are back", async () => {
    const [a, b] = await offlineTabs(2);
    a!.type(3, "d");
    b!.type(0, "X");
    await settled();
    await pass(10_000);
    expect([a!.text, b!.text].toSorted()).toEqual(["Xabc", "abcd"]);
  });
});
