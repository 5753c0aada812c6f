import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { apply, Text } from "@interline/ot";
import {
  CloseCode,
  decodeServerMessage,
  type ServerMessage,
  type ServerMessageOf,
} from "@interline/protocol";
import { CODES } from "@interline/protocol/codes";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type Carrier,
  openSocket,
  type WebSocketLike,
} from "../../../../tests/support/carriers/carried-client.ts";
import { type SeededRandom, seededRandom } from "../../../../tests/support/seeded-random.ts";
import { waitFor } from "../../../../tests/support/wait-for.ts";
import { type Access, AccessError } from "../../src/access/access.ts";
import { MemoryLog } from "../../src/log/memory-log.ts";
import { RawClient, type RunningServer, startServer } from "./clients.ts";

/** Messages per run; `INTERLINE_MESSAGES` asks for more. */
const MESSAGES = Number(process.env["INTERLINE_MESSAGES"] ?? 5_000);
const CLIENTS = 6;
/** What may be left on the heap per message when all is closed and trimmed, in bytes. One frame is larger. */
const MAX_LEFT_PER_MESSAGE = 500;
const FIXED_LEFT = 8_000_000;

const DOCUMENTS = ["fuzz", "constructor", "toString", "a..b", "fuzz2", "0"];
const TRICKS = [
  "../x",
  "%2e%2e",
  "a/b",
  "",
  "__proto__",
  "..",
  "a\\b",
  "a\u0000b",
  "fuzz/../doc",
  "x".repeat(5000),
];
const KNOWN_CODES: readonly string[] = Object.keys(CODES);
const CLOSE_CODES: readonly number[] = [...Object.values(CloseCode).map(({ code }) => code), 1007];

/** Values that no field is for, or that stand at the edge of what one may hold. */
const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  0.5,
  1e308,
  2 ** 53,
  2 ** 53 - 1,
  2 ** 31,
  "",
  "\ud800",
  "__proto__",
  "constructor",
  "e\u0301😀",
  "x".repeat(2000),
  [],
  [[]],
  {},
  { d: 1 },
  { d: -1 },
  { length: 3, 0: "x" },
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  [{ d: 3 }, "x"],
  ["x", "x", 1, { d: 2 }],
];

/** A connection over any carrier, to which any frame can be given. */
class FuzzClient {
  readonly received: ServerMessage[] = [];
  closed: { readonly code: number } | undefined;
  wake: () => void = () => {};
  readonly #socket: WebSocketLike;
  readonly #carrier: Carrier;

  constructor(carrier: Carrier, url: string) {
    this.#carrier = carrier;
    this.#socket = openSocket(carrier, url);
    this.#socket.onopen = () => this.wake();
    this.#socket.onmessage = ({ data }) => {
      const decoded = decodeServerMessage(data as string);
      if (!decoded.ok) throw new Error(decoded.reason);
      this.received.push(decoded.message);
      this.wake();
    };
    this.#socket.onclose = (closed) => {
      this.closed = closed;
      this.wake();
    };
    this.#socket.onerror = () => {};
  }

  close(): void {
    this.#socket.close();
  }

  say(...message: unknown[]): void {
    this.send(JSON.stringify(message));
  }

  /** Bytes go as they are where frames may be bytes, and else as a text. */
  send(frame: string | Buffer): void {
    if (this.#carrier === "websocket") return this.#socket.send(frame as string);
    this.#socket.send(typeof frame === "string" ? frame : frame.toString("latin1"));
  }
}

/** One connection and what its client believes: often true, so that messages get past the first checks. */
interface Fuzzer {
  readonly client: FuzzClient;
  readonly documents: Map<number, { version: number; entryId: string; length: number; seq: number }>;
  hasGreeted: boolean;
  /** Answers to pings that are to come. */
  awaited: number;
}

async function connect(carrier: Carrier): Promise<Fuzzer> {
  const client = new FuzzClient(carrier, server.url.replace("ws:", "http:"));
  const fuzzer: Fuzzer = { client, documents: new Map(), hasGreeted: false, awaited: 0 };
  await change(fuzzer);
  return fuzzer;
}

