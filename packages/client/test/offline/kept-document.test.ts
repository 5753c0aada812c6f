import { Operation } from "@interline/ot";
import { DEFAULT_LIMITS, EARLY_SUBPROTOCOL, type ServerMessage } from "@interline/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import { type DocumentKey, StoreError } from "../../src/offline/document-store.ts";
import type { DocumentOptions } from "../../src/document-options.ts";
import { openDocument, type SharedDocument } from "../../src/shared-document.ts";
import { waitFor } from "../../../../tests/support/wait-for.ts";
import { FakeEnvironment } from "../fake-environment.ts";
import { HeldStore, settled } from "./held-store.ts";

const key: DocumentKey = { account: "me", server: "ws://test", document: "notes" };

const WELCOME: ServerMessage = {
  type: "welcome",
  protocol: 1,
  heartbeatMs: 15_000,
  limits: DEFAULT_LIMITS,
};

let store: HeldStore;

/** One tab with a document open. */
class Tab {
  readonly environment = new FakeEnvironment();
  readonly document: SharedDocument;
  readonly recoveries: string[] = [];

  constructor(id: number) {
    Object.assign(this.environment, { randomBytes: (length: number) => new Uint8Array(length).fill(id) });
    this.document = openDocument({
      url: "ws://test",
      document: "notes",
      user: { id: "me", name: "Me", color: 1 },
      environment: this.environment,
      store,
    });
    this.document.on("recovery", ({ text }) => this.recoveries.push(text));
  }

  static async open(id: number): Promise<Tab> {
    const tab = new Tab(id);
    await settled();
    return tab;
  }

  get text(): string {
    return this.document.text.toString();
  }

  get submits(): number {
    return this.environment.socket.names.filter((name) => name === "submit").length;
  }

  /** The `open` of a session, by its order in the connection. */
  opens() {
    return this.environment.socket.sent
      .map((frame) => JSON.parse(frame) as unknown[])
      .filter(([name]) => name === "open")
      .map(([, channel, , session, version, , lastSeq, inFlight, settledSeq]) => {
        return { channel: channel as number, session, version, lastSeq, inFlight, settled: settledSeq };
      });
  }

  receive(message: ServerMessage): void {
    this.environment.socket.receive(message);
  }

  async connect(): Promise<void> {
    this.environment.socket.welcome();
    this.environment.pass(0);
    await settled();
  }

  opened(headVersion: number, lastSeq = 0, channel = this.opens().at(-1)!.channel): void {
    this.receive({ type: "opened", channel, peer: 1, lastSeq, lastVersion: 0, headVersion });
  }

  ack(seq: number, version: number, channel = this.opens().at(-1)!.channel): void {
    this.receive({ type: "ack", channel, seq, version, entryId: `e${version}` });
  }

  /** Online at version 1 with the text "abc", which is kept. */
  async begin(): Promise<this> {
    await this.connect();
    this.opened(1);
    const { channel } = this.opens().at(-1)!;
    const operation = Operation.from(["abc"], 0);
    this.receive({ type: "ops", channel, from: 0, to: 1, entryId: "e1", operation, selections: [] });
    this.environment.pass(1_000);
    await settled();
    return this;
  }

  async goOffline(): Promise<void> {
    this.environment.socket.onclose?.({ code: 1006, reason: "" });
    await settled();
  }

  /** The tab ends; what was on its way to the disk arrives there. */
  async close(): Promise<void> {
    this.document.close();
    await settled();
  }
}

beforeEach(() => {
  store = new HeldStore();
});

