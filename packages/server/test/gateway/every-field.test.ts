import {
  CloseCode,
  decodeClientMessage,
  DEFAULT_LIMITS,
  encodeClientMessage,
  isNewer,
  type OutgoingClientMessage,
  readAnnouncement,
  type ServerMessage,
  decodeServerMessage,
  SPOKEN,
  agree,
  writeAnnouncement,
} from "@interline/protocol";
import { CODES, isErrorCode } from "@interline/protocol/codes";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { clientMessages } from "../../../protocol/src/messages.ts";
import { clientMessage } from "../../../protocol/test/arbitraries.ts";
import { seededRandom } from "../../../../tests/support/seeded-random.ts";
import { Gatekeeper } from "../../src/access/gatekeeper.ts";
import { Sharing } from "../../src/access/sharing.ts";
import { MemoryCatalogue } from "../../src/catalogue/memory-catalogue.ts";
import { DocumentHost } from "../../src/document-host.ts";
import { Connection, type ConnectionOptions } from "../../src/gateway/connection.ts";
import { Users } from "../../src/gateway/users.ts";
import { DEFAULT_SERVER_LIMITS } from "../../src/limits.ts";
import { MemoryLog } from "../../src/log/memory-log.ts";
import { silentLogger } from "../../src/logger.ts";
import { silentMetrics } from "../../src/metrics.ts";
import { ManualClock, settle } from "../manual-clock.ts";

/** Wrong values that each field gets; `INTERLINE_FIELD_VALUES` asks for more. */
const VALUES_PER_FIELD = Number(process.env["INTERLINE_FIELD_VALUES"] ?? 2);
/** What stands in a field where it should not, or at the edge of what may. */
const VALUES: readonly unknown[] = [
  null,
  {},
  [],
  -1,
  0.5,
  "",
  true,
  2 ** 53,
  1e308,
  "\ud800",
  "__proto__",
  [[]],
  { d: -1 },
  "x".repeat(9_000),
  [null],
  Number.MAX_SAFE_INTEGER,
  0,
  "a b",
];

const STATES = ["before hello", "after hello", "with a channel open", "with a channel closed"] as const;
type State = (typeof STATES)[number];

const OURS = writeAnnouncement(SPOKEN);
const NEWER = "1.999";
/** What the client announces that it speaks; undefined: nothing, as the first release. */
const ANNOUNCED = [undefined, OURS, NEWER] as const;
type Announced = (typeof ANNOUNCED)[number];

/** The same channel and document in every message, and the first number, so that it fits the state it comes in. */
const FITTING: Readonly<Record<string, unknown>> = {
  channel: 1,
  document: "d",
  protocol: 1,
  version: 0,
  entryId: "",
  lastSeq: 0,
  inFlight: false,
  seq: 1,
};

/**
 * Of each message of the table one with all its fields, as a list. A new message is covered as soon as it is a
 * row there.
 */
const SAMPLES: ReadonlyMap<string, readonly unknown[]> = new Map(
  Object.keys(clientMessages).map((type) => {
    const made = fc
      .sample(clientMessage, { seed: 7, numRuns: 500 })
      .filter((message) => message.type === type)
      .map((message) => fitting(message) as OutgoingClientMessage)
      .map((message) => JSON.parse(encodeClientMessage(message)) as unknown[]);
    const [whole] = made.toSorted((a, b) => b.length - a.length);
    if (whole === undefined) throw new Error(`no sample of ${type}`);
    return [type, whole] as const;
  }),
);

/** With those values, also in the records within it. */
function fitting(message: object): object {
  const fitted = Object.entries(message).map(([name, value]: [string, unknown]) => {
    const isRecord = typeof value === "object" && value?.constructor === Object;
    return [name, FITTING[name] ?? (isRecord ? fitting(value) : value)];
  });
  return Object.fromEntries(fitted) as object;
}

/** Values of a list within a message that are changed, from its start: an operation may be long. */
const MOST_WITHIN = 5;

/** Where every value of a list stands, those in lists within it too. */
function pathsOf(list: readonly unknown[], start: number): number[][] {
  const paths: number[][] = [];
  const end = start === 0 ? Math.min(list.length, MOST_WITHIN) : list.length;
  for (let index = start; index < end; index++) {
    const value = list[index];
    paths.push([index]);
    if (Array.isArray(value)) paths.push(...pathsOf(value, 0).map((path) => [index, ...path]));
  }
  return paths;
}

/** The list with something else in place of the value at a path: nothing, it twice, or other values. */
function spliced(list: readonly unknown[], path: readonly number[], ...values: unknown[]): unknown[] {
  const [index = 0, ...rest] = path;
  const inner = list[index];
  return rest.length > 0 && Array.isArray(inner)
    ? list.with(index, spliced(inner, rest, ...values))
    : list.toSpliced(index, 1, ...values);
}

function valueAt(list: readonly unknown[], path: readonly number[]): unknown {
  return path.reduce<unknown>((value, index) => (value as unknown[])[index], list);
}

interface Case {
  readonly what: string;
  readonly frame: string;
  /** True: it can be no message of ours, whatever the codec says. */
  readonly isSurelyWrong: boolean;
}

