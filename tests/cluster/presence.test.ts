import { openDocument, type SharedDocument, type WebSocketLike } from "@interline/client";
import { guestIdOf } from "@interline/server";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { TestCluster } from "../support/cluster.ts";
import { nodeEnvironment } from "../support/node-environment.ts";
import type { ServerProcess } from "../support/server-process.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { waitFor } from "../support/wait-for.ts";

let cluster: TestCluster;
let servers: readonly ServerProcess[];
const people: Person[] = [];

beforeAll(async () => {
  cluster = await TestCluster.start();
  servers = cluster.nodes.map(({ server }) => server);
});
afterEach(() => {
  for (const { document } of people.splice(0)) document.close();
});
afterAll(() => cluster[Symbol.asyncDispose]());

interface PersonOptions {
  readonly document: string;
  readonly name: string;
  /** Several may be one person. Default: the name. */
  readonly id?: string;
}

/** Somebody who has a document open. */
class Person {
  /** Where it connects next. */
  url: string;
  readonly document: SharedDocument;
  /** All that it was told of others, by their names: `+` came, `-` went. */
  readonly seen: string[] = [];
  socket: WebSocket | undefined;
  readonly #watching: ((isHidden: boolean) => void)[] = [];

  constructor(url: string, { document, name, id = name }: PersonOptions) {
    this.url = url;
    this.document = openDocument({
      url,
      document,
      user: { id, name, color: 1 },
      backoff: { firstMs: 50, maxMs: 500 },
      environment: {
        ...nodeEnvironment(),
        openSocket: (_, subprotocols) => {
          this.socket = new WebSocket(this.url, subprotocols, { perMessageDeflate: false });
          return this.socket as unknown as WebSocketLike;
        },
        onVisibility: (listener) => {
          this.#watching.push(listener);
          listener(false);
          return () => {};
        },
      },
    });
    let before: string[] = [];
    this.document.on("peers", () => {
      const now = namesOf(this);
      this.seen.push(...now.filter((other) => !before.includes(other)).map((other) => `+${other}`));
      this.seen.push(...before.filter((other) => !now.includes(other)).map((other) => `-${other}`));
      if (new Set(now).size < now.length) this.seen.push(`twice: ${now.join()}`);
      before = now;
    });
  }