describe("coming back in one round trip", () => {
  /** Online, then not any more; the next connection is to a server that takes what is pending with `open`. */
  async function away(edit: (tab: Tab) => void = () => {}): Promise<Tab> {
    const tab = await (await Tab.open(1)).begin();
    edit(tab);
    await settled();
    await tab.goOffline();
    tab.environment.protocol = EARLY_SUBPROTOCOL;
    return tab;
  }

  async function comeBack(tab: Tab): Promise<void> {
    tab.environment.pass(1_000);
    tab.environment.socket.onopen?.();
    await settled();
  }

  function open(tab: Tab) {
    const message = tab.environment.socket.last("open");
    if (message?.type !== "open") throw new Error("no open was sent");
    return message;
  }

  it("[C2] what was typed offline goes with hello and open, once it is kept, and no word more", async () => {
    const tab = await away();
    tab.document.insert(3, "d");
    tab.document.insert(4, "e");
    await settled();
    store.isHolding = true;
    await comeBack(tab);
    expect(tab.environment.socket.names).toEqual(["hello"]);
    store.release();
    await settled();
    expect(await store.list(key)).toMatchObject([{ lastSeq: 1, inFlight: { seq: 1, operation: [3, "de"] } }]);
    expect(tab.environment.socket.names).toEqual(["hello", "open"]);
    const { pending, ...message } = open(tab);
    expect(message).toMatchObject({ version: 1, lastSeq: 0, inFlight: false });
    expect(pending).toMatchObject({ seq: 1, length: 3 });
    tab.environment.socket.receive(WELCOME);
    const opened = { type: "opened", channel: message.channel, peer: 1, lastSeq: 0, lastVersion: 0 } as const;
    tab.receive({ ...opened, headVersion: 1, takesPending: true });
    await settled();
    tab.ack(1, 2);
    expect(tab.submits).toBe(0);
    expect(tab.document.status).toMatchObject({ state: "synced", pendingEdits: 0 });
    expect(tab.text).toBe("abcde");
  });

  it("[C5] what the server does not take becomes one operation with a number of its own", async () => {
    const tab = await away();
    tab.document.insert(3, "d");
    await comeBack(tab);
    tab.environment.socket.receive(WELCOME);
    tab.document.insert(4, "e");
    tab.opened(1);
    await settled();
    expect(tab.environment.socket.last("submit")).toMatchObject({ seq: 2, version: 1, length: 3 });
    expect(await store.list(key)).toMatchObject([{ inFlight: { seq: 2, operation: [3, "de"] } }]);
  });

  it("[C4] what was in flight goes again under its number, as it is, and is asked for", async () => {
    const tab = await away((online) => online.document.insert(3, "d"));
    tab.document.insert(4, "e");
    await settled();
    await comeBack(tab);
    const { pending, ...message } = open(tab);
    expect(message).toMatchObject({ lastSeq: 1, inFlight: true });
    expect(pending).toMatchObject({ seq: 1, length: 3 });
    tab.environment.socket.receive(WELCOME);
    // It had been taken before, and comes once.
    tab.opened(2, 1);
    tab.ack(1, 2);
    await settled();
    expect(tab.environment.socket.last("submit")).toMatchObject({ seq: 2, version: 2, length: 4 });
    expect(tab.text).toBe("abcde");
  });

  it("[C6] where history is gone it is moved over the difference, and goes under another number", async () => {
    const tab = await away();
    tab.document.insert(3, "d");
    await comeBack(tab);
    const { channel } = open(tab);
    tab.environment.socket.receive(WELCOME);
    const known = { type: "snapshot", channel, peer: 1, lastSeq: 0, lastVersion: 0 } as const;
    tab.receive({ ...known, reason: "trimmed", version: 9, entryId: "e9", text: "Xabc" });
    await settled();
    expect(tab.text).toBe("Xabcd");
    expect(tab.environment.socket.last("submit")).toMatchObject({ seq: 2, version: 9, length: 4 });
  });

  it("what never left before the connection was gone again has no fate to ask for", async () => {
    const tab = await away();
    tab.document.insert(3, "d");
    await settled();
    store.isHolding = true;
    await comeBack(tab);
    await tab.goOffline();
    store.release();
    await settled();
    tab.document.insert(4, "e");
    await comeBack(tab);
    const { pending, ...message } = open(tab);
    expect(message).toMatchObject({ lastSeq: 1, inFlight: false });
    expect(pending).toMatchObject({ seq: 2, length: 3 });
  });

  it("a long text waits for its turn: it may be what broke the connection", async () => {
    const tab = await away();
    tab.document.insert(3, "x".repeat(20_000));
    await comeBack(tab);
    expect(open(tab)).toMatchObject({ lastSeq: 0, inFlight: false, pending: undefined });
    tab.environment.socket.receive(WELCOME);
    tab.opened(1);
    await settled();
    expect(tab.environment.socket.last("submit")).toMatchObject({ seq: 1, version: 1 });
  });
});

