import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Presence } from "../src/presence.ts";
import { RemotePeers } from "../src/remote-peers.ts";
import { settle } from "./manual-clock.ts";
import { Servers } from "./servers.ts";
import { emptyAuthority, foreignEntry } from "./submissions.ts";
import { Visitor } from "./visitor.ts";

/** Opens the document for a person of that name at a server. */
async function visit(servers: Servers, server: number, name: string, id = name): Promise<Visitor> {
  const visitor = new Visitor(name, id);
  await visitor.open(servers.hosts[server]!, await servers.head());
  await servers.flush();
  return visitor;
}

const namesOf = ({ peers }: Visitor) => Array.from(peers.values(), ({ user }) => user.name).toSorted();
const peersOf = (visitor: Visitor) => visitor.take().filter(({ type }) => type === "peers");

describe("people at several servers", () => {
  test("[P1] who comes, changes, is away and goes at one server is told once at the other", async () => {
    const servers = new Servers(2);
    const ann = await visit(servers, 0, "ann");
    const bob = await visit(servers, 1, "bob");
    expect(namesOf(bob)).toEqual(["ann"]);
    expect(peersOf(ann)).toMatchObject([{ joined: [{ user: { name: "bob" }, isAway: false }] }]);
    bob.rename({ color: 7 });
    await servers.flush();
    expect(peersOf(ann)).toMatchObject([{ joined: [{ user: { name: "bob", color: 7 } }], left: [] }]);
    bob.setAway(true);
    await servers.flush();
    expect(peersOf(ann)).toMatchObject([{ joined: [{ isAway: true }] }]);
    bob.leave();
    await servers.flush();
    expect(peersOf(ann)).toMatchObject([
      { joined: [], left: [expect.any(Number)], gone: [{ user: { id: "bob" } }] },
    ]);
    await servers.mend();
    expect(peersOf(ann)).toEqual([]);
  });

  test("[P3] one person at two servers is gone with the last of them", async () => {
    const servers = new Servers(3);
    const ann = await visit(servers, 0, "ann");
    const tabs = [await visit(servers, 1, "bob1", "bob"), await visit(servers, 2, "bob2", "bob")];
    ann.take();
    tabs[0]!.leave();
    await servers.flush();
    expect(peersOf(ann)).toMatchObject([{ left: [expect.any(Number)], gone: [] }]);
    tabs[1]!.leave();
    await servers.flush();
    expect(peersOf(ann)).toMatchObject([{ left: [expect.any(Number)], gone: [{ user: { id: "bob" } }] }]);
  });

  test("[P6] a client that goes from one server to another is neither gone nor seen twice, whoever hears of it when", async () => {
    const servers = new Servers(3);
    const watchers = [];
    for (const server of [0, 1, 2]) watchers.push(await visit(servers, server, `watcher${server}`));
    const [here, there, third] = watchers;
    const before = await visit(servers, 0, "bob");
    for (const watcher of watchers) watcher.take();
    const after = await visit(servers, 1, "bob");
    expect(after.peers.size).toBe(3);
    after.write(1);
    await servers.flush();
    before.leave();
    await servers.flush();
    expect([...here!.peers.values()].find(({ user }) => user.id === "bob")?.selection?.head).toBe(1);
    for (const watcher of [here, there, third]) {
      expect(peersOf(watcher!).flatMap((news) => (news.type === "peers" ? news.gone : []))).toEqual([]);
    }
    expect(watchers.map(namesOf)).toEqual([
      ["bob", "watcher1", "watcher2"],
      ["bob", "watcher0", "watcher2"],
      ["bob", "watcher0", "watcher1"],
    ]);
    after.leave();
    await servers.flush();
    expect(watchers.map(({ gone }) => [...gone])).toEqual([["bob"], ["bob"], ["bob"]]);
  });

  test("[P7] a caret comes with the text that was written at another server, and one ahead of it waits", async () => {
    const servers = new Servers(2);
    const ann = await visit(servers, 0, "ann");
    const bob = await visit(servers, 1, "bob");
    bob.write(1);
    await settle();
    bob.select(0);
    await servers.clock.pass(100);
    ann.take();
    // The entry never comes, the caret after it does.
    servers.lose(1, 0);
    await servers.flush();
    expect(ann.take()).toEqual([]);
    await servers.mend();
    expect(ann.take()).toMatchObject([
      { type: "ops", from: 0, to: 1 },
      { type: "selections", version: 1, selections: [{ selection: { anchor: 0, head: 0 } }] },
    ]);
    bob.write(2);
    await servers.flush();
    const [{ peer } = { peer: 0 }] = Array.from(ann.peers.keys(), (peer) => ({ peer }));
    expect(ann.take()).toMatchObject([
      { type: "ops", from: 1, to: 2, selections: [{ peer, selection: { anchor: 1, head: 1 } }] },
    ]);
  });

  test("[P7] what is typed is read from the log: the caret stands after it all the same", async () => {
    const servers = new Servers(2);
    const ann = await visit(servers, 0, "ann");
    const bob = await visit(servers, 1, "bob");
    bob.select(0);
    await servers.flush();
    bob.write(1);
    await settle();
    servers.lose(1, 0);
    ann.take();
    ann.write(1);
    await servers.clock.pass(100);
    expect(ann.take()).toMatchObject([
      { type: "ops", from: 0, to: 1, selections: [{ selection: { anchor: 1, head: 1 } }] },
      { type: "ack", version: 2 },
    ]);
  });

  test("[P4] who comes to a server is told of carets, and of those who went at others", async () => {
    const servers = new Servers(2);
    const ann = await visit(servers, 0, "ann");
    const mia = await visit(servers, 0, "mia");
    ann.write(1);
    await servers.flush();
    mia.leave();
    await servers.flush();
    const bob = await visit(servers, 1, "bob");
    expect([...bob.gone]).toEqual(["mia"]);
    expect([...bob.peers.values()]).toMatchObject([
      { user: { name: "ann" }, selection: { anchor: 1, head: 1 } },
    ]);
  });
});

