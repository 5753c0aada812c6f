import { Operation, UndoHistory } from "@interline/ot";
import { type ServerMessage, textHash } from "@interline/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import { openConnection } from "../src/connection.ts";
import { openDocument, openDocumentOver, type SharedDocument } from "../src/shared-document.ts";
import { FakeEnvironment } from "./fake-environment.ts";

const ana = { id: "ana", name: "Ana", color: 12 };

let environment: FakeEnvironment;
let document: SharedDocument;
let states: string[];

/** The number of the channel that is open now. */
function channel(): number {
  const open = environment.socket.last("open");
  return open?.type === "open" ? open.channel : -1;
}

function opened(headVersion: number, lastSeq = 0): ServerMessage {
  return { type: "opened", channel: channel(), peer: 1, lastSeq, lastVersion: 0, headVersion };
}

function ops(from: number, to: number, components: readonly (string | number)[]): ServerMessage {
  const skipped = components.filter((component) => typeof component === "number");
  const operation = Operation.from(
    components,
    skipped.reduce((sum, length) => sum + length, 0),
  );
  return { type: "ops", channel: channel(), from, to, entryId: `e${to}`, operation, selections: [] };
}

function peers(news: Partial<Extract<ServerMessage, { type: "peers" }>>): ServerMessage {
  return { type: "peers", channel: channel(), version: 1, joined: [], left: [], gone: [], ...news };
}

/** Opened at version 1 with the text "abc". */
function becomeReady(): void {
  environment.socket.welcome();
  environment.socket.receive(opened(1));
  environment.socket.receive(ops(0, 1, ["abc"]));
}

beforeEach(() => {
  environment = new FakeEnvironment();
  document = openDocument({
    url: "ws://test",
    document: "notes",
    user: { id: "me", name: "Me", color: 1 },
    environment,
    undo: new UndoHistory(),
  });
  states = [];
  document.on("status", ({ state }) => states.push(state));
});