describe("write-ahead", () => {
  it("[C2] an operation leaves only when it is kept, and keys do not wait for that", async () => {
    const tab = await (await Tab.open(1)).begin();
    store.isHolding = true;
    tab.document.insert(3, "d");
    tab.document.insert(4, "e");
    expect(tab.text).toBe("abcde");
    expect(tab.document.status).toMatchObject({ state: "saving", isKept: false, canKeep: true });
    await settled();
    expect(tab.submits).toBe(0);
    store.release();
    await settled();
    expect(tab.submits).toBe(1);
    expect(tab.document.status).toMatchObject({ state: "saving", isKept: true });
    const [copy] = await store.list(key);
    expect(copy).toMatchObject({ lastSeq: 1, inFlight: { seq: 1, operation: [3, "d"] }, buffer: [4, "e"] });
  });

  it("nothing is kept while the disk holds a word that was deleted again, though nothing is pending", async () => {
    const tab = await (await Tab.open(1)).begin();
    tab.document.insert(3, "d");
    await settled();
    tab.document.insert(4, "e");
    await settled();
    store.isHolding = true;
    tab.document.delete(4, 1);
    await settled();
    tab.ack(1, 2);
    expect(await store.list(key)).toMatchObject([{ buffer: [4, "e"] }]);
    expect(tab.document.status).toMatchObject({ state: "synced", pendingEdits: 0, isKept: false });
    store.release();
    await settled();
    expect(await store.list(key)).toMatchObject([{ buffer: [] }]);
    expect(tab.document.status).toMatchObject({ state: "synced", isKept: true });
  });

  it("[C10] `settled` is what the disk says, not what was heard", async () => {
    const tab = await (await Tab.open(1)).begin();
    tab.document.insert(3, "d");
    await settled();
    store.isHolding = true;
    tab.ack(1, 2);
    tab.environment.pass(3_500);
    expect(tab.environment.socket.last("settled")).toMatchObject({ settled: 0 });
    await tab.goOffline();
    tab.environment.pass(1_000);
    await tab.connect();
    expect(tab.opens().at(-1)).toMatchObject({ lastSeq: 1, inFlight: false, settled: 0 });
    store.release();
    await settled();
    tab.opened(2, 1);
    tab.document.insert(4, "e");
    await settled();
    expect(tab.environment.socket.last("submit")).toMatchObject({ seq: 2, settled: 1 });
  });

  it("many edits become few writes", async () => {
    const tab = await (await Tab.open(1)).begin();
    await tab.goOffline();
    const before = store.saves;
    store.isHolding = true;
    for (let index = 0; index < 500; index++) tab.document.insert(3 + index, "x");
    await settled();
    store.release();
    await settled();
    expect(store.saves - before).toBeLessThanOrEqual(2);
    expect((await store.list(key))[0]).toMatchObject({ bufferEdits: 500 });
  });

  it("a text that has arrived in part is not kept as the whole", async () => {
    const tab = await Tab.open(1);
    await tab.connect();
    tab.opened(5);
    tab.environment.pass(5_000);
    await settled();
    expect(await store.list(key)).toEqual([]);
    await tab.close();
    const later = await Tab.open(2);
    expect(later.document.isReady).toBe(false);
  });
});