test("[P7] a caret from before an entry of its author says less than the entry, and others move over what came since", () => {
  const authority = emptyAuthority();
  const presence = new Presence({ now: () => 0 });
  const remotes = new RemotePeers({
    document: "d",
    clock: { now: () => 0 },
    authority,
    presence,
    channels: new Map(),
    isOpening: () => false,
    newPeer: () => presence.moment + 1,
    onNews: () => {},
  });
  const carets = ["ann", "bob"].map((session) => {
    remotes.put({ session, user: { id: session, name: session, color: 1 }, isAway: false, quietMs: 0 });
    return { session, selection: { anchor: 0, head: 0 }, quietMs: 0 };
  });
  const entry = foreignEntry(1, ["x"], { session: "ann" });
  authority.learn([entry]);
  remotes.wrote(entry, { anchor: 1, head: 1 });
  remotes.hear({ version: 0, carets, gone: [] });
  expect(presence.everybody).toMatchObject([
    { user: { id: "ann" }, selection: { anchor: 1, head: 1 } },
    { user: { id: "bob" }, selection: { anchor: 0, head: 0 } },
  ]);
});

const OFTEN = ["open", "select", "write", "deliver", "deliver"];
const ACTS = [
  ...OFTEN,
  ...OFTEN,
  "leave",
  "stale",
  "rename",
  "become",
  "away",
  "twice",
  "lose",
  "mend",
  "pass",
];
type Act = readonly [name: string, client: number, server: number, other: number];

test("[P1] [P3] [P8] whatever is late, lost or told twice between servers: in the end everybody knows all others who are here", async () => {
  const act = fc.tuple(fc.constantFrom(...ACTS), fc.nat({ max: 4 }), fc.nat({ max: 2 }), fc.nat({ max: 2 }));
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60, size: "max" }), async (acts: Act[]) => {
      const servers = new Servers(3);
      const seqs = new Map<number, number>();
      const open = new Map<number, { visitor: Visitor; server: number }>();
      /** Channels that their servers do not know to be dead. */
      const stale = new Set<Visitor>();
      for (const [name, client, server, other] of acts) {
        const known = open.get(client)?.visitor;
        const nextSeq = (): number => {
          seqs.set(client, (seqs.get(client) ?? 0) + 1);
          return seqs.get(client) ?? 0;
        };
        if (name === "open") {
          const visitor = new Visitor(`tab${client}`, known?.user.id ?? `p${client % 3}`);
          visitor.isAway = other === 1;
          if (known !== undefined) {
            known.isDeaf = true;
            stale.add(known);
          }
          open.set(client, { visitor, server });
          await visitor.open(servers.hosts[server]!, await servers.head(), seqs.get(client) ?? 0);
        } else if (name === "stale") {
          for (const visitor of stale) visitor.leave();
          stale.clear();
        } else if (name === "deliver") servers.deliver(server, other);
        else if (name === "twice") servers.deliver(server, other, { twice: true });
        else if (name === "lose") servers.lose(server, other);
        else if (name === "mend") await servers.mend();
        else if (name === "pass") await servers.clock.pass(100);
        else if (known === undefined) continue;
        else if (name === "leave") {
          known.leave();
          open.delete(client);
        } else if (name === "rename") known.rename({ color: 1 + server });
        else if (name === "become") known.rename({ id: `p${server}` });
        else if (name === "away") known.setAway(other === 1);
        else if (name === "select") known.select(other);
        else known.write(nextSeq());
        await settle();
      }
      for (const visitor of stale) visitor.leave();
      await servers.mend();
      await servers.mend();

      expect(servers.faults).toEqual([]);
      const texts = new Set<string>();
      const carets = new Map<string, unknown>();
      for (const [server, host] of servers.hosts.entries()) {
        for (const live of host.live()) {
          texts.add(live.text.toString());
          for (const { user, selection } of live.people) {
            const isHere = [...open.values()].some(
              (one) => one.server === server && one.visitor.session === user.name,
            );
            if (isHere) carets.set(user.name, selection);
          }
        }
      }
      expect(texts.size).toBeLessThan(2);
      const here = Array.from(open.values(), ({ visitor }) => visitor);
      const ids = new Set(here.map(({ user }) => user.id));
      for (const one of here) {
        const others = here.filter((visitor) => visitor !== one);
        expect(
          Array.from(one.peers.values(), ({ user, isAway, selection }) => ({
            user,
            isAway,
            selection,
          })).toSorted((a, b) => a.user.name.localeCompare(b.user.name)),
        ).toEqual(
          others
            .map(({ user, isAway }) => ({ user, isAway, selection: carets.get(user.name) }))
            .toSorted((a, b) => a.user.name.localeCompare(b.user.name)),
        );
        const gone = [...one.gone].filter((id) => id !== one.user.id);
        expect(gone.filter((id) => ids.has(id))).toEqual([]);
        for (const id of one.met) if (!ids.has(id)) expect(gone).toContain(id);
      }
    }),
    { numRuns: 500 },
  );
});
