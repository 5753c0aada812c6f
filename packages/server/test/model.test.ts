import { type Component, decodeOperation } from "@interline/ot";
import { decodeServerMessage, type ClientMessageOf, type ServerMessage } from "@interline/protocol";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { VirtualClock } from "../../../tests/support/simulation/virtual-clock.ts";
import { DocumentHost } from "../src/document-host.ts";
import type { Frame } from "../src/frame.ts";
import { DEFAULT_SERVER_LIMITS } from "../src/limits.ts";
import type { Channel, ChannelOwner } from "../src/live-document.ts";
import type { CommitAnswer, CommitBatch } from "../src/log/document-log.ts";
import { MemoryLog } from "../src/log/memory-log.ts";
import { closedGate, type Gate } from "./gate.ts";
import { type Intent, Reference, type Sent } from "./reference.ts";

const RUNS = 600;
const DOCUMENT = "d";
const SESSIONS = ["s0", "s1", "s2"];
const MAX_LENGTH = 300;
/** Entries in memory: at least three are left when some are dropped. */
const HISTORY = { maxEntries: 4, maxWeight: 10_000 };
const KEPT = 3;
const IDLE_MS = 1000;

/** Where a commit fails: before it took effect, after it, or after it with the head unreadable as well. */
type Fault = "before" | "after" | "after, unreadable";

/** A log that fails and waits when it is told to, and tells the reference what it appends. */
class ModelLog extends MemoryLog {
  readonly #reference: Reference;
  readonly faults: Fault[] = [];
  gate: Gate | undefined;
  releases = 0;
  /** So many of the next reads fail, after they took effect. */
  failingReads = 0;
  #isUnreadable = false;

  constructor(reference: Reference) {
    super();
    this.#reference = reference;
  }

  override async commit(document: string, batch: CommitBatch): Promise<CommitAnswer> {
    await this.gate?.passed;
    const fault = this.faults.shift();
    if (fault === "before") throw new Error("the log did not answer, nothing happened");
    const answer = await super.commit(document, batch);
    if (answer.outcome === "committed") this.#reference.watch(() => this.#reference.append(batch));
    else this.#reference.watch(() => expect(answer.outcome).toBe("rejected"));
    this.#isUnreadable = fault === "after, unreadable";
    if (fault !== undefined) throw new Error("the log did not answer, but it happened");
    return answer;
  }

  override async readHead(document: string) {
    const isUnreadable = this.#isUnreadable;
    this.#isUnreadable = false;
    if (isUnreadable) throw new Error("the log did not answer");
    return super.readHead(document);
  }

  override openSession(...request: Parameters<MemoryLog["openSession"]>) {
    return this.#read(() => super.openSession(...request));
  }

  override readEntries(...range: Parameters<MemoryLog["readEntries"]>) {
    return this.#read(() => super.readEntries(...range));
  }

  override loadCheckpoint(document: string) {
    return this.#read(() => super.loadCheckpoint(document));
  }

  async #read<Answer>(read: () => Promise<Answer>): Promise<Answer> {
    const answer = await read();
    if (this.failingReads === 0) return answer;
    this.failingReads--;
    throw new Error("the log did not answer");
  }

  override async saveCheckpoint(...[document, checkpoint]: Parameters<MemoryLog["saveCheckpoint"]>) {
    const { texts } = this.#reference;
    this.#reference.watch(() => expect(checkpoint.text).toBe(texts[checkpoint.version]));
    await super.saveCheckpoint(document, checkpoint);
    this.#reference.checkpoint = Math.max(this.#reference.checkpoint, checkpoint.version);
  }

  override release(): void {
    this.releases++;
  }
}

/** One channel. It reads each message at once and compares it with the reference. */
class Owner implements ChannelOwner {
  readonly channel = 1;
  readonly isBusy = false;
  readonly user;
  readonly #author: Author;
  isGone = false;
  handle: Channel | undefined;

  constructor(author: Author) {
    this.#author = author;
    this.user = { id: author.session, name: author.session, color: 1 };
  }

  opened(channel: Channel): void {
    this.handle = channel;
  }

  ended(): void {
    this.isGone = true;
    if (this.#author.owner === this) this.#author.leave();
  }

  send(frame: Frame): void {
    this.#author.watch(() => {
      const decoded = decodeServerMessage(frame.text);
      if (!decoded.ok) throw new Error(decoded.reason);
      // What an older channel is told is nothing to its author any more.
      if (this.#author.owner === this) this.#author.receive(decoded.message);
      else expect(decoded.message.type).toBe("reopen");
    });
  }
}