describe("a shared document", () => {
  it("refuses an impossible id", () => {
    expect(() => openDocument({ url: "ws://test", document: "a/b", user: ana, environment })).toThrow(
      expect.objectContaining({ code: "ERR_DOCUMENT_ID" }),
    );
  });

  it("is not editable before its text is known, and ready once it is", () => {
    let isTold = false;
    document.on("ready", () => {
      isTold = true;
    });
    document.on("remote", () => expect.unreachable("what comes before `ready` is part of the text"));
    expect(document.isReady).toBe(false);
    expect(() => document.insert(0, "x")).toThrow(expect.objectContaining({ code: "ERR_CLOSED" }));
    becomeReady();
    expect(isTold).toBe(true);
    expect(document.text.toString()).toBe("abc");
    expect(document.status.state).toBe("synced");
  });

  it("says synced only when everything typed is acknowledged", async () => {
    becomeReady();
    document.insert(3, "d");
    expect(document.status).toMatchObject({
      state: "saving",
      pendingEdits: 1,
      pendingSince: environment.now(),
    });
    const flushed = document.flush();
    environment.socket.receive({ type: "ack", channel: channel(), seq: 1, version: 2, entryId: "e2" });
    expect(document.status).toMatchObject({ state: "synced", pendingEdits: 0, pendingSince: undefined });
    await flushed;
  });

  it("saves a long text in parts: as old as its beginning, larger while answers are quick, smaller after a break", () => {
    becomeReady();
    const since = environment.now();
    document.insert(3, "x".repeat(2_000_000));
    let version = 1;
    const sizes: number[] = [];
    const next = (afterMs: number): void => {
      sizes.push(environment.socket.sent.findLast((frame) => frame.startsWith('["submit"'))?.length ?? 0);
      const submit = environment.socket.last("submit");
      if (submit?.type !== "submit") throw new Error("nothing was sent");
      environment.pass(afterMs);
      environment.socket.receive({
        type: "ack",
        channel: channel(),
        seq: submit.seq,
        version: ++version,
        entryId: `e${version}`,
      });
    };
    next(100);
    next(1_500);
    next(100);
    next(3_000);
    expect(sizes.map((bytes) => Math.round(bytes / 1024))).toEqual([128, 256, 256, 512]);
    expect(document.status).toMatchObject({ state: "saving", pendingSince: since });
    expect(document.status.progress).toBeCloseTo((1_152 * 1024) / 2_000_000, 2);
    environment.socket.onclose?.({ code: 1006, reason: "" });
    environment.pass(300);
    environment.socket.welcome();
    environment.socket.receive(opened(version, 4));
    next(100);
    next(100);
    expect(sizes.slice(4).map((bytes) => Math.round(bytes / 1024))).toEqual([64, 128]);
    while (document.status.pendingEdits > 0) next(100);
    expect(document.status).toMatchObject({ state: "synced", progress: undefined });
    // Never "synced" between two parts.
    expect(states.slice(states.indexOf("saving"), -1)).not.toContain("synced");
  });

  it("keeps what is typed while offline, and tells what came together on return", () => {
    becomeReady();
    const merged: unknown[] = [];
    document.on("merged", (counts) => merged.push(counts));
    environment.socket.onclose?.({ code: 1006, reason: "" });
    expect(document.status).toMatchObject({ state: "offline", retryAt: environment.now() + 250 });
    document.insert(3, "d");
    document.insert(4, "e");
    expect(document.status).toMatchObject({ state: "offline", pendingEdits: 2 });
    environment.pass(250);
    expect(document.status.state).toBe("reconnecting");
    environment.socket.welcome();
    environment.socket.receive(opened(4));
    expect(document.status.state).toBe("saving");
    environment.socket.receive(ops(1, 4, ["x"]));
    expect(environment.socket.last("submit")).toMatchObject({ seq: 1, version: 4 });
    expect(merged).toEqual([]);
    environment.socket.receive({ type: "ack", channel: channel(), seq: 1, version: 5, entryId: "e5" });
    expect(document.text.toString()).toBe("xabcde");
    expect(merged).toEqual([{ own: 2, others: 3 }]);
    const changes = states.filter((state, index) => state !== states[index - 1]);
    expect(changes).toEqual(["synced", "offline", "reconnecting", "saving", "synced"]);
  });

  it("is held when the server refuses the edits, and `flush` says why", async () => {
    becomeReady();
    document.insert(3, "d");
    const flushed = document.flush();
    environment.socket.receive({ type: "refused", channel: channel(), seq: 1, code: "ERR_READ_ONLY" });
    expect(document.status).toMatchObject({ state: "held", code: "ERR_READ_ONLY", pendingEdits: 1 });
    await expect(flushed).rejects.toMatchObject({ code: "ERR_READ_ONLY" });
  });

  it("opens its channel again after `reopen`, on a new number, after a wait", () => {
    becomeReady();
    const before = channel();
    environment.socket.receive({ type: "reopen", channel: before, code: "ERR_FENCED" });
    expect(document.status.state).toBe("reconnecting");
    expect(channel()).toBe(before);
    environment.pass(250);
    expect(channel()).toBe(before + 1);
    environment.socket.receive(opened(1));
    expect(document.status.state).toBe("synced");
  });

  it("ends in error when the server does not have such a document", () => {
    environment.socket.welcome();
    environment.socket.receive({
      type: "error",
      code: "ERR_TOO_MANY_DOCUMENTS",
      message: "",
      channel: channel(),
    });
    expect(document.status).toMatchObject({ state: "error", code: "ERR_TOO_MANY_DOCUMENTS" });
  });

  it("doubts a connection on which nothing is acknowledged for 5 s, and leaves it after 10", () => {
    becomeReady();
    document.insert(3, "d");
    environment.pass(5_000);
    expect(environment.socket.names.at(-1)).toBe("ping");
    environment.pass(5_000);
    expect(document.status).toMatchObject({ state: "offline", pendingEdits: 1 });
  });

  it("closes for good, with nothing left running", async () => {
    becomeReady();
    document.insert(3, "d");
    const flushed = document.flush();
    document.close();
    document.close();
    await expect(flushed).rejects.toMatchObject({ code: "ERR_CLOSED" });
    expect(() => document.insert(0, "x")).toThrow(expect.objectContaining({ code: "ERR_CLOSED" }));
    expect(environment.hasAlarms).toBe(false);
    expect(environment.socket.isClosed).toBe(true);
  });
});