/** Everything that is done to a message. */
function* casesOf(type: string, whole: readonly unknown[]): Generator<Case> {
  const random = seededRandom();
  const fields = Object.values(clientMessages[type as keyof typeof clientMessages]);
  for (const path of pathsOf(whole, 1)) {
    const at = `${type}[${path.join("][")}]`;
    const value = valueAt(whole, path);
    const isTop = path.length === 1;
    // No field is null or an object.
    const wrong = [null, {}, ...random.shuffle(VALUES.slice(2)).slice(0, VALUES_PER_FIELD - 1)];
    for (const other of wrong) {
      yield {
        what: `${at} = ${JSON.stringify(other).slice(0, 40)}`,
        frame: JSON.stringify(spliced(whole, path, other)),
        isSurelyWrong:
          isTop &&
          type !== "submit" &&
          (other === null || !Array.isArray(other)) &&
          typeof other === "object",
      };
    }
    const isOptional = isTop && fields[(path[0] ?? 0) - 1]?.optional !== undefined;
    yield {
      what: `${at} cut`,
      frame: JSON.stringify(spliced(whole, path)),
      isSurelyWrong: isTop && !isOptional,
    };
    yield {
      what: `${at} twice`,
      frame: JSON.stringify(spliced(whole, path, value, value)),
      isSurelyWrong: isTop,
    };
    const rest = isTop ? [] : path.slice(0, -1);
    const inside = rest.length === 0 ? whole : (valueAt(whole, rest) as unknown[]);
    const before = inside.slice(0, path.at(-1));
    yield {
      what: `${at} and all behind it cut`,
      frame: JSON.stringify(rest.length === 0 ? before : spliced(whole, rest, before)),
      isSurelyWrong: false,
    };
  }
  yield { what: `${type} as it should be`, frame: JSON.stringify(whole), isSurelyWrong: false };
  yield { what: `${type} with more`, frame: JSON.stringify([...whole, "more", [1]]), isSurelyWrong: true };
  yield { what: `${type} in itself`, frame: JSON.stringify([whole, ...whole]), isSurelyWrong: true };
  yield { what: `${type} cut in half`, frame: JSON.stringify(whole).slice(0, -2), isSurelyWrong: true };
  const renamed = JSON.stringify([`${type}ed`, ...whole.slice(1)]);
  yield { what: `${type} under another name`, frame: renamed, isSurelyWrong: true };
}

/** A server in this process. */
class World {
  readonly log = new MemoryLog();
  passedOver: string[] = [];
  readonly #options: ConnectionOptions;

  constructor() {
    const clock = new ManualClock();
    // The bystander is asked after every case, and no time passes here.
    const often = { perSecond: 1e9, burst: 1e9 };
    const limits = { ...DEFAULT_SERVER_LIMITS, connectionMessages: often, userMessages: often };
    const metrics = {
      ...silentMetrics,
      passedOver: (message: string, version: string) => {
        this.passedOver.push(`${message} ${version}`);
      },
    };
    this.#options = {
      host: new DocumentHost({ log: this.log, limits, clock, metrics }),
      clock,
      logger: silentLogger,
      limits,
      users: new Users(limits, clock),
      gatekeeper: new Gatekeeper(undefined, new Sharing(new MemoryCatalogue(), clock), silentLogger),
      metrics,
      heartbeatMs: 15_000,
      isProxied: false,
    };
  }

  connect(speaks: Announced): Client {
    return new Client(this.#options, speaks);
  }
}

class Client {
  readonly received: ServerMessage[] = [];
  closeCode: number | undefined;
  readonly #connection: Connection;

  constructor(options: ConnectionOptions, speaks: Announced) {
    const end = (code: number): void => {
      this.closeCode ??= code;
    };
    const carrier = {
      bufferedBytes: 0,
      send: ({ text }: { readonly text: string }) => {
        const decoded = decodeServerMessage(text);
        if (!decoded.ok) throw new Error(decoded.reason);
        this.received.push(decoded.message);
      },
      close: ({ code }: { readonly code: number }) => end(code),
      terminate: () => end(1006),
    };
    this.#connection = new Connection(carrier, options, { speaks });
  }

  say(...message: unknown[]): void {
    this.sayRaw(JSON.stringify(message));
  }

  sayRaw(frame: string): void {
    this.#connection.receive(frame);
  }

  /** True if it is heard and answered. */
  get isAlive(): boolean {
    const before = this.received.length;
    this.say("ping");
    return this.closeCode === undefined && this.received.slice(before).some(({ type }) => type === "pong");
  }

  leave(): void {
    this.#connection.handleClosed();
  }
}

let people = 0;

async function inState(world: World, state: State, speaks: Announced): Promise<Client> {
  const client = world.connect(speaks);
  people++;
  if (state === "before hello") return client;
  client.say("hello", 1, [`mallory-${people}`, "Mallory", 1]);
  if (state === "after hello") return client;
  client.say("open", 1, "d", `session-${people}`, 0, "", 0, false, 0);
  await settle();
  if (state === "with a channel closed") client.say("close", 1);
  client.received.length = 0;
  return client;
}