/** One session: what its client knows. */
class Author {
  readonly session: string;
  readonly #reference: Reference;
  readonly tally: Tally;
  owner: Owner | undefined;
  isLive = false;
  version = 0;
  entryId = "";
  lastSeq = 0;
  /** Sent, and its fate not known. */
  inFlight: Sent | undefined;
  acknowledged: Sent | undefined;

  constructor(session: string, reference: Reference, tally: Tally) {
    this.session = session;
    this.#reference = reference;
    this.tally = tally;
  }

  watch(check: () => void): void {
    this.#reference.watch(check);
  }

  /** The channel is gone. */
  leave(): void {
    const { owner } = this;
    this.owner = undefined;
    this.isLive = false;
    if (owner === undefined || owner.isGone) return;
    owner.isGone = true;
    owner.handle?.close();
  }

  receive(message: ServerMessage): void {
    const { entries, texts, version: head } = this.#reference;
    this.#count(message);
    switch (message.type) {
      case "opened":
        expect(message.headVersion).toBe(head);
        this.#hearFate(message.lastSeq, "ack");
        return;
      case "snapshot":
        expect(message).toMatchObject({
          version: head,
          text: texts[head],
          entryId: entries[head - 1]?.entryId ?? "",
        });
        this.#hearFate(message.lastSeq, "now");
        this.version = message.version;
        this.entryId = message.entryId;
        return;
      case "ops": {
        const { from, to, entryId, operation } = message;
        expect([from, entryId]).toEqual([this.version, entries[to - 1]?.entryId]);
        expect(applied(texts[from]!, operation.toJSON())).toBe(texts[to]);
        const own = entries.slice(from, to).filter(({ session }) => session === this.session);
        expect(own, "own entries come as acknowledgements").toEqual([]);
        this.version = to;
        this.entryId = entryId;
        return;
      }
      case "ack": {
        const { version, entryId, seq } = message;
        expect(version).toBe(this.version + 1);
        // It is in the log already, and it is what was sent.
        expect(entries[version - 1]).toEqual({ entryId, session: this.session, seq });
        expect(this.inFlight?.seq).toBe(seq);
        this.acknowledged = this.inFlight;
        this.inFlight = undefined;
        this.version = version;
        this.entryId = entryId;
        return;
      }
      case "refused":
        expect(this.inFlight?.seq).toBe(message.seq);
        expect(this.inFlight?.refusals).toContain(message.code);
        this.#reference.rule(this.session, message.seq);
        this.inFlight = undefined;
        return;
      case "reopen":
        if (message.code !== "ERR_STORE_UNAVAILABLE") expect(this.inFlight?.refusals).toContain(message.code);
        return;
      case "peers":
      case "selections":
        return;
      case "access":
      case "move":
      case "welcome":
      case "error":
      case "pong":
        throw new Error(`unexpected ${message.type}`);
    }
  }

  #hearFate(lastSeq: number, committed: "ack" | "now"): void {
    expect(lastSeq).toBe(this.#reference.lastSeq(this.session));
    this.isLive = true;
    if (this.inFlight === undefined) return;
    if (lastSeq < this.inFlight.seq) {
      this.#reference.rule(this.session, this.inFlight.seq);
      this.inFlight = undefined;
    } else if (committed === "now") this.inFlight = undefined;
  }

  #count(message: ServerMessage): void {
    const about = "reason" in message ? ` ${message.reason}` : "code" in message ? ` ${message.code}` : "";
    const what = `${message.type}${about}`;
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }
}

type Tally = Map<string, number>;

class Server {
  readonly log: ModelLog;
  readonly clock = new VirtualClock();
  readonly host: DocumentHost;
  readonly authors: readonly Author[];
  readonly tally: Tally;
  #tokens = 0;
  #letters = 0;

  constructor(reference: Reference, tally: Tally) {
    this.tally = tally;
    this.log = new ModelLog(reference);
    this.host = new DocumentHost({
      log: this.log,
      clock: this.clock,
      limits: { ...DEFAULT_SERVER_LIMITS, maxDocumentLength: MAX_LENGTH },
      newToken: () => `t${++this.#tokens}`,
      history: HISTORY,
      idleMs: IDLE_MS,
      checkpointWeight: 200,
    });
    this.authors = SESSIONS.map((session) => new Author(session, reference, tally));
  }

