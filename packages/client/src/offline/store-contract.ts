import type { Copy, DocumentKey, DocumentStore, TabMessage } from "./document-store.ts";

/** One thing that every store must do. @public */
export interface StoreCase {
  readonly name: string;
  /** Rejects if a fresh, empty store does not do it. Whoever made the store closes it. */
  readonly run: (store: DocumentStore) => Promise<void>;
}

const key: DocumentKey = { account: "ana", server: "wss://host/sync", document: "notes" };

/**
 * What every `DocumentStore` must do, for any test runner, in Node and in browsers.
 *
 * @example
 * for (const { name, run } of storeContract) test(name, async () => run(await createMyStore()));
 * @public
 */
export const storeContract: readonly StoreCase[] = [
  {
    name: "a document that was never kept has no copies",
    async run(store) {
      same(await store.list(key), []);
      same(await store.load(key, "s1"), undefined);
      same(await store.documents("ana"), []);
    },
  },
  {
    name: "a copy comes back as it was saved, with its text",
    async run(store) {
      const copy = copyOf("s1", {
        since: [1, { d: 2 }, "é😀\n\u0000"],
        inFlight: { seq: 7, operation: [3, "x"], edits: 2 },
        pendingSince: 5,
        recovered: ["old text"],
      });
      await store.save(key, { copy, text: "a\r\nb\u2028🧶" });
      same(await store.load(key, "s1"), { copy, text: "a\r\nb\u2028🧶" });
      same(await store.list(key), [copy]);
    },
  },
  {
    name: "a later copy goes with the text of an earlier one, or with its own",
    async run(store) {
      await store.save(key, { copy: copyOf("s1"), text: "one" });
      const later = copyOf("s1", { version: 2, since: [3, "!"] });
      await store.save(key, { copy: later });
      same(await store.load(key, "s1"), { copy: later, text: "one" });
      const latest = copyOf("s1", { version: 3 });
      await store.save(key, { copy: latest, text: "one!?" });
      same(await store.load(key, "s1"), { copy: latest, text: "one!?" });
    },
  },
  {
    name: "a copy whose text is gone is not written",
    async run(store) {
      await fails(store.save(key, { copy: copyOf("s1") }), "ERR_DEVICE_MISSING");
      same(await store.list(key), []);
      await store.save(key, { copy: copyOf("s1"), text: "" });
      await store.remove(key, "s1");
      await fails(store.save(key, { copy: copyOf("s1", { version: 2 }) }), "ERR_DEVICE_MISSING");
      same(await store.load(key, "s1"), undefined);
    },
  },
  {
    name: "saves that are not waited for take effect in their order",
    async run(store) {
      await store.save(key, { copy: copyOf("s1"), text: "0" });
      const saves = Array.from({ length: 20 }, (_, index) =>
        store.save(key, {
          copy: copyOf("s1", { version: index + 1 }),
          ...(index % 3 === 0 ? { text: String(index) } : {}),
        }),
      );
      await Promise.all(saves);
      same(await store.load(key, "s1"), { copy: copyOf("s1", { version: 20 }), text: "18" });
    },
  },
  {
    name: "a copy replaces another in the same step",
    async run(store) {
      await store.save(key, { copy: copyOf("s1"), text: "one" });
      await store.save(key, { copy: copyOf("s2"), text: "two", replaces: "s1" });
      same(await sessionsIn(store), ["s2"]);
      same(await store.load(key, "s1"), undefined);
      await store.save(key, { copy: copyOf("s2", { version: 2 }) });
      same(await sessionsIn(store), ["s2"]);
    },
  },
  {
    name: "sessions, documents, servers and accounts do not see each other",
    async run(store) {
      const others: DocumentKey[] = [
        { ...key, document: "notes2" },
        { ...key, server: "wss://other/sync" },
        { ...key, account: "bea" },
      ];
      for (const [index, other] of [key, ...others].entries()) {
        await store.save(other, { copy: copyOf("s1", { version: index }), text: `${index}` });
      }
      await store.save(key, { copy: copyOf("s2"), text: "second" });
      same(await sessionsIn(store), ["s1", "s2"]);
      await store.remove(key, "s1");
      for (const [index, other] of others.entries()) {
        same((await store.load(other, "s1"))?.text, `${index + 1}`);
      }
    },
  },
  {
    name: "an account's documents are found, and forgotten, together",
    async run(store) {
      const other = { ...key, document: "other" };
      const foreign = { ...key, account: "bea" };
      for (const each of [key, other, foreign]) {
        await store.save(each, { copy: copyOf("s1"), text: each.document });
      }
      await store.save(key, { copy: copyOf("s2"), text: "" });
      const found = [...(await store.documents("ana"))].toSorted((a, b) =>
        order(a.key.document, b.key.document),
      );
      same(
        found.map((kept) => [kept.key, kept.copies.map(({ session }) => session).toSorted()]),
        [
          [key, ["s1", "s2"]],
          [other, ["s1"]],
        ],
      );
      await store.clear("ana");
      same(await store.documents("ana"), []);
      same(await store.list(key), []);
      same((await store.load(foreign, "s1"))?.text, "notes");
    },
  },
  {
    name: "every account that has copies is found once",
    async run(store) {
      if (store.accounts === undefined) return;
      same(await store.accounts(), []);
      for (const [account, session] of [
        ["bea", "s1"],
        ["ana", "s1"],
        ["ana", "s2"],
        ["ana b", "s1"],
      ] as const) {
        await store.save({ ...key, account }, { copy: copyOf(session), text: "" });
      }
      await store.save({ ...key, document: "other" }, { copy: copyOf("s1"), text: "" });
      same([...(await store.accounts())].toSorted(), ["ana", "ana b", "bea"]);
      await store.clear("ana");
      same([...(await store.accounts())].toSorted(), ["ana b", "bea"]);
    },
  },
  {
    name: "a large text is kept whole",
    async run(store) {
      const text = "The rug 🧶 has to be cleaned.\n".repeat(40_000);
      await store.save(key, { copy: copyOf("s1"), text });
      const kept = await store.load(key, "s1");
      same(kept?.text === text, true);
    },
  },
  {
    name: "[C11] a session has one lock, which goes to who waits when it is released",
    async run(store) {
      const first = await store.lock(key, "s1", 0);
      if (first === undefined) throw new Error("the first did not get the lock");
      same(await store.lock(key, "s1", 0), undefined);
      same(await store.lock(key, "s1", 20), undefined);
      const other = await store.lock(key, "s2", 0);
      if (other === undefined) throw new Error("sessions share a lock");
      const waiting = store.lock(key, "s1", 5_000);
      first.release();
      first.release();
      const second = await waiting;
      if (second === undefined) throw new Error("who waited did not get the lock");
      same(await store.lock(key, "s1", 0), undefined);
      second.release();
      other.release();
    },
  },
  {
    name: "a line reaches all others of the document, and not its own end",
    async run(store) {
      const heard: [string, TabMessage][] = [];
      const lines = ["a", "b", "c"].map((name) =>
        store.openLine(key, (message) => void heard.push([name, message])),
      );
      const foreign = store.openLine({ ...key, document: "other" }, (message) => {
        heard.push(["foreign", message]);
      });
      lines[0]?.post({ type: "x", list: [1, { d: 2 }] });
      lines[1]?.close();
      await eventually(() => heard.length >= 1 && heard.some(([name]) => name === "c"));
      lines[2]?.post({ type: "y" });
      await eventually(() => heard.some(([name]) => name === "a"));
      same(
        heard.filter(([name]) => name !== "b").toSorted(([a], [b]) => order(a, b)),
        [
          ["a", { type: "y" }],
          ["c", { type: "x", list: [1, { d: 2 }] }],
        ],
      );
      for (const line of [...lines, foreign]) line.close();
    },
  },
];