function change({ client }: Fuzzer): Promise<void> {
  return new Promise((resolve) => {
    client.wake = resolve;
  });
}

let server: RunningServer;
let log: MemoryLog;
let bystander: RawClient;
const rejections: unknown[] = [];
/** Guests write; who says so only reads, or nothing; other tokens are none. */
const access: Access = {
  authenticate({ token }) {
    if (token === undefined || token === "reader" || token === "nobody") return { id: token };
    throw new AccessError("ERR_TOKEN_INVALID", "no such token");
  },
  authorize: ({ id }) => (id === "reader" ? "read" : id === "nobody" ? "none" : "write"),
};
const handleRejection = (reason: unknown) => rejections.push(reason);

beforeEach(async () => {
  rejections.length = 0;
  process.on("unhandledRejection", handleRejection);
  log = new MemoryLog();
  server = await startServer({
    log,
    access,
    recheckMs: 5,
    idleMs: 1,
    limits: {
      maxMessageBytes: 65_536,
      maxDocumentLength: 2_000,
      maxComponents: 100,
      maxDocumentsPerConnection: 5,
      maxConnectionsPerUser: Number.POSITIVE_INFINITY,
    },
    history: { maxEntries: 50, maxWeight: 100_000 },
  });
  bystander = await RawClient.opened(server.url, "bystander");
  bystander.say("submit", 1, 1, 0, 0, ["unharmed"], 0);
  await bystander.next("ack");
  bystander.say("open", 2, "fuzz", "session-watching", 0, "", 0, false, 0);
  await bystander.next("opened");
});
afterEach(async () => {
  process.off("unhandledRejection", handleRejection);
  await server.stop();
});

