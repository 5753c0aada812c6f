import type { SharedPeer } from "@interline/server";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RedisProcess, startRedis } from "../../../tests/support/redis-process.ts";
import { waitFor } from "../../../tests/support/wait-for.ts";
import { PresenceLine, type ShareReply } from "../src/presence-line.ts";
import { caretsMessage, isPresence, parsePresence, type PresenceMessage } from "../src/presence-news.ts";
import { SHARE } from "../src/presence-script.ts";
import { RedisStore } from "../src/redis-store.ts";

let redis: RedisProcess;
let store: RedisStore;
beforeAll(async () => {
  redis = await startRedis();
  store = await RedisStore.connect({ address: `redis://127.0.0.1:${redis.port}`, prefix: "p:" });
});
afterAll(async () => {
  await store.close();
  await redis[Symbol.asyncDispose]();
});

let nth = 0;
type Fault = "none" | "before" | "after";

/**
 * Some nodes that have one document open, over a real Redis. What is published waits until the test passes it on; who is alive each node finds out
 * when the test says so.
 */
class Nodes {
  readonly document: string;
  readonly all: readonly Node[];
  readonly alive = new Set<string>();
  /** Their clocks are so much ahead. */
  aheadMs = 0;
  /** Calls of Redis under way. */
  running = 0;
  #heard = "";

  constructor(document: string, count: number) {
    this.document = document;
    this.all = Array.from({ length: count }, (_, index) => new Node(this, `n${index}`));
  }

  async start(): Promise<void> {
    await store.hear(store.keys.channel(this.document), (message) => {
      if (!isPresence(message)) this.#heard = message;
      else for (const node of this.all) node.waiting.push(parsePresence(message));
    });
  }

  /** Resolves when nothing is under way and everything that was published has come. */
  async settle(): Promise<void> {
    const channel = store.keys.channel(this.document);
    for (let before = -1; before !== Node.calls; ) {
      before = Node.calls;
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      if (this.running > 0) await waitFor("Redis", () => this.running === 0, { intervalMs: 0 });
    }
    const fence = `${Math.random()}`;
    await store.command((client) => client.spublish(channel, fence));
    await waitFor("messages", () => this.#heard === fence, { intervalMs: 0 });
  }

  /** What Redis has. */
  fields(): Promise<Record<string, string>> {
    return store.command((client) => client.hgetall(store.keys.people(this.document)));
  }

  /** What every node finds out in the end. */
  async mend(): Promise<void> {
    for (const node of this.all) if (node.isRunning) this.alive.add(node.name);
    for (let round = 0; round < 4; round++) {
      const [epoch, number] = await store.command((client) =>
        client.hmget(store.keys.people(this.document), "@", "#"),
      );
      for (const node of this.all) {
        node.fault = "none";
        node.see();
        if (node.isRunning) node.line.compare(epoch ?? "", Number(number));
      }
      await this.settle();
      for (const node of this.all) while (node.deliver());
      await this.settle();
    }
  }

  close(): void {
    store.unhear(store.keys.channel(this.document));
  }
}

class Node {
  static calls = 0;
  readonly name: string;
  readonly own = new Map<string, SharedPeer>();
  /** What the line has told. */
  readonly told = new Map<string, SharedPeer>();
  readonly waiting: PresenceMessage[] = [];
  carets: [session: string, at: number][] = [];
  line: PresenceLine;
  isRunning = true;
  fault: Fault = "none";
  moment = 0;
  readonly #nodes: Nodes;
  readonly #known = new Set<string>();
  #published = 0;

  constructor(nodes: Nodes, name: string) {
    this.name = name;
    this.#nodes = nodes;
    this.line = this.#newLine();
    nodes.alive.add(name);
  }