  /** A letter that was not used before. */
  letter(): string {
    return String.fromCodePoint(0x1_f300 + this.#letters++);
  }

  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    this.clock.setTimeout(() => {}, ms);
    while (this.clock.now() < end) await this.clock.step();
    await settled();
  }

  async open(author: Author, more: Partial<ClientMessageOf<"open">> = {}): Promise<void> {
    author.leave();
    const { session, version, entryId, lastSeq, inFlight } = author;
    const state = { session, version, entryId, lastSeq, inFlight: inFlight !== undefined };
    const owner = new Owner(author);
    author.owner = owner;
    const settledSeq = inFlight === undefined ? lastSeq : lastSeq - 1;
    // It may have to wait for a commit that is held: nobody waits for it here.
    void this.host
      .open({ type: "open", channel: 1, document: DOCUMENT, ...state, settled: settledSeq, ...more }, owner)
      .catch(() => {
        this.tally.set("opens fail", (this.tally.get("opens fail") ?? 0) + 1);
        owner.ended();
      });
    await settled();
  }

  submit(author: Author, sent: Sent): boolean {
    const { seq, version, length, components } = sent;
    const operation = decodeOperation(components, length, { maxComponents: 100 });
    const handle = author.owner?.handle;
    if (handle === undefined) throw new Error("there is no channel");
    return handle.submit({
      type: "submit",
      channel: 1,
      seq,
      version,
      length,
      operation,
      settled: seq - 1,
      selection: undefined,
    });
  }