describe("a document that was open before", () => {
  it("is there at once with everything typed, and it goes out once", async () => {
    const tab = await (await Tab.open(1)).begin();
    tab.document.insert(3, "d");
    await settled();
    await tab.goOffline();
    tab.document.insert(4, "e");
    await tab.close();

    const again = await Tab.open(2);
    expect(again.document.isReady).toBe(true);
    expect(again.text).toBe("abcde");
    expect(again.document.status).toMatchObject({ state: "connecting", pendingEdits: 2, isKept: true });
    await again.connect();
    const [own] = tab.opens();
    expect(again.opens()).toMatchObject([
      { session: own!.session, version: 1, lastSeq: 1, inFlight: true, settled: 0 },
    ]);
    again.opened(1);
    await settled();
    expect(again.environment.socket.last("submit")).toMatchObject({
      seq: 2,
      operation: { operation: [3, "de"] },
    });
    const merged: unknown[] = [];
    again.document.on("merged", (counts) => merged.push(counts));
    again.ack(2, 2);
    expect(merged).toEqual([{ own: 2, others: 0 }]);
    expect(again.document.status).toMatchObject({ state: "synced", pendingEdits: 0 });
  });

  it("begins with the known text under a session of its own while another tab has it open", async () => {
    const tab = await (await Tab.open(1)).begin();
    tab.document.insert(3, "d");
    await settled();
    const second = await Tab.open(2);
    expect(second.text).toBe("abc");
    expect(second.document.status.pendingEdits).toBe(0);
    await second.connect();
    expect(second.opens()).toMatchObject([{ version: 1, lastSeq: 0, inFlight: false }]);
    expect(second.opens()[0]!.session).not.toBe(tab.opens()[0]!.session);
  });

  it("has the edits of every closed tab: one is gone on with, others are saved beside it", async () => {
    const first = await (await Tab.open(1)).begin();
    const second = await Tab.open(2);
    await first.goOffline();
    // Neither hears of the other's before it has its own.
    first.document.insert(0, "1");
    second.document.insert(3, "2");
    await settled();
    await first.close();
    await second.close();

    const third = await Tab.open(3);
    expect(third.document.status.pendingEdits).toBe(2);
    await third.connect();
    const opens = third.opens();
    expect(opens).toHaveLength(2);
    expect(new Set(opens.map(({ session }) => session)).size).toBe(2);
    for (const { channel } of opens) third.opened(1, 0, channel);
    await settled();
    expect(third.submits).toBe(2);
    for (const [index, { channel }] of opens.entries()) {
      // Each hears of the other's operation as everybody does.
      if (index === 1) {
        const operation = Operation.from(third.text.startsWith("1") ? ["1"] : [3, "2"], 3);
        third.receive({ type: "ops", channel, from: 1, to: 2, entryId: "e2", operation, selections: [] });
      }
      third.ack(1, 2 + index, channel);
    }
    third.environment.pass(1_000);
    await settled();
    expect(third.document.status).toMatchObject({ pendingEdits: 0 });
    expect(await store.list(key)).toHaveLength(1);
  });

  it("a living tab finds what a killed one has left", async () => {
    const tab = await (await Tab.open(1)).begin();
    const other = await Tab.open(2);
    await other.connect();
    other.opened(1);
    await settled();
    await tab.goOffline();
    tab.document.insert(0, "X");
    await settled();
    const lock = tab.opens()[0]!.session as string;
    expect(await store.lock(key, lock, 0)).toBeUndefined();
    await tab.close();
    other.environment.pass(15_000);
    await settled();
    other.environment.pass(0);
    await settled();
    expect(other.opens().at(-1)).toMatchObject({ session: lock, inFlight: false });
    expect(other.document.status.pendingEdits).toBe(1);
  });

  it("what a killed one has left is found soon when the browser was slow to give its lock back", async () => {
    const tab = await (await Tab.open(1)).begin();
    await tab.goOffline();
    tab.document.insert(0, "X");
    await settled();
    const { session } = tab.opens()[0]!;
    store.isMute = true;
    const other = new Tab(2);
    await waitFor("the other to begin without what it cannot have", () => other.document.isReady);
    expect(other.text).toBe("abc");
    await other.connect();
    other.opened(1);
    await settled();
    store.kill(session as string);
    other.environment.pass(2_000);
    await settled();
    other.environment.pass(0);
    expect(other.opens().at(-1)).toMatchObject({ session, inFlight: false });
    expect(other.document.status.pendingEdits).toBe(1);
  });
});