/** What must come of a frame. */
interface Expected {
  /** What it ends, with which code; undefined: it may do what it says. */
  readonly fault?: { readonly ends: "connection" | "channel"; readonly code: string };
  /** What is counted as passed over. */
  readonly passedOver: readonly string[];
}

function expected(frame: string, state: State, speaks: Announced): Expected {
  const agreement = agree(SPOKEN, readAnnouncement(speaks ?? "1.0") ?? SPOKEN);
  const isTolerant = typeof agreement === "object" && isNewer(agreement);
  const decoded = decodeClientMessage(frame, { ...DEFAULT_LIMITS, isTolerant });
  if (!decoded.ok) {
    const { code, channel, name } = decoded;
    if (isTolerant && code === "ERR_MESSAGE_UNKNOWN") return { passedOver: [`${name} ${NEWER}`] };
    const ends = channel === undefined || state === "before hello" ? "connection" : "channel";
    return { fault: { ends, code }, passedOver: [] };
  }
  const { message } = decoded;
  const passedOver = decoded.hasMore ? [`${message.type} ${NEWER}`] : [];
  const isHello = message.type === "hello";
  const needsChannel = "channel" in message && !["open", "close", "seed"].includes(message.type);
  const hasChannel = state === "with a channel open" && "channel" in message && message.channel === 1;
  if (isHello !== (state === "before hello") || (needsChannel && !hasChannel)) {
    return { fault: { ends: "connection", code: "ERR_MESSAGE_ORDER" }, passedOver };
  }
  if (isHello && message.protocol !== 1 && speaks === undefined) {
    return { fault: { ends: "connection", code: "ERR_PROTOCOL_VERSION" }, passedOver };
  }
  return { passedOver };
}

test("[I8] every field of every message, mutated, cut and repeated, in every state and for every version", async () => {
  const world = new World();
  const bystander = world.connect(OURS);
  bystander.say("hello", 1, ["bystander", "Ben", 2]);
  bystander.say("open", 1, "d", "session-bystander", 0, "", 0, false, 0);
  await settle();
  bystander.say("submit", 1, 1, 0, 0, ["unharmed"], 0);
  await settle();

  const seen = { connection: 0, channel: 0, passedOver: 0, fine: 0 };
  const done = new Set<string>();
  for (const [type, whole] of SAMPLES) {
    for (const { what, frame, isSurelyWrong } of casesOf(type, whole)) {
      // Independently of what the codec makes of it.
      if (isSurelyWrong) expect(decodeClientMessage(frame, DEFAULT_LIMITS).ok, what).toBe(false);
      for (const state of STATES) {
        for (const speaks of ANNOUNCED) {
          const where = `${what}, ${state}, from a client of ${speaks ?? "no version"}`;
          const client = await inState(world, state, speaks);
          const before = await world.log.readHead("d");
          world.passedOver = [];
          client.sayRaw(frame);
          await settle();
          const { fault, passedOver } = expected(frame, state, speaks);
          expect(world.passedOver, where).toEqual(passedOver);
          if (fault === undefined) {
            // What is right for the codec may break a rule of its message: with a code, too.
            const codes = client.received.flatMap((message) => ("code" in message ? [message.code] : []));
            for (const code of codes) expect(CODES, where).toHaveProperty(code);
            if (client.closeCode === undefined) seen[passedOver.length > 0 ? "passedOver" : "fine"]++;
            else {
              expect(what, where).not.toMatch(/as it should be$/);
              const closes = codes.flatMap((code) => CODES[code].close ?? []);
              expect(
                closes.map((close) => CloseCode[close].code),
                where,
              ).toEqual([client.closeCode]);
            }
          } else {
            const { code, ends } = fault;
            seen[ends]++;
            const channel = ends === "channel" ? (expect.any(Number) as number) : undefined;
            expect(
              client.received.filter((message) => message.type === "error"),
              where,
            ).toEqual([{ type: "error", code, message: expect.any(String) as string, channel }]);
            const close = isErrorCode(code) ? CODES[code].close : undefined;
            const closeCode = ends === "channel" ? undefined : CloseCode[close ?? "BadMessage"].code;
            expect(client.closeCode, where).toBe(closeCode);
            if (closeCode === undefined) expect(client.isAlive, where).toBe(true);
          }
          // Nothing but a submission may change the document.
          if (fault !== undefined || type !== "submit") {
            expect(await world.log.readHead("d"), where).toEqual(before);
          }
          client.leave();
          expect(bystander.isAlive, where).toBe(true);
          done.add(`${type}, ${state}, ${speaks}`);
        }
      }
    }
  }

  // What the bystander was told are people who come and go, and what somebody rightly wrote.
  const told = new Set(bystander.received.map((message) => message.type));
  for (const type of told)
    expect(["welcome", "opened", "ack", "peers", "pong", "selections", "ops"]).toContain(type);
  expect(done.size).toBe(Object.keys(clientMessages).length * STATES.length * ANNOUNCED.length);
  for (const [outcome, count] of Object.entries(seen)) expect(count, outcome).toBeGreaterThan(20);
});