function collected(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

/** A message as a client might say it. */
function plausible(random: SeededRandom, { documents, hasGreeted }: Fuzzer): unknown[] {
  const user = [`u${random.int(3)}`, random.pick(["Ana", "__proto__", "😀"]), 1 + random.int(12)];
  const token = random.pick([[], [], ["reader"], ["nobody"], ["forged"], [random.pick(TRICKS)]]);
  if (!hasGreeted && random.chance(0.95)) return ["hello", 1, user, ...(random.chance(0.95) ? [] : token)];
  const channel =
    documents.size > 0 && random.chance(0.97) ? random.pick([...documents.keys()]) : random.int(9);
  const known = documents.get(channel) ?? { version: 0, entryId: "", length: 0, seq: 0 };
  const version = random.chance(0.9) ? known.version : random.int(known.version + 3);
  const at = random.int(known.length + 1);
  switch (random.int(documents.size > 0 ? 16 : 2)) {
    case 0:
    case 1: {
      const document = random.chance(0.9) ? random.pick(DOCUMENTS) : random.pick(TRICKS);
      const session = `s${random.int(30)}`;
      const from = random.chance(0.7) ? [0, ""] : [version, known.entryId];
      return [
        "open",
        random.int(9),
        document,
        session,
        ...from,
        known.seq,
        random.chance(0.3),
        random.int(3),
      ];
    }
    case 2:
      return ["close", channel];
    case 3:
      return random.chance(0.5)
        ? ["settled", channel, random.int(known.seq + 2)]
        : ["check", channel, known.version, random.pick(["", "0", "0123456789abcdef"])];
    case 4:
      return random.chance(0.5) ? ["user", user] : ["away", random.chance(0.5)];
    case 5:
    case 6:
      return ["select", channel, version, ...(random.chance(0.8) ? [at, random.int(known.length + 1)] : [])];
    case 7:
      return ["ping"];
    case 8:
      return ["hello", random.int(3), user, ...token];
    default: {
      known.seq += random.chance(0.9) ? 1 : 0;
      const isDelete = at < known.length && random.chance(0.45);
      const edit = isDelete
        ? { d: 1 + random.int(known.length - at) }
        : random.pick(["x", "é😀", "yz".repeat(40)]);
      const operation = at > 0 ? [at, edit] : [edit];
      return [
        "submit",
        channel,
        known.seq,
        version,
        known.length,
        operation,
        0,
        ...(random.chance(0.5) ? [at, at] : []),
      ];
    }
  }
}

/** The frame of a message after something happened to it. */
function mutated(random: SeededRandom, message: unknown[]): string | Buffer {
  const at = random.int(message.length);
  switch (random.int(11)) {
    case 9:
      return nested(random, message);
    case 10:
      // More values than a message may have, though few bytes.
      return JSON.stringify([...message, Array.from({ length: 5_000 }, () => 0)]);
    case 0:
      return JSON.stringify(message.with(at, random.pick(VALUES)));
    case 1:
      return JSON.stringify(message.toSpliced(at, 1));
    case 2:
      return JSON.stringify(message.toSpliced(at, 0, random.pick(VALUES)));
    case 3:
      return JSON.stringify(random.shuffle(message));
    case 4: {
      const frame = JSON.stringify(message);
      return frame.slice(0, random.int(frame.length));
    }
    case 5: {
      const units = JSON.stringify(message).split("");
      units[random.int(units.length)] = random.pick(["\\", '"', "]", "}", "0", "\u0000", "\ufeff", "e"]);
      return units.join("");
    }
    case 6:
      return JSON.stringify([message, ...message]);
    case 7:
      return JSON.stringify(random.pick(VALUES));
    default:
      return Buffer.from(Array.from({ length: random.int(50) }, () => random.int(256)));
  }
}

/** A message with a value in it that is nested deeper than any is. */
function nested(random: SeededRandom, message: unknown[]): string {
  const depth = 60 + random.int(5_000);
  const [open, close] = random.pick([
    ["[", "]"],
    ['{"d":', "}"],
  ] as const);
  return `${JSON.stringify(message).slice(0, -1)},${open.repeat(depth)}1${close.repeat(depth)}]`;
}

/** Opens and closes many documents at once. */
function flood(random: SeededRandom, { client, documents, hasGreeted }: Fuzzer): void {
  if (!hasGreeted) return;
  for (let channel = 20; channel < 60; channel++) {
    client.say("open", channel, `flood-${random.int(1_000)}`, `s${channel}`, 0, "", 0, false, 0);
    client.say("close", channel);
    documents.delete(channel);
  }
}

/** Takes what has come, and checks that every complaint has a known code. */
function digest(fuzzer: Fuzzer): void {
  for (const message of fuzzer.client.received.splice(0)) {
    switch (message.type) {
      case "pong":
        fuzzer.awaited--;
        break;
      case "welcome":
        fuzzer.hasGreeted = true;
        break;
      case "opened":
        fuzzer.documents.set(message.channel, { version: 0, entryId: "", length: 0, seq: message.lastSeq });
        break;
      case "snapshot": {
        const { channel, version, entryId, text, lastSeq, reason } = message;
        const known = { version, entryId, length: Text.of(text).points, seq: lastSeq };
        if (reason !== "fate-unknown") fuzzer.documents.set(channel, known);
        break;
      }
      case "ops": {
        const known = fuzzer.documents.get(message.channel);
        if (known === undefined) break;
        known.version = message.to;
        known.entryId = message.entryId;
        known.length += message.operation.targetLength - message.operation.baseLength;
        break;
      }
      case "ack": {
        const known = fuzzer.documents.get(message.channel);
        if (known !== undefined) known.version = message.version;
        break;
      }
      case "refused":
        expect(message.code).toMatch(/^ERR_/);
        break;
      case "reopen":
        expect(KNOWN_CODES).toContain(message.code);
        fuzzer.documents.delete(message.channel);
        break;
      case "error":
        expect(KNOWN_CODES).toContain(message.code);
        if (message.channel !== undefined) fuzzer.documents.delete(message.channel);
        break;
      case "access":
        expect(["read", "write"]).toContain(message.role);
        break;
      case "peers":
      case "selections":
      case "move":
    }
  }
}

/** Sends a frame, and returns when it was handled: what follows it is answered, or the connection has ended with a code. */
async function sendAndHear(fuzzer: Fuzzer, frame: string | Buffer): Promise<void> {
  const { client } = fuzzer;
  client.send(frame);
  const isIn = (): boolean => fuzzer.hasGreeted || client.received.some(({ type }) => type === "welcome");
  // Nothing but `welcome`, or the end, comes before who it is was found out.
  while (client.closed === undefined && !isIn()) await change(fuzzer);
  client.say("ping");
  fuzzer.awaited += frame === '["ping"]' ? 2 : 1;
  const pongs = () => client.received.filter(({ type }) => type === "pong").length;
  while (client.closed === undefined && pongs() < fuzzer.awaited) await change(fuzzer);
  const error = client.received.find((message) => message.type === "error" && message.channel === undefined);
  if (client.closed !== undefined) {
    expect(CLOSE_CODES).toContain(client.closed.code);
    // What is not even a message of the carrier has no error before its close code.
    if (client.closed.code >= 4000) expect(error).toBeDefined();
  }
  digest(fuzzer);
}

/** How many messages over each carrier. */
const RUNS: readonly [Carrier, number][] = [
  ["websocket", MESSAGES],
  ["stream", MESSAGES / 10],
  ["poll", MESSAGES / 10],
];

test.each(RUNS)(
  "[I8] over %s, %d random messages harm nobody but their sender",
  {
    timeout: 600_000,
  },
  async (carrier, messages) => {
    const random = seededRandom();
    const fuzzers: (Fuzzer | undefined)[] = Array.from({ length: CLIENTS }, () => undefined);
    let before = 0;
    let connections = 0;
    for (let sent = 0; sent < messages; sent++) {
      // Code is compiled and tables have grown by then.
      if (sent === messages / 10) before = collected();
      const index = random.int(CLIENTS);
      let fuzzer = fuzzers[index];
      if (fuzzer === undefined || fuzzer.client.closed !== undefined) {
        fuzzer = await connect(carrier);
        fuzzers[index] = fuzzer;
        connections++;
      }
      digest(fuzzer);
      if (random.chance(0.01)) flood(random, fuzzer);
      const message = plausible(random, fuzzer);
      const frame = random.chance(0.15) ? mutated(random, message) : JSON.stringify(message);
      await sendAndHear(fuzzer, frame);
    }
    expect(rejections).toEqual([]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    // A run in which every message ended its connection would show nothing.
    expect(connections).toBeLessThan(messages / 3);
    const head = await log.readHead("fuzz");
    // In a short run chance has more to say.
    expect(head.version).toBeGreaterThan(messages < 10_000 ? messages / 400 : messages / 100);

    // The bystander is connected, has every operation of the document it watches in order, and its own as it was.
    await waitFor("the bystander to be at the head", () =>
      bystander.received.some((message) => message.type === "ops" && message.to === head.version),
    );
    expect(bystander.closed).toBeUndefined();
    let text = Text.empty;
    let version = 0;
    for (const message of bystander.received.splice(0)) {
      if (message.type !== "ops") continue;
      const { channel, from, to, operation }: ServerMessageOf<"ops"> = message;
      expect([channel, from]).toEqual([2, version]);
      text = apply(text, operation.extend(text.points));
      version = to;
    }
    const reader = await RawClient.connect(server.url, "reader");
    reader.say("open", 1, "fuzz", "session-reader", 0, "", 0, false, 0);
    const left = text.points === 0 ? [] : [text.toString()];
    expect(await reader.next("ops")).toMatchObject({ to: head.version, operation: left });
    reader.say("open", 2, "doc", "session-reader", 0, "", 0, false, 0);
    expect(await reader.next("ops")).toMatchObject({ to: 1, operation: ["unharmed"] });
    reader.socket.close();

    for (const fuzzer of fuzzers) fuzzer?.client.close();
    await waitFor("all but the bystander to be gone", () => server.documents.connectionCount === 1);
    for (const document of DOCUMENTS) {
      const { version: at, entryId } = await log.readHead(document);
      await log.saveCheckpoint(document, { version: at, entryId, text: "" });
      await log.trim(document, at);
    }
    expect(collected() - before).toBeLessThan(FIXED_LEFT + messages * MAX_LEFT_PER_MESSAGE);
  },
);