describe("carets", () => {
  beforeEach(becomeReady);

  it("tells the own one by itself when nothing is pending, at most every 50 ms", () => {
    document.select({ anchor: 1, head: 1 });
    document.select({ anchor: 2, head: 2 });
    environment.pass(50);
    const selects = environment.socket.names.filter((name) => name === "select");
    expect(selects).toHaveLength(1);
    expect(environment.socket.last("select")).toMatchObject({
      version: 1,
      selection: { anchor: 2, head: 2 },
    });
  });

  it("sends the own one with the operation, behind what was typed", () => {
    document.select({ anchor: 3, head: 3 });
    document.insert(3, "de");
    expect(environment.socket.last("submit")).toMatchObject({ selection: { anchor: 5, head: 5 } });
    environment.pass(1_000);
    expect(environment.socket.names).not.toContain("select");
  });

  it("waits with a move that came after the operation until that is acknowledged", () => {
    document.insert(3, "d");
    document.select({ anchor: 0, head: 0 });
    environment.pass(100);
    expect(environment.socket.names).not.toContain("select");
    environment.socket.receive({ type: "ack", channel: channel(), seq: 1, version: 2, entryId: "e2" });
    environment.pass(50);
    expect(environment.socket.last("select")).toMatchObject({
      version: 2,
      selection: { anchor: 0, head: 0 },
    });
  });

  it("tells the own one once more when edits crossed, since the server may have moved it another way", () => {
    document.select({ anchor: 3, head: 3 });
    document.insert(3, "d");
    environment.socket.receive(ops(1, 2, ["z"]));
    environment.socket.receive({ type: "ack", channel: channel(), seq: 1, version: 3, entryId: "e3" });
    environment.pass(50);
    expect(environment.socket.last("select")).toMatchObject({
      version: 3,
      selection: { anchor: 5, head: 5 },
    });
  });

  it("moves others' over what is pending here and what arrives", () => {
    environment.socket.receive({
      type: "peers",
      channel: channel(),
      version: 1,
      joined: [{ peer: 2, user: ana, quietMs: 7_000, isAway: false, selection: { anchor: 1, head: 2 } }],
      left: [],
      gone: [],
    });
    document.insert(0, "XY");
    expect(document.peers).toEqual([
      {
        peer: 2,
        user: ana,
        isAway: false,
        selection: { anchor: 3, head: 4 },
        activeAt: environment.now() - 7_000,
        typedAt: undefined,
      },
    ]);
    environment.socket.receive({
      ...(ops(1, 2, [2, "z"]) as Extract<ServerMessage, { type: "ops" }>),
      selections: [{ peer: 2, selection: { anchor: 3, head: 3 } }],
    });
    expect(document.peers).toMatchObject([{ selection: { anchor: 5, head: 5 }, typedAt: environment.now() }]);
    environment.socket.receive(peers({ left: [2] }));
    expect(document.peers).toEqual([]);
  });

  it("[P2] stay where they are when their owner is away, and go where the server says there is none", () => {
    const here = { peer: 2, user: ana, quietMs: 0, isAway: false, selection: { anchor: 1, head: 1 } };
    environment.socket.receive(peers({ joined: [here] }));
    environment.socket.receive(peers({ joined: [{ ...here, isAway: true }] }));
    expect(document.peers).toMatchObject([{ isAway: true, selection: { anchor: 1, head: 1 } }]);
    environment.socket.receive(peers({ joined: [{ ...here, selection: undefined }] }));
    expect(document.peers).toMatchObject([{ isAway: false, selection: undefined }]);
  });

  it("tells the own one again on a new connection", () => {
    document.select({ anchor: 2, head: 2 });
    environment.pass(50);
    environment.socket.onclose?.({ code: 1006, reason: "" });
    environment.pass(250);
    environment.socket.welcome();
    environment.socket.receive(opened(1));
    environment.pass(50);
    expect(environment.socket.last("select")).toMatchObject({ selection: { anchor: 2, head: 2 } });
  });
});

