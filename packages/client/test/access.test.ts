import { Operation } from "@interline/ot";
import { beforeEach, describe, expect, it } from "vitest";
import type { TokenSource } from "../src/connection.ts";
import { openDocument, type SharedDocument } from "../src/shared-document.ts";
import { FakeEnvironment } from "./fake-environment.ts";

let environment: FakeEnvironment;
beforeEach(() => {
  environment = new FakeEnvironment();
});

function open(token?: TokenSource): SharedDocument {
  return openDocument({
    url: "ws://test/sync",
    document: "notes",
    user: { id: "me", name: "Me", color: 1 },
    token,
    environment,
  });
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

function receiveOpened(): void {
  environment.socket.receive({
    type: "opened",
    channel: 1,
    peer: 1,
    lastSeq: 0,
    lastVersion: 0,
    headVersion: 0,
  });
}

describe("a token", () => {
  it("is asked for at every new connection, and goes into the first message", async () => {
    let asked = 0;
    open(() => Promise.resolve(`token-${++asked}`));
    environment.socket.onopen?.();
    await settled();
    expect(environment.socket.last("hello")).toMatchObject({ token: "token-1" });
    environment.socket.onclose?.({ code: 4419, reason: "token expired" });
    environment.pass(500);
    environment.socket.onopen?.();
    await settled();
    expect(environment.sockets).toHaveLength(2);
    expect(environment.socket.last("hello")).toMatchObject({ token: "token-2" });
  });

  it("that is no good ends it, with the code", async () => {
    const document = open(() => "bad");
    environment.socket.onopen?.();
    await settled();
    const error = { type: "error", code: "ERR_TOKEN_INVALID", message: "no", channel: undefined } as const;
    environment.socket.receive(error);
    environment.socket.onclose?.({ code: 4401, reason: "unauthorized" });
    expect(document.status).toMatchObject({ state: "denied", code: "ERR_TOKEN_INVALID" });
    environment.pass(60_000);
    expect(environment.sockets).toHaveLength(1);
  });

  it("that cannot be had now is waited for", async () => {
    const document = open(() => Promise.reject(new Error("the login is down")));
    environment.socket.onopen?.();
    await settled();
    expect(document.status.state).toBe("offline");
    expect(environment.socket.names).toEqual([]);
  });

  it("that comes late goes to no other connection than it was asked for", async () => {
    const give: ((token: string) => void)[] = [];
    const document = open(() => new Promise((resolve) => give.push(resolve)));
    const first = environment.socket;
    first.onopen?.();
    first.onclose?.({ code: 1006, reason: "" });
    document.reconnect();
    give[0]?.("late");
    await settled();
    expect(first.names).toEqual([]);
    expect(environment.socket.names).toEqual([]);
  });
});

describe("a right", () => {
  it("that is missing keeps the edits here, and sends them when it comes", async () => {
    const document = open();
    const roles: string[] = [];
    document.on("access", (role) => roles.push(role));
    expect(document.role).toBe("own");
    environment.socket.welcome();
    receiveOpened();
    environment.socket.receive({ type: "access", channel: 1, role: "read" });
    expect(document.role).toBe("read");
    expect(document.status).toMatchObject({ state: "readonly", code: undefined, pendingEdits: 0 });
    document.edit(Operation.from(["x"], 0));
    expect(document.status).toMatchObject({ state: "readonly", code: undefined, pendingEdits: 1 });
    const flushed = expect(document.flush()).rejects.toMatchObject({ code: "ERR_READ_ONLY" });
    environment.socket.receive({ type: "refused", channel: 1, seq: 1, code: "ERR_READ_ONLY" });
    expect(document.status).toMatchObject({ state: "readonly", code: "ERR_READ_ONLY", pendingEdits: 1 });
    await flushed;
    environment.socket.receive({ type: "access", channel: 1, role: "write" });
    expect(environment.socket.last("submit")).toMatchObject({ seq: 2 });
    expect(document.status).toMatchObject({ state: "saving", pendingEdits: 1 });
    expect(roles).toEqual(["read", "write"]);
  });
});

describe("a document that may not be opened", () => {
  it("is asked for again on a new connection, with what was not saved", () => {
    const document = open();
    environment.socket.welcome();
    receiveOpened();
    document.edit(Operation.from(["x"], 0));
    const refusal = { type: "error", code: "ERR_FORBIDDEN", message: "no", channel: 1 } as const;
    environment.socket.receive(refusal);
    expect(document.status).toMatchObject({ state: "denied", code: "ERR_FORBIDDEN", pendingEdits: 1 });
    environment.socket.onclose?.({ code: 1006, reason: "" });
    expect(document.status.state).toBe("denied");
    environment.pass(500);
    environment.socket.welcome();
    expect(document.status).toMatchObject({ state: "reconnecting", code: undefined });
    environment.socket.receive({ ...refusal, channel: 2 });
    expect(document.status.state).toBe("denied");
    document.reconnect();
    environment.socket.welcome();
    expect(environment.socket.last("open")).toMatchObject({ channel: 3, inFlight: true });
    expect(document.status.state).toBe("reconnecting");
  });
});

describe("a server that stops", () => {
  it("is left when it says, not before, for where it says", () => {
    const document = open();
    environment.socket.welcome();
    receiveOpened();
    environment.socket.receive({ type: "move", afterMs: 700, url: "ws://other/sync" });
    environment.pass(699);
    document.edit(Operation.from(["x"], 0));
    expect(environment.socket.last("submit")).toMatchObject({ seq: 1 });
    environment.pass(1);
    expect(environment.addresses).toEqual([
      "ws://test/sync?document=notes&speaks=1.2",
      "ws://other/sync?speaks=1.2",
    ]);
    environment.socket.welcome();
    expect(environment.socket.last("open")).toMatchObject({ inFlight: true, lastSeq: 1 });
  });

  it("that goes before its time is left once", () => {
    open();
    environment.socket.welcome();
    environment.socket.receive({ type: "move", afterMs: 5_000, url: undefined });
    environment.socket.onclose?.({ code: 1012, reason: "restart" });
    environment.pass(500);
    environment.socket.welcome();
    environment.pass(5_000);
    expect(environment.sockets).toHaveLength(2);
  });
});
