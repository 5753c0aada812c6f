import { apply, Text } from "@interline/ot";
import {
  createDocumentServer,
  type DocumentLog,
  type DocumentServer,
  type DocumentServerOptions,
  MemoryLog,
} from "@interline/server";
import { VirtualClock } from "../simulation/virtual-clock.ts";
import { StoreAccess } from "./store-access.ts";
import { DOCUMENT, StoryClient } from "./story-client.ts";
import { settled } from "./wire.ts";

/** One run of the server program. */
export interface Program {
  readonly server: DocumentServer;
  readonly store: StoreAccess;
}

/** Rounds that a healed stage may need to come to rest, each of so many ms. */
const MAX_ROUNDS = 40;
const ROUND_MS = 300;

/**
 * Clients, programs and a store in which nothing happens but what the story says, until it heals. Then the report tells what became
 * of every letter.
 */
export class Stage {
  /** The store as it is, whatever the programs think of it. */
  log: DocumentLog;
  /** The program that connections go to when the stage heals. */
  program: Program;
  readonly clients: StoryClient[] = [];
  readonly #clock = new VirtualClock();
  #tokens = 0;

  constructor(log: DocumentLog = new MemoryLog()) {
    this.log = log;
    this.program = this.boot();
  }

  client(name: string, session?: string): StoryClient {
    const client = new StoryClient(name, session);
    this.clients.push(client);
    return client;
  }

  /** A client that is connected. */
  async connected(name: string, session?: string): Promise<StoryClient> {
    const client = this.client(name, session);
    await client.connect(this.program.server);
    return client;
  }

  /** Starts a program, which the next connections go to. Others that run go on running. */
  boot(options: Pick<DocumentServerOptions, "history"> = {}): Program {
    const store = new StoreAccess(this.log);
    const clock = {
      now: this.#clock.now,
      setTimeout: (ring: () => void, ms: number) =>
        this.#clock.setTimeout(() => {
          if (!store.isDead) ring();
        }, ms),
      clearTimeout: this.#clock.clearTimeout,
    };
    const newToken = () => `t${++this.#tokens}`;
    this.program = { server: createDocumentServer({ log: store, clock, newToken, ...options }), store };
    return this.program;
  }

  /** The program crashes; every client loses its connection. */
  crash(): void {
    this.program.store.isDead = true;
    for (const client of this.clients) if (client.wire) client.lose();
  }

  /** Lets virtual time pass. */
  async pass(ms: number): Promise<void> {
    const end = this.#clock.now() + ms;
    this.#clock.setTimeout(() => {}, ms);
    while (this.#clock.now() < end) {
      await this.#clock.step();
      await settled();
    }
  }

  /** Saves the text as it is now and forgets what led to it. */
  async trim(): Promise<void> {
    const { version, entryId } = await this.log.readHead(DOCUMENT);
    await this.log.saveCheckpoint(DOCUMENT, { version, entryId, text: await this.#logText() });
    await this.log.trim(DOCUMENT, version);
  }

  /**
   * Everybody connects, everything arrives, until all is at rest. Tells what is wrong then: letters that are `lost` or `doubled`, clients
   * that have `diverged` or are `stuck`, a log that does not `replay`. Letters that a story loses on purpose are `forgotten`.
   */
  async heal({ forgotten = "" }: { forgotten?: string } = {}): Promise<string[]> {
    const { store, server } = this.program;
    await store.flow();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      for (const client of this.clients) {
        if (client.wire === undefined) client.dial(server);
        await client.exchange();
        while (client.replica.isWaiting) {
          client.keep();
          await client.exchange();
        }
      }
      await this.pass(ROUND_MS);
      if (await this.#isAtRest()) break;
    }
    return this.#report(forgotten);
  }

  async #isAtRest(): Promise<boolean> {
    const { version } = await this.log.readHead(DOCUMENT);
    return this.clients.every(({ isAtRest, replica }) => isAtRest && replica.version === version);
  }

  async #report(forgotten: string): Promise<string[]> {
    const faults: string[] = [];
    let text: string;
    try {
      text = await this.#logText();
    } catch {
      return ["the log does not replay"];
    }
    const entries = await this.#entries();
    const numbers = entries.map(({ session, seq }) => `${session} ${seq}`);
    if (new Set(numbers).size !== numbers.length) faults.push("a number is in the log twice");
    const removed = new Set(this.clients.flatMap((client) => [...client.removed]));
    for (const client of this.clients) {
      for (const letter of client.typed) {
        const count = text.split(letter).length - 1;
        const isAside = client.setAside.some((aside) => aside.includes(letter));
        if (count > 1) faults.push(`doubled ${letter}`);
        const isMissing = count === 0 && !removed.has(letter) && !isAside && !forgotten.includes(letter);
        if (isMissing) faults.push(`lost ${letter}`);
      }
      if (!client.isAtRest) faults.push(`${client.name} is stuck`);
      if (client.text !== text) faults.push(`${client.name} diverged: ${client.text}, not ${text}`);
    }
    return faults;
  }

  async #entries() {
    const after = (await this.log.loadCheckpoint(DOCUMENT))?.version ?? 0;
    return (await this.log.readEntries(DOCUMENT, after, Number.MAX_SAFE_INTEGER)) ?? [];
  }

  async #logText(): Promise<string> {
    let text = Text.of((await this.log.loadCheckpoint(DOCUMENT))?.text ?? "");
    for (const { operation } of await this.#entries()) text = apply(text, operation);
    return text.toString();
  }
}