  async release(): Promise<void> {
    const { gate } = this.log;
    this.log.gate = undefined;
    gate?.open();
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** An operation of the wire, which says nothing about what is after its last component. */
function applied(text: string, components: readonly Component[]): string {
  const letters = Array.from(text);
  const result: string[] = [];
  for (const component of components) {
    if (typeof component === "number") result.push(...letters.splice(0, component));
    else if (typeof component === "string") result.push(component);
    else letters.splice(0, component.d);
  }
  return result.join("") + letters.join("");
}

type Command = fc.AsyncCommand<Reference, Server>;

/** A command about one author. It is left out where it would mean nothing. */
function about(
  index: number,
  name: string,
  isPossible: (author: Author, server: Server) => boolean,
  run: (author: Author, reference: Reference, server: Server) => Promise<void>,
): Command {
  return {
    check: () => true,
    async run(reference, server) {
      const author = server.authors[index]!;
      if (!isPossible(author, server)) return;
      server.tally.set(name, (server.tally.get(name) ?? 0) + 1);
      await run(author, reference, server);
      await settled();
      reference.report();
    },
    toString: () => `${SESSIONS[index]} ${name}`,
  };
}

const canSubmit = (author: Author) => author.isLive && author.inFlight === undefined;

async function send(
  author: Author,
  reference: Reference,
  server: Server,
  sent: Omit<Sent, "session" | "seq">,
) {
  author.lastSeq++;
  const whole: Sent = { session: author.session, seq: author.lastSeq, ...sent };
  reference.send(whole);
  author.inFlight = whole;
  expect(server.submit(author, whole)).toBe(true);
  await settled();
  if (sent.intent.type === "nothing") {
    // The answer has come, or the channel has ended and the next open tells.
    expect(author.isLive && author.inFlight !== undefined).toBe(false);
  }
}

const author = fc.nat({ max: SESSIONS.length - 1 });

const submits = fc
  .record({
    index: author,
    place: fc.nat(),
    behind: fc.nat({ max: 6 }),
    isDelete: fc.boolean(),
    gap: fc.nat({ max: 2 }),
  })
  .map(({ index, place, behind, isDelete, gap }) =>
    about(index, "submits", canSubmit, async (author, reference, server) => {
      const version = Math.max(0, author.version - Math.max(0, behind - 2));
      const letters = Array.from(reference.texts[version]!);
      const at = place % (letters.length + 1);
      const letter = letters[at];
      const skip: Component[] = at > 0 ? [at] : [];
      const fresh = server.letter();
      let intent: Intent;
      let edit: Component;
      if (isDelete && letter !== undefined) {
        intent = { type: "delete", letter };
        edit = { d: 1 };
      } else {
        intent = { type: "insert", letter: fresh, left: letters[at - 1] ?? "", right: letter ?? "" };
        edit = fresh;
      }
      author.lastSeq += gap;
      // What waits before it may be committed first.
      const before = server.authors.filter(({ inFlight }) => inFlight !== undefined).length;
      const isKept = version >= reference.version + before - KEPT && version >= reference.checkpoint;
      const refusals = isKept ? [] : (["ERR_BASE_TRIMMED"] as const);
      const components = [...skip, edit];
      await send(author, reference, server, {
        version,
        length: letters.length,
        components,
        intent,
        refusals,
      });
    }),
  );

const bad = fc
  .record({ index: author, kind: fc.constantFrom("empty", "long", "mismatch", "future", "invalid") })
  .map(({ index, kind }) =>
    about(index, `submits ${kind}`, canSubmit, async (author, reference, server) => {
      const { version } = author;
      const length = Array.from(reference.texts[version]!).length;
      const [components, refusal, more] = {
        empty: [length > 0 ? [length] : [], "ERR_OPERATION_EMPTY", {}],
        long: [["x".repeat(MAX_LENGTH + 1)], "ERR_DOCUMENT_TOO_LARGE", {}],
        mismatch: [["x"], "ERR_LENGTH_MISMATCH", { length: length + 1 }],
        future: [["x"], "ERR_BASE_AHEAD", { version: reference.version + 1 }],
        invalid: [[-1, "x"], "ERR_OPERATION_NUMBER", {}],
      }[kind] as [Component[], Sent["refusals"][number], Partial<Sent>];
      // The checks go before those of the base, which may be too old as well.
      const refusals = [refusal, ...(version < reference.version ? ["ERR_BASE_TRIMMED" as const] : [])];
      const intent = { type: "nothing" } as const;
      await send(author, reference, server, { version, length, components, intent, refusals, ...more });
    }),
  );

const again = author.map((index) =>
  about(
    index,
    "submits a number again",
    (author, { log }) =>
      canSubmit(author) &&
      author.acknowledged !== undefined &&
      log.gate === undefined &&
      log.faults.length === 0,
    async (author, reference, server) => {
      const sent = author.acknowledged!;
      const before = reference.entries.filter(({ session }) => session === author.session);
      author.inFlight = { ...sent, refusals: ["ERR_BASE_TRIMMED"] };
      expect(server.submit(author, sent)).toBe(true);
      await server.pass(2000);
      author.inFlight = undefined;
      expect(reference.entries.filter(({ session }) => session === author.session)).toEqual(before);
    },
  ),
);

const second = author.map((index) =>
  about(
    index,
    "submits a second one at once",
    (author, { log }) =>
      author.isLive && author.inFlight?.intent.type !== "nothing" && log.gate !== undefined,
    async (author, reference, server) => {
      const { inFlight } = author;
      if (inFlight === undefined || reference.lastSeq(author.session) >= inFlight.seq) return;
      author.lastSeq++;
      expect(server.submit(author, { ...inFlight, seq: author.lastSeq })).toBe(false);
      author.leave();
    },
  ),
);

const opens = author.map((index) =>
  about(
    index,
    "opens",
    () => true,
    async (author, _reference, server) => server.open(author),
  ),
);
/** An older connection that the server has not heard the end of. */
const opensBeside = author.map((index) =>
  about(
    index,
    "opens while it is open",
    ({ owner }) => owner?.handle !== undefined,
    async (author, reference, server) => {
      const older = author.owner!;
      author.owner = undefined;
      author.isLive = false;
      await server.open(author);
      reference.watch(() => expect(older.isGone).toBe(true));
      const seq = author.lastSeq + 1;
      const late = { version: reference.version, length: Array.from(reference.text).length };
      older.handle?.submit({
        type: "submit",
        channel: 1,
        seq,
        settled: 0,
        selection: undefined,
        ...late,
        operation: decodeOperation(["late"], late.length, { maxComponents: 1 }),
      });
    },
  ),
);
const opensForeign = author.map((index) =>
  about(
    index,
    "opens with another history",
    (author) => author.inFlight === undefined,
    async (author, _reference, server) =>
      server.open(author, { version: author.version + 1, entryId: "foreign" }),
  ),
);
const opensOlder = author.map((index) =>
  about(
    index,
    "opens with an older copy",
    (author) => author.inFlight === undefined && author.acknowledged !== undefined,
    async (author, reference, server) => {
      const lastSeq = reference.lastSeq(author.session) - 1;
      await server.open(author, { version: 0, entryId: "", lastSeq, settled: lastSeq });
    },
  ),
);
const closes = author.map((index) =>
  about(
    index,
    "closes",
    ({ owner }) => owner !== undefined,
    async (author) => author.leave(),
  ),
);

function atLog(name: string, run: (server: Server) => Promise<unknown>): Command {
  return {
    check: () => true,
    async run(reference, server) {
      server.tally.set(name, (server.tally.get(name) ?? 0) + 1);
      await run(server);
      await settled();
      reference.report();
    },
    toString: () => name,
  };
}

const faults = fc
  .record({
    fault: fc.constantFrom<Fault>("before", "after", "after, unreadable"),
    count: fc.constantFrom(1, 2, 9),
  })
  .map(({ fault, count }) =>
    atLog(`${count} commits fail ${fault}`, async ({ log }) => {
      for (let made = 0; made < count; made++) log.faults.push(fault);
    }),
  );
const failingReads = fc.constantFrom(1, 3).map((count) =>
  atLog(`${count} reads fail`, async ({ log }) => {
    log.failingReads += count;
  }),
);
const holds = fc.constant(
  atLog("commits are held", async ({ log }) => {
    log.gate ??= closedGate();
  }),
);
const releases = fc.constant(atLog("commits go on", async (server) => server.release()));
const rests = fc
  .constantFrom(10, 100, 3000)
  .map((ms) => atLog(`${ms} ms pass`, async (server) => server.pass(ms)));
const trims = fc.constant(
  atLog("the log is trimmed", async ({ log }) => log.trim(DOCUMENT, Number.POSITIVE_INFINITY)),
);
const unloads = fc.constant(
  atLog("the document is unloaded", async (server) => {
    for (const author of server.authors) author.leave();
    server.log.faults.length = 0;
    await server.release();
    const before = server.log.releases;
    await server.pass(IDLE_MS + 2000);
    if (server.log.releases > before) server.tally.set("unloaded", (server.tally.get("unloaded") ?? 0) + 1);
  }),
);

/** How often each is drawn, against the others. */
const weights: [command: fc.Arbitrary<Command>, weight: number][] = [
  [submits, 12],
  [opens, 3],
  [opensBeside, 2],
  [closes, 1],
  [opensForeign, 1],
  [opensOlder, 1],
  [bad, 2],
  [again, 2],
  [second, 1],
  [faults, 2],
  [failingReads, 2],
  [holds, 1],
  [releases, 1],
  [rests, 3],
  [trims, 1],
  [unloads, 1],
];
const commands = fc.commands(
  weights.flatMap(([command, weight]) => Array.from({ length: weight }, () => command)),
  { maxCommands: 100, size: "max" },
);

/** Faults end, everybody comes back, and everything that was sent has met one fate. */
async function finish(reference: Reference, server: Server): Promise<void> {
  server.log.faults.length = 0;
  server.log.failingReads = 0;
  await server.release();
  await server.pass(5000);
  for (const author of server.authors) await server.open(author);
  await server.pass(5000);
  reference.report();
  for (const { session, isLive, version, inFlight } of server.authors) {
    expect({ session, isLive, version, inFlight }).toEqual({
      session,
      isLive: true,
      version: reference.version,
      inFlight: undefined,
    });
  }
  expect(await server.log.readHead(DOCUMENT)).toMatchObject({ version: reference.version });
}

test("[I1] [I2] [I3] [I4] whatever clients send and the log does, the document is what a list of entries says", async () => {
  const tally: Tally = new Map();
  await fc.assert(
    fc.asyncProperty(commands, async (run) => {
      const reference = new Reference();
      const server = new Server(reference, tally);
      for (const author of server.authors) await server.open(author);
      await fc.asyncModelRun(() => ({ model: reference, real: server }), run);
      await finish(reference, server);
    }),
    { numRuns: RUNS },
  );
  const seen = [
    "ack",
    "refused ERR_OPERATION_EMPTY",
    "refused ERR_DOCUMENT_TOO_LARGE",
    "refused ERR_LENGTH_MISMATCH",
    "refused ERR_OPERATION_NUMBER",
    "reopen ERR_BASE_AHEAD",
    "reopen ERR_BASE_TRIMMED",
    "reopen ERR_STORE_UNAVAILABLE",
    "snapshot trimmed",
    "snapshot diverged",
    "snapshot stale",
    "submits a number again",
    "submits a second one at once",
    "unloaded",
    "opens fail",
  ];
  // A run in which something never happened shows nothing about it.
  expect(seen.filter((what) => (tally.get(what) ?? 0) < RUNS / 25)).toEqual([]);
});