describe("edits made by a program", () => {
  beforeEach(becomeReady);

  it("are inserts, deletes and replacements in code points", () => {
    document.insert(3, "😀d");
    document.delete(1, 1);
    document.replace(2, 3, "🧶");
    expect(document.text.toString()).toBe("ac🧶d");
  });

  it("become one in `transact`, or nothing if it throws", () => {
    const changes: unknown[] = [];
    document.on("change", (change) => changes.push(change));
    document.transact((draft) => {
      draft.insert(3, "d");
      draft.delete(0, 1);
      expect(draft.text.toString()).toBe("bcd");
    });
    expect(environment.socket.names.filter((name) => name === "submit")).toHaveLength(1);
    expect(environment.socket.last("submit")).toMatchObject({ operation: { operation: [{ d: 1 }, 2, "d"] } });
    expect(() =>
      document.transact((draft) => {
        draft.insert(0, "x");
        draft.delete(0, 99);
      }),
    ).toThrow(expect.objectContaining({ code: "ERR_LENGTH_MISMATCH" }));
    expect(document.text.toString()).toBe("bcd");
    expect(changes).toHaveLength(1);
    document.transact(() => {});
    expect(changes).toHaveLength(1);
  });

  it("[I6] are taken back by `undo`, each with its selection, and nothing of others", () => {
    expect(document.undo()).toBe(false);
    document.select({ anchor: 3, head: 3 });
    document.insert(3, "de");
    environment.pass(1_000);
    document.delete(0, 1);
    environment.socket.receive(ops(1, 2, [2, "XY"]));
    expect(document.text.toString()).toBe("bXYcde");
    expect([document.canUndo, document.canRedo]).toEqual([true, false]);
    expect(document.undo()).toBe(true);
    expect(document.text.toString()).toBe("abXYcde");
    expect(document.undo()).toBe(true);
    expect(document.text.toString()).toBe("abXYc");
    expect(document.selection).toEqual({ anchor: 5, head: 5 });
    expect(document.undo()).toBe(false);
    expect(document.redo()).toBe(true);
    expect(document.text.toString()).toBe("abXYcde");
  });
});

describe("several documents over one connection", () => {
  it("have a channel each, and one can be closed without the others", () => {
    const shared = new FakeEnvironment();
    const connection = openConnection({ url: "ws://test", user: ana, environment: shared });
    const first = openDocumentOver(connection, { document: "one" });
    const second = openDocumentOver(connection, { document: "two" });
    shared.socket.welcome();
    expect(shared.sockets).toHaveLength(1);
    for (const channel of [1, 2]) {
      const about = { peer: 1, lastSeq: 0, lastVersion: 0, headVersion: 0 };
      shared.socket.receive({ type: "opened", channel, ...about });
    }
    first.insert(0, "1");
    second.insert(0, "2");
    expect([first.text.toString(), second.text.toString()]).toEqual(["1", "2"]);
    first.close();
    expect(shared.socket.last("close")).toMatchObject({ channel: 1 });
    expect(shared.socket.isClosed).toBe(false);
    expect(first.status.state).toBe("offline");
    shared.socket.receive({ type: "ack", channel: 2, seq: 1, version: 1, entryId: "e1" });
    expect(second.status.state).toBe("synced");
    const third = openDocumentOver(connection, { document: "three" });
    shared.pass(0);
    expect(shared.socket.last("open")).toMatchObject({ document: "three", channel: 3 });
    third.close();
    second.close();
    connection.close();
    expect(shared.socket.isClosed).toBe(true);
  });
});

describe("what is told for finding faults", () => {
  it("are names, numbers and sizes of messages, and never a text", () => {
    const told: unknown[] = [];
    const noisy = new FakeEnvironment();
    const logger = { debug: (fields: object, message: string) => told.push([fields, message]) };
    const options = { url: "ws://test", document: "notes", user: ana, environment: noisy, logger };
    const watched = openDocument(options);
    noisy.socket.welcome();
    const about = { peer: 1, lastSeq: 0, lastVersion: 0, headVersion: 0 };
    noisy.socket.receive({ type: "opened", channel: 1, ...about });
    watched.insert(0, "secret");
    noisy.pass(40);
    noisy.socket.receive({ type: "ack", channel: 1, seq: 1, version: 1, entryId: "e1" });
    expect(told).toContainEqual([
      expect.objectContaining({ event: "sent", type: "submit", seq: 1, version: 0 }),
      "sent submit",
    ]);
    expect(watched.diagnostics()).toMatchObject({
      document: "notes",
      version: 1,
      lastSeq: 1,
      textLength: 6,
      connection: "open",
      counters: { connects: 1, submits: 1, acknowledgements: 1, roundTripMs: 40, opens: 1, resends: 0 },
    });
    expect(JSON.stringify([told, watched.diagnostics()])).not.toMatch(/secret|Ana/);
    watched.close();
  });
});

