import { afterEach, expect, it } from "vitest";
import { deviceStore } from "../src/offline/device-store.ts";
import { openDocument } from "../src/shared-document.ts";
import { settled } from "./offline/held-store.ts";
import { FakeEnvironment } from "./fake-environment.ts";

/** How a part of the platform may be missing. A thing that rejects answers every call so. */
const ways = ["is absent", "throws when named", "throws when called", "rejects"] as const;

/** Objects and functions at once: each member is one of them again, and a call ends the way it is told. */
function stub(end: () => unknown): unknown {
  return new Proxy(function () {}, {
    get: (_, name) => (name === "then" ? undefined : stub(end)),
    set: () => true,
    apply: end,
    construct: () => end() as object,
  });
}

function refuse(): never {
  throw new DOMException("switched off", "SecurityError");
}

function rejected(): unknown {
  const answer = Promise.reject(new DOMException("switched off", "SecurityError"));
  // A constructor that answers so throws nothing, and nobody looks at what it made.
  answer.catch(() => {});
  return answer;
}

/** A property that stands for a part of the platform in one of the ways. */
function missing(way: (typeof ways)[number]): PropertyDescriptor {
  switch (way) {
    case "is absent":
      return { value: undefined };
    case "throws when named":
      return { get: refuse };
    case "throws when called":
      return { value: stub(refuse) };
    case "rejects":
      return { value: stub(rejected) };
  }
}

/** A database that opens when it likes: the other parts are asked meanwhile. */
const slowDatabase: PropertyDescriptor = { value: { open: () => ({}) } };

const parts = ["BroadcastChannel", "indexedDB", "IDBKeyRange", "navigator", "locks", "storage"] as const;

const restore: (() => void)[] = [];
function replace(of: object, name: string, by: PropertyDescriptor): void {
  const before = Object.getOwnPropertyDescriptor(of, name);
  Object.defineProperty(of, name, { ...by, configurable: true });
  restore.push(() => (before ? Object.defineProperty(of, name, before) : Reflect.deleteProperty(of, name)));
}

afterEach(() => {
  for (const undo of restore.splice(0).toReversed()) undo();
});

const cases = parts.flatMap((part) => ways.map((way) => [part, way] as const));

it.each(cases)("where %s %s, a document opens, and what is typed is sent", async (part, way) => {
  replace(globalThis, "indexedDB", slowDatabase);
  const navigator = { locks: { request: () => new Promise(() => {}) } };
  replace(globalThis, "navigator", { value: navigator });
  replace(part === "locks" || part === "storage" ? navigator : globalThis, part, missing(way));
  const environment = new FakeEnvironment();
  const document = openDocument({
    url: "ws://test",
    document: "notes",
    user: { id: "me", name: "Me", color: 1 },
    environment,
    store: deviceStore(),
  });
  for (let step = 0; step < 12; step++) {
    await settled();
    environment.pass(1_000);
    if (step === 6) environment.socket.welcome();
  }
  await settled();
  const opens = environment.socket.sent.filter((frame) => frame.startsWith('["open"'));
  const channel = (JSON.parse(opens.at(-1) ?? "[]") as unknown[])[1] as number;
  environment.socket.receive({
    type: "opened",
    channel,
    peer: 1,
    lastSeq: 0,
    lastVersion: 0,
    headVersion: 0,
  });
  expect(document.isReady).toBe(true);
  document.insert(0, "typed");
  for (let step = 0; step < 12; step++) {
    await settled();
    environment.pass(1_000);
  }
  expect(environment.sockets.flatMap(({ names }) => names)).toContain("submit");
  expect(document.status.canKeep).toBe(false);
  document.close();
});