describe("a document whose id was just made", () => {
  it("is ready without a connection, and what is typed in it is kept", async () => {
    const environment = new FakeEnvironment();
    const options = {
      url: "ws://test",
      document: "notes",
      user: { id: "me", name: "Me", color: 1 },
      environment,
    };
    const document = openDocument({ ...options, store, isNew: true });
    await settled();
    expect(document.isReady).toBe(true);
    document.insert(0, "new");
    await settled();
    document.close();
    await settled();
    expect((await Tab.open(2)).text).toBe("new");
    const unkept = openDocument({ ...options, store: null, isNew: true });
    expect(unkept.isReady).toBe(true);
    unkept.insert(0, "x");
    expect(unkept.status).toMatchObject({ pendingEdits: 1, isKept: false, canKeep: false });
  });
});

describe("a store that does not work", () => {
  const full = new StoreError("ERR_DEVICE_FULL", "no space");

  it("does not keep edits from the server, and is not said to keep them", async () => {
    const tab = await (await Tab.open(1)).begin();
    store.fault = full;
    tab.document.insert(3, "d");
    await settled();
    expect(tab.submits).toBe(1);
    expect(tab.document.status).toMatchObject({ state: "saving", isKept: false, canKeep: false });
    tab.document.insert(4, "e");
    tab.ack(1, 2);
    expect(tab.submits).toBe(2);
    tab.ack(2, 3);
    expect(tab.document.status).toMatchObject({ state: "synced", isKept: true, canKeep: false });
  });

  it("is tried again, and then holds everything", async () => {
    const tab = await (await Tab.open(1)).begin();
    await tab.goOffline();
    store.fault = full;
    tab.document.insert(3, "d");
    await settled();
    expect(tab.document.status).toMatchObject({ isKept: false, canKeep: false });
    store.fault = undefined;
    tab.environment.pass(500);
    await settled();
    expect(tab.document.status).toMatchObject({ isKept: true, canKeep: true });
    await tab.close();
    expect((await Tab.open(2)).text).toBe("abcd");
  });

  it("leaves the document as it is without a store when it cannot even be read", async () => {
    store.list = () => Promise.reject(full);
    store.fault = full;
    const tab = await (await Tab.open(1)).begin();
    expect(tab.text).toBe("abc");
    tab.document.insert(3, "d");
    await settled();
    expect(tab.submits).toBe(1);
    tab.ack(1, 2);
    tab.document.insert(4, "e");
    expect(tab.environment.socket.last("submit")).toMatchObject({ seq: 2, settled: 1 });
  });
});

describe("what nobody can know", () => {
  async function unknown(tab: Tab): Promise<void> {
    await tab.connect();
    const { channel } = tab.opens().at(-1)!;
    tab.receive({
      type: "snapshot",
      channel,
      peer: 1,
      lastSeq: 0,
      lastVersion: 0,
      reason: "fate-unknown",
      version: 7,
      entryId: "e7",
      text: "other",
    });
  }

  it("[C8] is kept with the new session before the server hears of that, until the writer lets it go", async () => {
    const tab = await (await Tab.open(1)).begin();
    tab.document.insert(3, "d");
    await settled();
    await tab.goOffline();
    tab.environment.pass(1_000);
    Object.assign(tab.environment, { randomBytes: (length: number) => new Uint8Array(length).fill(9) });
    store.isHolding = true;
    await unknown(tab);
    expect(tab.text).toBe("other");
    expect(tab.recoveries).toEqual(["abcd"]);
    tab.environment.pass(1_000);
    await settled();
    expect(tab.opens()).toHaveLength(1);
    store.release();
    await settled();
    expect(tab.opens()).toHaveLength(2);
    expect(tab.opens()[1]!.session).not.toBe(tab.opens()[0]!.session);
    await tab.close();

    const again = await Tab.open(2);
    expect(again.text).toBe("other");
    expect(again.recoveries).toEqual(["abcd"]);
    expect(again.document.recovered).toEqual(["abcd"]);
    again.document.forgetRecovered();
    await again.close();
    expect((await Tab.open(3)).document.recovered).toEqual([]);
  });

  it("[C11] without locks the edits of other tabs are shown as recovered, never sent", async () => {
    const tab = await (await Tab.open(1)).begin();
    await tab.goOffline();
    tab.document.insert(3, "d");
    await settled();
    Object.assign(store, { canLock: false });
    const second = await Tab.open(2);
    expect(second.text).toBe("abc");
    expect(second.recoveries).toEqual(["abcd"]);
    expect(second.document.status.pendingEdits).toBe(0);
    await second.connect();
    expect(second.opens()).toHaveLength(1);
    second.document.forgetRecovered();
    await settled();
    expect((await store.list(key)).map(({ buffer }) => buffer)).toEqual([[]]);
  });
});