  hide(isHidden: boolean): void {
    for (const tell of this.#watching) tell(isHidden);
  }
}

async function enter(url: string, options: PersonOptions): Promise<Person> {
  const person = new Person(url, options);
  said.set(guestIdOf(person.document.user.id), person.document.user.id);
  people.push(person);
  await waitFor(`${options.name} to be there`, () => person.document.status.state === "synced");
  return person;
}

const namesOf = ({ document }: Person) => document.peers.map(({ user }) => user.name).toSorted();
/** Ids as people said them, by the ids that others know. */
const said = new Map<string, string>();
const goneOf = ({ document }: Person) =>
  document.gone.map(({ user }) => said.get(user.id) ?? user.id).toSorted();
const caretOf = ({ document }: Person, name: string) =>
  document.peers.find(({ user }) => user.name === name)?.selection?.head;

function sees(person: Person, ...names: string[]): Promise<boolean> {
  return waitFor(`${person.document.user.name} to see ${names.join(", ")}`, () => {
    return namesOf(person).join() === names.join();
  });
}

describe("people whose page is at another server", () => {
  test("[P1] [P2] come, change, are away and go, each told once", async () => {
    const ann = await enter(servers[0]!.syncUrl, { document: "told", name: "ann" });
    const bob = await enter(servers[1]!.syncUrl, { document: "told", name: "bob" });
    await sees(ann, "bob");
    await sees(bob, "ann");
    bob.document.setUser({ ...bob.document.user, name: "robert", color: 7 });
    await sees(ann, "robert");
    expect(ann.document.peers).toMatchObject([{ user: { id: guestIdOf("bob"), color: 7 }, isAway: false }]);
    bob.hide(true);
    await waitFor("bob to be away", () => ann.document.peers[0]?.isAway);
    bob.hide(false);
    await waitFor("bob to be back", () => ann.document.peers[0]?.isAway === false);
    bob.document.close();
    await sees(ann);
    expect(goneOf(ann)).toEqual(["bob"]);
    expect(ann.seen).toEqual(["+bob", "+robert", "-bob", "-robert"]);
  });

  test("[P3] are one person at two servers, gone with the last page", async () => {
    const ann = await enter(servers[0]!.syncUrl, { document: "one", name: "ann" });
    const tabs = [
      await enter(servers[1]!.syncUrl, { document: "one", name: "bob1", id: "bob" }),
      await enter(servers[2]!.syncUrl, { document: "one", name: "bob2", id: "bob" }),
    ];
    await sees(ann, "bob1", "bob2");
    tabs[0]!.document.close();
    await sees(ann, "bob2");
    expect(goneOf(ann)).toEqual([]);
    tabs[1]!.document.close();
    await sees(ann);
    expect(goneOf(ann)).toEqual(["bob"]);
    // Who comes to a server where nobody was hears of it too.
    const eve = await enter(servers[2]!.syncUrl, { document: "one", name: "eve" });
    await waitFor("eve to hear of bob", () => goneOf(eve).includes("bob"));
  });

  test("[P7] have their carets where they have them, in every text that is seen", async () => {
    const ann = await enter(servers[0]!.syncUrl, { document: "carets", name: "ann" });
    const bob = await enter(servers[1]!.syncUrl, { document: "carets", name: "bob" });
    await sees(ann, "bob");
    // Bob alone writes, and stands behind what he wrote.
    const lags: string[] = [];
    const look = (): void => {
      const { points } = ann.document.text;
      if (points > 0 && caretOf(ann, "bob") !== points) lags.push(`${caretOf(ann, "bob")} in ${points}`);
    };
    bob.document.select({ anchor: 0, head: 0 });
    await waitFor("the first caret", () => caretOf(ann, "bob") === 0);
    const stop = ann.document.on("peers", look);
    for (let letter = 1; letter <= 50; letter++) {
      bob.document.insert(letter - 1, "x");
      bob.document.select({ anchor: letter, head: letter });
      const isThere = (): boolean => ann.document.text.points === letter;
      await waitFor("the letter", isThere, { intervalMs: 1 });
      look();
    }
    expect(lags).toEqual([]);
    stop();
    bob.document.select({ anchor: 10, head: 10 });
    await waitFor("the caret", () => caretOf(ann, "bob") === 10);
    ann.document.insert(0, "yyy");
    await waitFor("both", () => caretOf(ann, "bob") === 13 && bob.document.selection?.head === 13);
    const eve = await enter(servers[2]!.syncUrl, { document: "carets", name: "eve" });
    await waitFor("the newcomer to see the caret", () => caretOf(eve, "bob") === 13);
  });

  test("[P6] who goes from one server to another is neither gone nor seen twice, though the old server does not know", async () => {
    await using proxy = await TcpProxy.start(servers[0]!.port);
    const watchers: Person[] = [];
    for (const [index, server] of servers.entries()) {
      watchers.push(await enter(server.syncUrl, { document: "moves", name: `w${index}` }));
    }
    const mover = await enter(`ws://127.0.0.1:${proxy.port}/sync`, { document: "moves", name: "mover" });
    for (const watcher of watchers) await waitFor("the mover", () => watcher.document.peers.length === 3);
    for (const watcher of watchers) watcher.seen.length = 0;
    proxy.drop();
    mover.url = servers[1]!.syncUrl;
    mover.socket?.terminate();
    await waitFor("the mover to be elsewhere", () => mover.document.status.state === "synced");
    mover.document.insert(0, "here");
    mover.document.select({ anchor: 4, head: 4 });
    for (const watcher of watchers) {
      await waitFor("what the mover wrote", () => watcher.document.text.toString() === "here");
    }
    // The old server finds out.
    proxy.reset();
    for (const watcher of [watchers[1]!, watchers[2]!]) {
      await waitFor("the caret", () => caretOf(watcher, "mover") === 4);
    }
    await waitFor("the caret at the old server", () => caretOf(watchers[0]!, "mover") === 4);
    expect(watchers.map(({ seen }) => seen)).toEqual([[], [], []]);
    expect(watchers.map(goneOf)).toEqual([[], [], []]);
    mover.document.close();
    for (const watcher of watchers) await waitFor("the end", () => goneOf(watcher).includes("mover"));
    expect(watchers.map(({ seen }) => seen)).toEqual([["-mover"], ["-mover"], ["-mover"]]);
  });

  test("[P1] [P3] [P8] after a crowd has come, gone, moved and been killed, each sees all others once", async () => {
    const random = seededRandom();
    const options = (index: number): PersonOptions => ({
      document: "crowd",
      name: `p${index}`,
      id: `u${index % 20}`,
    });
    const crowd = await Promise.all(
      Array.from({ length: 30 }, (_, index) => enter(random.pick(servers).syncUrl, options(index))),
    );
    for (let act = 0; act < 300; act++) {
      const index = random.int(crowd.length);
      const person = crowd[index]!;
      const { document } = person;
      person.url = random.pick(servers).syncUrl;
      if (act === 150) await servers[2]!.kill();
      if (act === 160) await servers[2]!.restart();
      const kind = random.int(10);
      if (kind === 0) {
        document.close();
        crowd[index] = new Person(person.url, options(index));
        people.push(crowd[index]);
      } else if (kind === 1) person.socket?.terminate();
      else if (kind === 2) person.hide(random.chance(0.5));
      else if (!document.isReady) continue;
      else if (kind < 6) document.insert(random.int(document.text.points + 1), "x");
      else {
        const at = random.int(document.text.points + 1);
        document.select({ anchor: at, head: at });
      }
      // As fast as a server answers, which has others to hear too.
      await fetch(`${servers[act % 2]!.url}/healthz`);
    }
    for (const { document } of crowd.splice(20)) document.close();
    await waitFor("all to be connected", () =>
      crowd.every(({ document }) => document.status.state === "synced"),
    );
    const names = crowd.map(({ document }) => document.user.name);
    const late = await enter(servers[1]!.syncUrl, { document: "crowd", name: "late" });
    for (const person of [...crowd, late]) {
      const others = [...names, "late"].filter((name) => name !== person.document.user.name);
      // The people of the server that was killed are let go at last.
      await waitFor("the crowd", () => namesOf(person).join() === others.toSorted().join());
      expect(goneOf(person)).toEqual([]);
    }
    for (const { document } of crowd) {
      const { name } = document.user;
      await waitFor(`the caret of ${name}`, () => caretOf(late, name) === document.selection?.head);
    }
  });

  test("are there again after Redis was killed and started again", async () => {
    const ann = await enter(servers[0]!.syncUrl, { document: "restart", name: "ann" });
    const bob = await enter(servers[1]!.syncUrl, { document: "restart", name: "bob" });
    await sees(ann, "bob");
    await cluster.redis.kill();
    await cluster.redis.restart();
    // Nobody opens a document for some seconds after its log may have lost something.
    const eve = await enter(servers[2]!.syncUrl, { document: "restart", name: "eve" });
    await sees(ann, "bob", "eve");
    await sees(bob, "ann", "eve");
    await sees(eve, "ann", "bob");
    bob.document.select({ anchor: 0, head: 0 });
    await waitFor("the caret", () => caretOf(ann, "bob") === 0);
  });

  test("[P8] are found though nothing that is published comes", async () => {
    const ann = await enter(servers[0]!.syncUrl, { document: "silent", name: "ann" });
    const cat = await enter(servers[1]!.syncUrl, { document: "silent", name: "cat" });
    await sees(ann, "cat");
    for (const { published } of cluster.nodes) published.isSilent = true;
    const bob = await enter(servers[1]!.syncUrl, { document: "silent", name: "bob" });
    cat.document.close();
    await sees(ann, "bob");
    await sees(bob, "ann");
    bob.document.select({ anchor: 0, head: 0 });
    await waitFor("the caret to be lost", () => cluster.nodes[0]!.published.lost > 0);
    for (const { published } of cluster.nodes) published.isSilent = false;
    await waitFor("the caret", () => caretOf(ann, "bob") === 0);
    expect(ann.seen).toEqual(["+cat", "+bob", "-cat"]);
    expect(goneOf(ann)).toEqual(["cat"]);
  });

  test("[P9] stay while Redis stands still, however long", async () => {
    const ann = await enter(servers[0]!.syncUrl, { document: "still", name: "ann" });
    const bob = await enter(servers[1]!.syncUrl, { document: "still", name: "bob" });
    await sees(ann, "bob");
    await sees(bob, "ann");
    cluster.redis.pause();
    // Longer than it takes to find a server dead.
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    cluster.redis.resume();
    bob.document.insert(0, "still here");
    await waitFor("the text", () => ann.document.text.points === 10);
    const eve = await enter(servers[2]!.syncUrl, { document: "still", name: "eve" });
    await sees(ann, "bob", "eve");
    // A second beat of everybody.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await sees(eve, "ann", "bob");
    expect([ann.seen, bob.seen]).toEqual([
      ["+bob", "+eve"],
      ["+ann", "+eve"],
    ]);
  });

  test("[P9] go when their server is cut off from Redis, and are there again when it is back", async () => {
    const ann = await enter(servers[0]!.syncUrl, { document: "cut", name: "ann" });
    const bob = await enter(servers[1]!.syncUrl, { document: "cut", name: "bob" });
    await sees(ann, "bob");
    const { toRedis } = cluster.nodes[1]!;
    toRedis.drop();
    await waitFor("bob to be gone", () => namesOf(ann).length === 0);
    toRedis.reset();
    toRedis.resume();
    await sees(ann, "bob");
    await sees(bob, "ann");
    bob.document.insert(0, "back");
    await waitFor("the text", () => ann.document.text.toString() === "back");
    expect(ann.seen).toEqual(["+bob", "-bob", "+bob"]);
    expect(goneOf(ann)).toEqual([]);
  });

  test("[P9] are gone when their server is killed, once, and nobody else is", async () => {
    const ann = await enter(servers[0]!.syncUrl, { document: "killed", name: "ann" });
    const cat = await enter(servers[1]!.syncUrl, { document: "killed", name: "cat" });
    const victim = servers[2]!;
    const bob = await enter(victim.syncUrl, { document: "killed", name: "bob" });
    const dan = await enter(victim.syncUrl, { document: "killed", name: "dan" });
    // Has a page at both.
    await enter(victim.syncUrl, { document: "killed", name: "cat2", id: "cat" });
    await sees(ann, "bob", "cat", "cat2", "dan");
    await sees(cat, "ann", "bob", "cat2", "dan");
    ann.seen.length = 0;
    await victim.kill();
    await waitFor("them to be gone", () => namesOf(ann).join() === "cat" && namesOf(cat).join() === "ann");
    expect(ann.seen.toSorted()).toEqual(["-bob", "-cat2", "-dan"]);
    expect(goneOf(ann)).toEqual(["bob", "dan"]);
    // They come back where their server is, and are not gone any more.
    await victim.restart();
    await sees(ann, "bob", "cat", "cat2", "dan");
    expect(goneOf(ann)).toEqual([]);
    await sees(bob, "ann", "cat", "cat2", "dan");
    await sees(dan, "ann", "bob", "cat", "cat2");
  });
});
