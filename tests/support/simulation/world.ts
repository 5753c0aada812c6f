import type { Environment } from "@interline/client";
import { createDocumentServer, type DocumentServer, MemoryLog } from "@interline/server";
import { type SeededRandom, seededRandom } from "../seeded-random.ts";
import { Network } from "./network.ts";
import { unreliableLog } from "./unreliable-log.ts";
import { VirtualClock } from "./virtual-clock.ts";
import { checkLetters, checkWords, Writer } from "./writer.ts";

export interface WorldOptions {
  readonly seed: number;
  readonly writers: number;
  /** Whether people also delete words again. */
  readonly takesBack?: boolean;
  /** How long people type and things break, in ms of virtual time. */
  readonly durationMs: number;
  /** Mean time between two faults of a kind, in ms; none if absent. */
  readonly breaksEveryMs?: number;
  readonly stallsEveryMs?: number;
  readonly crashesEveryMs?: number;
  /** Share of commits whose answer is lost. */
  readonly logFailures?: number;
  /** Longest time of a call to the log, in ms. */
  readonly logDelayMs?: number;
}

/** What happened, to tell a run that tested something from one that did not. */
export interface Tally {
  words: number;
  breaks: number;
  stalls: number;
  crashes: number;
  merges: number;
  version: number;
}

/** Longest virtual time that a healed world may need to come to rest, in ms. */
const REST_MS = 600_000;

/**
 * People, a network, a server and a log in one process and one random sequence: runs until everything has come to rest, and
 * throws if a word was lost, doubled or mixed, or if anybody sees another text than the log.
 */
export async function runWorld(options: WorldOptions): Promise<Tally> {
  const world = new World(options);
  try {
    return await world.run();
  } catch (cause) {
    throw new Error(`world ${JSON.stringify(options)}: ${(cause as Error).message}`, { cause });
  }
}