  /** Finds out who is alive. */
  see(): void {
    this.#known.clear();
    for (const name of this.#nodes.alive) this.#known.add(name);
    this.line.rejudge();
  }

  deliver({ twice = false } = {}): boolean {
    const message = this.waiting.shift();
    if (message === undefined) return false;
    if (this.isRunning) this.line.hear(message);
    if (this.isRunning && twice) this.line.hear(message);
    return true;
  }

  put(session: string, user: number, isAway: boolean): void {
    const peer = { session, user: { id: session, name: session, color: user }, isAway, quietMs: 5 };
    this.own.set(session, peer);
    this.moment++;
    this.line.put(peer);
  }

  remove(session: string): void {
    this.own.delete(session);
    this.line.remove(session);
  }

  /** Nobody has it open here any more; then somebody has again. */
  async reopen(): Promise<void> {
    await this.line.close();
    this.own.clear();
    this.told.clear();
    this.waiting.length = 0;
    this.line = this.#newLine();
    await this.line.open();
  }

  #newLine(): PresenceLine {
    const nodes = this.#nodes;
    const { keys } = store;
    return new PresenceLine(
      {
        moment: 0,
        put: (peer) => void this.told.set(peer.session, peer),
        remove: (session) => {
          if (!this.told.delete(session)) throw new Error(`${session} was never told of`);
        },
        hear: ({ carets }) => {
          for (const { session, selection } of carets) this.carets.push([session, selection?.head ?? -1]);
        },
        recap: () => ({
          version: 1,
          gone: [],
          carets: Array.from(this.own.keys(), (session) => ({
            session,
            quietMs: 0,
            selection: { anchor: this.moment, head: this.moment },
          })),
        }),
      },
      {
        node: this.name,
        now: () => Date.now() + nodes.aheadMs,
        isAlive: (node) => this.#known.has(node),
        judge: async () => {
          if (this.fault !== "none") throw new Error("cut off");
          if (this.isRunning) nodes.alive.add(this.name);
          this.see();
        },
        share: async ({ set, deleted, isWhole }) => {
          Node.calls++;
          if (this.fault === "before") throw new Error("not done");
          nodes.running++;
          try {
            const args = set.flatMap(([session, value]) => [session, JSON.stringify(value)]);
            const reply = (await store.run(
              SHARE,
              [keys.people(nodes.document), keys.channel(nodes.document)],
              [this.name, `${Node.calls}`, 60_000, isWhole ? 1 : 0, set.length, ...args, ...deleted],
            )) as ShareReply;
            if (this.fault === "after") throw new Error("the answer is lost");
            return reply;
          } finally {
            nodes.running--;
          }
        },
        publish: (news) => {
          const message = caretsMessage(this.name, ++this.#published, news);
          for (const node of nodes.all) node.waiting.push(parsePresence(message));
        },
      },
    );
  }
}

async function startNodes(count: number): Promise<Nodes> {
  const nodes = new Nodes(`d${++nth}`, count);
  await nodes.start();
  for (const node of nodes.all) {
    node.see();
    await node.line.open();
  }
  return nodes;
}

test("what was said before all was read changes nothing, and what comes twice is heard once", async () => {
  const nodes = await startNodes(2);
  const [here, there] = nodes.all as [Node, Node];
  here.put("s", 1, false);
  await nodes.settle();
  here.remove("s");
  await nodes.settle();
  const early = [...there.waiting];
  await there.reopen();
  await nodes.settle();
  there.waiting.unshift(...early);
  while (there.deliver({ twice: true })) expect(there.told.size).toBe(0);
  here.put("t", 1, false);
  await nodes.settle();
  while (there.deliver({ twice: true }));
  expect([...there.told.keys()]).toEqual(["t"]);
  nodes.close();
});

test("who opens a document is told where carets are; those that come late say nothing", async () => {
  const nodes = await startNodes(2);
  const [here, there] = nodes.all as [Node, Node];
  here.put("s", 1, false);
  await nodes.settle();
  while (here.deliver());
  await there.reopen();
  there.carets = [];
  await nodes.settle();
  while (here.deliver());
  expect(there.waiting.at(-1)).toMatchObject(["c", "n0", expect.any(Number), 1, [["s", 0, 1, 1]], []]);
  while (there.deliver());
  expect(there.carets).toEqual([["s", 1]]);
  there.line.hear(["c", "n0", 0, 1, [["s", 0, 7, 7]], []]);
  expect(there.carets).toEqual([["s", 1]]);
  nodes.close();
});

test("nothing is told where nobody else is, and nothing stays when the last has gone", async () => {
  const nodes = await startNodes(1);
  const [only] = nodes.all as [Node];
  only.put("s", 1, false);
  await nodes.settle();
  while (only.deliver());
  only.line.tell({ version: 1, carets: [], gone: [] });
  expect(only.waiting).toEqual([]);
  await only.line.close();
  expect(await nodes.fields()).toEqual({});
  expect(only.line.isDone).toBe(true);
  nodes.close();
});

const OFTEN = ["put", "put", "remove", "deliver", "deliver"];
const RARE = [
  "twice",
  "lose",
  "settle",
  "cut",
  "late",
  "heal",
  "kill",
  "stall",
  "see",
  "wipe",
  "reopen",
  "mend",
];

test("what is there is written again before it runs out", async () => {
  const nodes = await startNodes(1);
  const [only] = nodes.all as [Node];
  await nodes.settle();
  while (only.deliver());
  const key = store.keys.people(nodes.document);
  const leftAfterComparing = async (): Promise<number> => {
    await store.command((client) => client.pexpire(key, 1_000));
    const [epoch, number] = await store.command((client) => client.hmget(key, "@", "#"));
    only.line.compare(epoch ?? "", Number(number));
    await nodes.settle();
    return store.command((client) => client.pttl(key));
  };
  expect(await leftAfterComparing()).toBeLessThanOrEqual(1_000);
  nodes.aheadMs = 1_200_000;
  expect(await leftAfterComparing()).toBeGreaterThan(50_000);
  nodes.close();
});

test("[P8] [P9] whatever is lost, late or told twice, and whoever dies: in the end each node tells exactly of those who are at others", async () => {
  const act = fc.tuple(
    fc.constantFrom(...OFTEN, ...OFTEN, ...OFTEN, ...RARE),
    fc.nat({ max: 2 }),
    fc.nat({ max: 4 }),
    fc.nat({ max: 2 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 50, size: "max" }), async (acts) => {
      const nodes = await startNodes(3);
      for (const [name, which, session, value] of acts) {
        const node = nodes.all[which]!;
        if (name === "settle") await nodes.settle();
        else if (name === "mend") await nodes.mend();
        else if (name === "wipe")
          await store.command((client) => client.del(store.keys.people(nodes.document)));
        else if (name === "lose") node.waiting.shift();
        else if (name === "deliver") node.deliver();
        else if (name === "twice") node.deliver({ twice: true });
        else if (!node.isRunning) continue;
        else if (name === "put") node.put(`s${session}`, value, value === 1);
        else if (name === "remove") node.remove(`s${session}`);
        else if (name === "cut") node.fault = "before";
        else if (name === "late") node.fault = "after";
        else if (name === "heal") node.fault = "none";
        else if (name === "see") node.see();
        else if (name === "stall") nodes.alive.delete(node.name);
        else if (name === "reopen" && node.fault === "none") await node.reopen();
        else if (name === "kill" && nodes.all.filter(({ isRunning }) => isRunning).length > 1) {
          node.isRunning = false;
          node.fault = "before";
          nodes.alive.delete(node.name);
        }
      }
      await nodes.mend();

      const running = nodes.all.filter(({ isRunning }) => isRunning);
      for (const node of running) {
        const others = running.filter((other) => other !== node);
        const sessions = new Set(others.flatMap(({ own }) => [...own.keys()]));
        expect(new Set(node.told.keys())).toEqual(sessions);
        for (const [session, { user, isAway }] of node.told) {
          const said = others.flatMap(({ own }) => own.get(session) ?? []);
          expect(said.map((peer) => ({ user: peer.user, isAway: peer.isAway }))).toContainEqual({
            user,
            isAway,
          });
        }
      }
      const fields = Object.keys(await nodes.fields()).filter((field) => !/^[@#]$/.test(field));
      expect(fields.toSorted()).toEqual(
        running
          .flatMap(({ name, own }) => ["", ...own.keys()].map((session) => `${name}/${session}`))
          .toSorted(),
      );
      nodes.close();
    }),
    { numRuns: 80 },
  );
});