describe("the server's text", () => {
  beforeEach(becomeReady);

  /** Time passes on a connection that answers. */
  function pass(seconds: number): void {
    for (let second = 0; second < seconds; second++) {
      environment.pass(1_000);
      environment.socket.receive({ type: "pong" });
    }
  }

  it("is compared once nothing has happened for 30 s, once for a version", () => {
    pass(29);
    environment.socket.receive(ops(1, 2, [3, "d"]));
    pass(29);
    expect(environment.socket.names).not.toContain("check");
    pass(1);
    expect(environment.socket.last("check")).toEqual({
      type: "check",
      channel: channel(),
      version: 2,
      hash: textHash("abcd"),
    });
    pass(120);
    expect(environment.socket.names.filter((name) => name === "check")).toHaveLength(1);
  });

  it("is not compared while something is pending", () => {
    document.insert(3, "d");
    pass(10);
    environment.socket.receive(ops(1, 2, ["x"]));
    pass(60);
    expect(environment.socket.names).not.toContain("check");
  });

  it("is fetched where the own is another, what was typed stays, and the application hears of it", () => {
    const faults: { code: string }[] = [];
    document.on("fault", (fault) => faults.push(fault));
    document.insert(3, "d");
    const before = channel();
    environment.socket.receive({ type: "reopen", channel: before, code: "ERR_TEXT_DIFFERS" });
    expect(faults).toMatchObject([{ code: "ERR_TEXT_DIFFERS", diagnostics: { version: 1 } }]);
    environment.pass(250);
    expect(environment.socket.last("open")).toMatchObject({ channel: before + 1, version: 1, entryId: "-" });
    environment.socket.receive({
      type: "snapshot",
      channel: before + 1,
      peer: 1,
      lastSeq: 0,
      lastVersion: 0,
      reason: "diverged",
      version: 1,
      entryId: "e1",
      text: "aBc",
    });
    expect(document.text.toString()).toBe("aBcd");
    expect(environment.socket.last("submit")).toMatchObject({ seq: 2, version: 1 });
  });
});

describe("people who went", () => {
  beforeEach(becomeReady);
  const bob = { id: "bob", name: "Bob", color: 3 };

  it("[P3] are told apart from those who are here, the last to go first, until they are back", () => {
    environment.socket.receive(peers({ gone: [{ user: ana, goneMs: 60_000 }] }));
    environment.pass(1_000);
    environment.socket.receive(peers({ left: [7], gone: [{ user: bob, goneMs: 0 }] }));
    const { now } = environment;
    expect(document.gone).toEqual([
      { user: bob, goneAt: now() },
      { user: ana, goneAt: now() - 61_000 },
    ]);
    environment.socket.receive(
      peers({ joined: [{ peer: 8, user: ana, quietMs: 0, isAway: false, selection: undefined }] }),
    );
    expect(document.gone).toMatchObject([{ user: bob }]);
    expect(document.peers).toMatchObject([{ peer: 8 }]);
  });

  it("[P4] are forgotten after an hour, and on a new connection", () => {
    environment.socket.receive(peers({ gone: [{ user: ana, goneMs: 3_599_000 }] }));
    expect(document.gone).toHaveLength(1);
    environment.pass(1_000);
    expect(document.gone).toEqual([]);
    environment.socket.receive(peers({ gone: [{ user: bob, goneMs: 0 }] }));
    environment.socket.onclose?.({ code: 1006, reason: "" });
    environment.pass(250);
    environment.socket.welcome();
    expect(document.gone).toEqual([]);
  });

  it("[I9] are at most 20, those who went last", () => {
    for (let person = 0; person < 30; person++) {
      environment.socket.receive(peers({ gone: [{ user: { ...bob, id: `p${person}` }, goneMs: 0 }] }));
    }
    const ids = document.gone.map(({ user }) => user.id);
    expect(ids).toEqual(Array.from({ length: 20 }, (_, index) => `p${29 - index}`));
  });
});