function copyOf(session: string, changes: Partial<Copy> = {}): Copy {
  return {
    session,
    lastSeq: 7,
    version: 1,
    entryId: "e1",
    since: [],
    inFlight: undefined,
    buffer: [2, "y"],
    bufferEdits: 1,
    pendingSince: undefined,
    recovered: [],
    savedAt: 9,
    ...changes,
  };
}

async function sessionsIn(store: DocumentStore): Promise<string[]> {
  return (await store.list(key)).map(({ session }) => session).toSorted();
}

/** Both as JSON, with fields in order: a store need not tell a missing field from an undefined one. */
function same(actual: unknown, expected: unknown): void {
  const [a, b] = [plain(actual), plain(expected)];
  if (a !== b) throw new Error(`expected ${b}, got ${a}`);
}

function plain(value: unknown): string {
  return (
    JSON.stringify(value, (_name, part: unknown) =>
      typeof part === "object" && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => order(a, b)))
        : part,
    ) ?? "undefined"
  );
}

async function fails(work: Promise<unknown>, code: string): Promise<void> {
  const fault: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  same((fault as { code?: string } | undefined)?.code, code);
}

/** Lets the platform deliver, for 2 s at most. */
async function eventually(condition: () => boolean): Promise<void> {
  const { setTimeout } = globalThis as unknown as { setTimeout: (run: () => void, ms: number) => void };
  for (let turn = 0; turn < 400 && !condition(); turn++) {
    await new Promise<void>((resolve) => setTimeout(resolve, 5));
  }
  same(condition(), true);
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