class World {
  readonly #options: WorldOptions;
  readonly #random: SeededRandom;
  readonly #clock = new VirtualClock();
  readonly #network: Network;
  readonly #log = new MemoryLog();
  readonly #writers: Writer[] = [];
  readonly #tally: Tally = { words: 0, breaks: 0, stalls: 0, crashes: 0, merges: 0, version: 0 };
  #program: { isDead: boolean } | undefined;
  #isHealing = false;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#network = new Network(this.#clock, this.#random);
    this.#boot();
    for (let index = 0; index < options.writers; index++) {
      this.#writers.push(
        new Writer(`w${index}`, this.#random, {
          url: "ws://simulated/sync",
          document: "simulated",
          takesBack: options.takesBack ?? false,
          environment: this.#environment(),
        }),
      );
    }
  }

  async run(): Promise<Tally> {
    const { durationMs, breaksEveryMs, stallsEveryMs, crashesEveryMs } = this.#options;
    for (const writer of this.#writers) this.#keepTyping(writer);
    this.#repeat(breaksEveryMs, () => {
      this.#network.breakOne();
      this.#tally.breaks++;
    });
    this.#repeat(stallsEveryMs, () => {
      this.#network.stallOne();
      this.#tally.stalls++;
    });
    this.#repeat(crashesEveryMs, () => this.#crash());

    const start = this.#clock.now();
    while (this.#clock.now() - start < durationMs) {
      await this.#clock.step();
      this.#checkShown();
    }
    this.#isHealing = true;
    if (this.#network.server === undefined) this.#boot();
    const healed = this.#clock.now();
    while (!(await this.#isAtRest())) {
      if (this.#clock.now() - healed > REST_MS) throw new Error(`not at rest: ${this.#describe()}`);
      await this.#clock.step();
      this.#checkShown();
    }
    // Carets are told a moment after the text.
    const rested = this.#clock.now();
    while (this.#clock.now() - rested < 5_000) await this.#clock.step();
    await this.#checkEnd();
    for (const { document } of this.#writers) document.close();
    return this.#tally;
  }

  #environment(): Environment {
    const { now, setTimeout, clearTimeout } = this.#clock;
    return {
      now,
      setTimeout,
      clearTimeout,
      random: () => this.#random.next(),
      randomBytes: (length) => Uint8Array.from({ length }, () => this.#random.int(256)),
      openSocket: this.#network.openSocket,
      onWake: () => () => {},
    };
  }

  #boot(): void {
    const program = { isDead: false };
    this.#program = program;
    const faults = { maxDelayMs: this.#options.logDelayMs ?? 20, failures: this.#options.logFailures ?? 0 };
    this.#network.server = this.#newServer(
      unreliableLog(this.#log, this.#clock, this.#random, faults, program),
      program,
    );
  }

  #newServer(
    log: MemoryLog | ReturnType<typeof unreliableLog>,
    program: { isDead: boolean },
  ): DocumentServer {
    const clock = {
      now: this.#clock.now,
      // A program that has crashed does nothing any more.
      setTimeout: (ring: () => void, ms: number) =>
        this.#clock.setTimeout(() => {
          if (!program.isDead) ring();
        }, ms),
      clearTimeout: this.#clock.clearTimeout,
    };
    return createDocumentServer({
      log,
      clock,
      newToken: () => Array.from({ length: 3 }, () => this.#random.int(2 ** 32).toString(36)).join(""),
      idleMs: 2_000,
      checkpointWeight: 2_000,
      history: { maxEntries: 60, maxWeight: 100_000 },
    });
  }

  #crash(): void {
    if (this.#network.server === undefined) return;
    this.#tally.crashes++;
    if (this.#program) this.#program.isDead = true;
    this.#network.server = undefined;
    this.#network.breakAll();
    this.#clock.setTimeout(() => {
      if (this.#network.server === undefined) this.#boot();
    }, this.#random.int(3_000));
  }

  #keepTyping(writer: Writer): void {
    const pauseMs = this.#random.chance(0.1) ? 2_000 : 120;
    this.#clock.setTimeout(() => {
      if (this.#isHealing && !writer.isMidWord) return;
      writer.act(!this.#isHealing);
      this.#keepTyping(writer);
    }, this.#random.int(pauseMs));
  }

  #repeat(everyMs: number | undefined, fault: () => void): void {
    if (everyMs === undefined) return;
    this.#clock.setTimeout(
      () => {
        if (this.#isHealing) return;
        fault();
        this.#repeat(everyMs, fault);
      },
      this.#random.int(2 * everyMs),
    );
  }

  async #isAtRest(): Promise<boolean> {
    const head = await this.#log.readHead("simulated");
    return this.#writers.every(
      ({ document, isMidWord }) =>
        !isMidWord && document.status.state === "synced" && document.version === head.version,
    );
  }

  /** What an editor shows that only applies what it is told is what the document says, at every moment. */
  #checkShown(): void {
    for (const { name, document, shown } of this.#writers) {
      if (document.isReady && !shown.equals(document.text)) {
        throw new Error(`${name} shows ${shown.toString()}, the document says ${document.text.toString()}`);
      }
    }
  }

  async #checkEnd(): Promise<void> {
    const entries = (await this.#log.readEntries("simulated", 0, Number.MAX_SAFE_INTEGER)) ?? [];
    this.#tally.version = entries.length;
    const texts = this.#writers.map(({ document }) => document.text.toString());
    const [text = ""] = texts;
    if (texts.some((other) => other !== text)) throw new Error(`[I1] texts differ: ${this.#describe()}`);

    const numbers = entries.map(({ session, seq }) => `${session} ${seq}`);
    if (new Set(numbers).size !== numbers.length) throw new Error("[I2] an operation is in the log twice");
    if (entries.some(({ version }, index) => version !== index + 1))
      throw new Error("[I4] the log has a gap");

    this.#tally.words = (this.#options.takesBack ? checkLetters : checkWords)(text, this.#writers);
    for (const writer of this.#writers) {
      if (writer.recoveries > 0) throw new Error(`${writer.name} was told that the fate of edits is unknown`);
      this.#tally.merges += writer.merges;
      this.#checkCarets(writer);
    }
  }

  /** Everybody sees everybody else's caret where its owner has it. */
  #checkCarets(viewer: Writer): void {
    for (const writer of this.#writers) {
      if (writer === viewer) continue;
      const seen = viewer.document.peers.filter(({ user }) => user.id === writer.name);
      if (seen.length !== 1) throw new Error(`${viewer.name} sees ${writer.name} ${seen.length} times`);
      const own = writer.document.selection;
      const shown = seen[0]?.selection;
      if (own?.head !== shown?.head || own?.anchor !== shown?.anchor) {
        throw new Error(`${viewer.name} sees ${writer.name} at ${shown?.head}, it is at ${own?.head}`);
      }
    }
  }

  #describe(): string {
    return this.#writers
      .map(
        ({ name, document }) =>
          `${name} v${document.version} ${JSON.stringify(document.status)} ${document.text.toString()}`,
      )
      .join("\n");
  }
}