describe("whose copies they are", () => {
  const openAs = async (user: string, options: Pick<DocumentOptions, "account" | "isFormerAccount"> = {}) => {
    const environment = new FakeEnvironment();
    Object.assign(environment, { randomBytes: (length: number) => new Uint8Array(length).fill(user.length) });
    const document = openDocument({
      url: "ws://test",
      document: "notes",
      user: { id: user, name: user, color: 1 },
      environment,
      store,
      ...options,
    });
    await settled();
    return document;
  };

  /** A tab of the user "me" that was closed with an unsaved word. */
  const leave = async (): Promise<void> => {
    const tab = await (await Tab.open(1)).begin();
    await tab.goOffline();
    tab.document.insert(3, " left");
    await settled();
    await tab.close();
  };

  it("an account keeps its copies whatever id the user has", async () => {
    await leave();
    const copy = await store.load(key, (await store.list(key))[0]!.session);
    await store.save({ ...key, account: "device" }, copy!);
    const again = await openAs("other", { account: "device" });
    expect(again.text.toString()).toBe("abc left");
  });

  it("nobody is shown what is kept for another account", async () => {
    await leave();
    const other = await openAs("other");
    expect(other.isReady).toBe(false);
    expect(await store.list(key)).toHaveLength(1);
  });

  it("copies of a former account are gone on with, once", async () => {
    await leave();
    const isFormerAccount = (account: string): boolean => account === "me";
    const again = await openAs("other", { account: "device", isFormerAccount });
    expect(again.text.toString()).toBe("abc left");
    expect(await store.list(key)).toEqual([]);
    expect(await store.list({ ...key, account: "device" })).toHaveLength(1);
  });

  it("copies of a former account that a living tab uses stay with it, until it ends", async () => {
    const tab = await (await Tab.open(1)).begin();
    await tab.goOffline();
    tab.document.insert(3, " typed");
    await settled();
    const isFormerAccount = (account: string): boolean => account === "me";
    const other = await openAs("other", { account: "device", isFormerAccount });
    expect(other.isReady).toBe(false);
    expect(await store.list(key)).toHaveLength(1);
    other.close();
    await tab.close();
    const again = await openAs("another", { account: "device", isFormerAccount });
    expect(again.text.toString()).toBe("abc typed");
  });
});

describe("a store that was cleared", () => {
  it("is not said to keep what it lost, and is given it again", async () => {
    const tab = await (await Tab.open(1)).begin();
    await tab.goOffline();
    tab.document.insert(3, "d");
    await settled();
    expect(tab.document.status).toMatchObject({ isKept: true });
    await store.clear("me");
    store.fault = new StoreError("ERR_DEVICE_FULL", "full");
    // It looks by itself, at the latest after 16 s.
    tab.environment.pass(16_000);
    await settled();
    expect(tab.document.status).toMatchObject({ isKept: false, canKeep: false });
    store.fault = undefined;
    tab.environment.pass(60_000);
    await settled();
    expect(tab.document.status).toMatchObject({ isKept: true, canKeep: true });
    await tab.close();
    const again = await Tab.open(2);
    expect(again.text).toBe("abcd");
  });
});
