import { type Copy, type DocumentStore, openDocument, type SharedDocument } from "@interline/client";
import { MemoryStore } from "@interline/client/testing";
import { createDocumentServer } from "@interline/server";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../support/seeded-random.ts";
import { Network } from "../support/simulation/network.ts";
import { SharedLog } from "../support/simulation/shared-log.ts";
import { VirtualClock } from "../support/simulation/virtual-clock.ts";

/**
 * What a call of a store may do: "late" answers after some seconds, "lost" does its work and says nothing.
 */
const ways = ["answers", "fails", "throws", "never", "late", "lost"] as const;
type Way = (typeof ways)[number];

const calls = [
  "list",
  "load",
  "save",
  "remove",
  "documents",
  "accounts",
  "lock",
  "openLine",
  "persist",
] as const;

/**
 * A store each of whose calls goes the next of the ways that are left for it, and answers in the end or not.
 */
function failingStore(
  device: MemoryStore,
  clock: VirtualClock,
  plans: Readonly<Record<string, readonly Way[]>>,
  then: Way,
): DocumentStore {
  const counts: Record<string, number> = {};
  return new Proxy(device, {
    get(target, name: keyof DocumentStore) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return name === "persist" ? undefined : member;
      return (...args: unknown[]): unknown => {
        const count = (counts[name] = (counts[name] ?? 0) + 1);
        const way = plans[name]?.[count - 1] ?? then;
        const run = (): unknown => member.apply(target, args);
        if (way === "throws") throw new Error("thrown at once");
        if (name === "openLine") return run();
        if (way === "fails") return Promise.reject(new Error("refused"));
        if (way === "never") return new Promise(() => {});
        if (way === "lost") return Promise.resolve(run()).then(() => new Promise(() => {}));
        if (way === "late") return new Promise((answer) => void clock.setTimeout(() => answer(run()), 7_000));
        return run();
      };
    },
  });
}

function world() {
  const random = seededRandom();
  const clock = new VirtualClock();
  const network = new Network(clock, random);
  const log = new SharedLog(clock, random, { maxDelayMs: 2, failures: 0, newsLoss: 0 });
  const server = createDocumentServer({
    log: log.accessOf("server", { isDead: false }),
    clock,
    random: () => random.next(),
    newToken: () => Array.from({ length: 3 }, () => random.int(2 ** 32).toString(36)).join(""),
  });
  const open = (store: DocumentStore | null, account?: string): SharedDocument =>
    openDocument({
      account,
      isFormerAccount: (former) => former === "former",
      url: "ws://simulated/sync",
      document: "notes",
      user: { id: "ana", name: "Ana", color: 1 },
      store,
      environment: {
        now: clock.now,
        monotonicNow: clock.now,
        setTimeout: clock.setTimeout,
        clearTimeout: clock.clearTimeout,
        random: () => random.next(),
        randomBytes: (length) => Uint8Array.from({ length }, () => random.int(256)),
        openSocket: network.openSocket,
        onWake: () => () => {},
      },
    });
  const until = async (what: string, isTrue: () => boolean, ms = 60_000): Promise<void> => {
    const end = clock.now() + ms;
    while (!isTrue()) {
      if (clock.now() > end) throw new Error(`in ${ms} ms of the simulated clock: not ${what}`);
      await clock.step();
    }
  };
  const pass = async (ms: number): Promise<void> => {
    const end = clock.now() + ms;
    while (clock.now() < end && (await clock.step()));
  };
  return { clock, network, server, open, until, pass };
}

const way = fc.constantFrom(...ways);
const plan = fc.record(
  Object.fromEntries(calls.map((call) => [call, fc.array(way, { maxLength: 4 })])) as Record<
    (typeof calls)[number],
    fc.Arbitrary<Way[]>
  >,
);

test("for any store whose calls answer, fail, throw at once or never answer, the document opens and every keystroke is saved once", async () => {
  await fc.assert(
    fc.asyncProperty(plan, way, fc.boolean(), fc.boolean(), async (plans, then, hasLeft, isFormer) => {
      const { clock, network, server, open, until, pass } = world();
      const device = new MemoryStore(clock);
      if (hasLeft) {
        // A tab that was closed without a network has left something.
        const before = open(device, isFormer ? "former" : undefined);
        network.servers.add(server);
        await until("ready", () => before.isReady);
        network.remove(server);
        network.breakOne();
        await pass(500);
        before.insert(0, "left ");
        await until("kept", () => before.status.isKept);
        before.close();
        await pass(500);
      }
      network.servers.add(server);
      const document = open(failingStore(device, clock, plans, then));
      // Bounded by what the device may take (5 s), and a step of it (5 s), however many steps there are.
      await until("ready", () => document.isReady, 30_000);
      for (const letter of "typed") {
        document.insert(document.text.points, letter);
        await pass(700);
      }
      await until("saved", () => document.status.pendingEdits === 0 && document.status.state === "synced");
      await pass(90_000);
      const reader = open(null);
      await until("read", () => reader.isReady);
      const text = reader.text.toString();
      expect(text.replace("left ", "")).toBe("typed");
      // What was left may have been saved a moment ago.
      await until("told", () => document.text.toString() === text);
      if (!hasLeft) return;
      // What was left is in the document, or is offered, or is still where it was left.
      const key = { account: "ana", server: "ws://simulated/sync", document: "notes" };
      const holds = ({ buffer, inFlight, recovered }: Copy): boolean =>
        JSON.stringify([buffer, inFlight, recovered]).includes("left ");
      const isFound =
        text.includes("left ") ||
        document.recovered.some((recovered) => recovered.includes("left ")) ||
        [...(await device.list(key)), ...(await device.list({ ...key, account: "former" }))].some(holds);
      expect(isFound).toBe(true);
      // A write that is never done keeps what a former account has where it is: nothing may be written behind
      // it.
      const isStuck =
        isFormer && (["save", "remove"] as const).some((call) => /never|lost/.test(String(plans[call])));
      if (then === "answers" && !plans.lock.includes("lost") && !isStuck) {
        expect(text.includes("left ") || document.recovered.length > 0).toBe(true);
      }
    }),
    { numRuns: 40 },
  );
});

test("a store that does not answer is not said to keep anything, until it does", async () => {
  const { clock, network, server, open, until } = world();
  network.servers.add(server);
  const device = new MemoryStore(clock);
  const document = open(failingStore(device, clock, { list: ["never"], save: ["late"] }, "answers"));
  await until("ready", () => document.isReady);
  expect(document.status).toMatchObject({ canKeep: false });
  document.insert(0, "a");
  await until("kept", () => document.status.canKeep);
  expect(await device.documents("ana")).toHaveLength(1);
});
