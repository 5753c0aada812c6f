import type { Environment, WebSocketLike } from "@interline/client";
import { MemoryStore } from "@interline/client/testing";
import { createDocumentServer, type DocumentLog, type DocumentServer } from "@interline/server";
import { replayCommand } from "../runner/replay.ts";
import { type SeededRandom, seededRandom } from "../seeded-random.ts";
import { Network } from "./network.ts";
import { SharedLog } from "./shared-log.ts";
import { type DiskFaults, TabStore } from "./tab-store.ts";
import { VirtualClock } from "./virtual-clock.ts";
import { checkLetters, checkWords, type Tab, Writer } from "./writer.ts";

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
  /** What is typed is kept on the writers' devices. */
  readonly disk?: DiskFaults;
  /** Mean time between two deaths of a tab, in ms; it is opened again a moment later. Needs a disk. */
  readonly killsEveryMs?: number;
  /** Every two writers are tabs of one device. */
  readonly sharesDevices?: boolean;
  /** So many entries are kept: who comes back later gets a snapshot. */
  readonly maxHistoryEntries?: number;
  /** Servers that share the log. Default 1. */
  readonly servers?: number;
  /** Share of the news between servers that never come. */
  readonly newsLoss?: number;
  /** Mean time between two moments at which the log goes back in time, in ms. */
  readonly failoversEveryMs?: number;
  /**
   * So many initial texts that the writers open the document with, one after another. Default 0. The servers may come a few seconds
   * later, so that everybody begins without one.
   */
  readonly initialTexts?: number;
}

/** What happened, to tell a run that tested something from one that did not. */
export interface Tally {
  words: number;
  breaks: number;
  stalls: number;
  crashes: number;
  merges: number;
  kills: number;
  /** Sessions that went from one living tab to another. */
  handovers: number;
  failovers: number;
  /** How often somebody came back in one round trip. */
  takenEarly: number;
  version: number;
  /** A checksum of when everything happened: the same whenever the same world is run. */
  trace: number;
}

/** Shortest time between two moments at which the log goes back in time, in ms. */
const BETWEEN_FAILOVERS_MS = 15_000;

/**
 * A document that nobody has open stays in memory for so long, in ms: what a log loses is younger, or nobody may be left who could put it
 * back.
 */
const IDLE_MS = 2_000;

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
    const world = `world ${JSON.stringify(options)}: ${(cause as Error).message}`;
    throw new Error(`${world}\n\nTo see it again: ${replayCommand(options.seed, 1)}`, { cause });
  }
}

class World {
  readonly #options: WorldOptions;
  readonly #random: SeededRandom;
  readonly #clock = new VirtualClock();
  readonly #network: Network;
  readonly #log: SharedLog;
  readonly #writers: Writer[] = [];
  readonly #stores: TabStore[] = [];
  readonly #devices = new Map<number, MemoryStore>();
  readonly #tally: Tally = {
    words: 0,
    breaks: 0,
    stalls: 0,
    crashes: 0,
    merges: 0,
    kills: 0,
    handovers: 0,
    failovers: 0,
    takenEarly: 0,
    version: 0,
    trace: 0,
  };
  /** The servers that run, each with its program. */
  readonly #programs = new Map<DocumentServer, { isDead: boolean }>();
  #boots = 0;
  readonly #initialTexts: readonly string[];
  #isHealing = false;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#network = new Network(this.#clock, this.#random);
    this.#log = new SharedLog(this.#clock, this.#random, {
      maxDelayMs: options.logDelayMs ?? 20,
      failures: options.logFailures ?? 0,
      newsLoss: options.newsLoss ?? 0,
    });
    const { initialTexts = 0 } = options;
    this.#initialTexts = Array.from({ length: initialTexts }, (_, index) => `[start.${index}é漢😀]`);
    if (initialTexts === 0) this.#bootAll();
    else
      this.#clock.setTimeout(() => this.#bootAll(), this.#random.chance(0.5) ? 0 : this.#random.int(5_000));
    for (let index = 0; index < options.writers; index++) {
      const owner = options.sharesDevices === true ? index - (index % 2) : index;
      const device = this.#devices.get(owner) ?? new MemoryStore(this.#clock);
      this.#devices.set(owner, device);
      this.#writers.push(
        new Writer(`w${index}`, this.#random, {
          url: "ws://simulated/sync",
          document: "simulated",
          user: `u${owner}`,
          takesBack: options.takesBack ?? false,
          initialText: this.#initialTexts[index % initialTexts],
          openTab: () => this.#openTab(device),
          findsAgain: this.#findsAgain,
        }),
      );
    }
  }

  async run(): Promise<Tally> {
    const { durationMs, breaksEveryMs, stallsEveryMs, crashesEveryMs, killsEveryMs, failoversEveryMs } =
      this.#options;
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
    let lastFailover = Number.NEGATIVE_INFINITY;
    this.#repeat(failoversEveryMs, () => {
      // What servers put back must be on other machines before these are lost too.
      if (this.#clock.now() - lastFailover < BETWEEN_FAILOVERS_MS) return;
      lastFailover = this.#clock.now();
      this.#tally.failovers++;
      void this.#log.failOver(this.#random.int(6), IDLE_MS);
    });
    this.#repeat(killsEveryMs, () => this.#kill(this.#random.pick(this.#writers)));

    const start = this.#clock.now();
    while (this.#clock.now() - start < durationMs) {
      await this.#clock.step();
      this.#checkShown();
    }
    this.#isHealing = true;
    this.#bootAll();
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
    this.#tally.trace = this.#clock.trace;
    this.#tally.takenEarly = this.#network.takenEarly;
    for (const { document } of this.#writers) document.close();
    return this.#tally;
  }

  #openTab(device: MemoryStore): Tab {
    const { now, setTimeout, clearTimeout } = this.#clock;
    const { disk } = this.#options;
    const store = disk && new TabStore(device, this.#clock, this.#random, disk);
    if (store !== undefined) this.#stores.push(store);
    const sockets = new Set<WebSocketLike>();
    let isDead = false;
    const environment: Environment = {
      now,
      monotonicNow: now,
      setTimeout: (ring, ms) =>
        setTimeout(() => {
          if (!isDead) ring();
        }, ms),
      clearTimeout,
      random: () => this.#random.next(),
      randomBytes: (length) => Uint8Array.from({ length }, () => this.#random.int(256)),
      openSocket: () => {
        const socket = this.#network.openSocket();
        sockets.add(socket);
        return socket;
      },
      onWake: () => () => {},
    };
    const kill = (): void => {
      isDead = true;
      store?.kill();
      for (const socket of sockets) {
        socket.onmessage = null;
        socket.onclose = null;
        socket.close();
      }
    };
    return { environment, store, kill };
  }

  get #serverCount(): number {
    return this.#options.servers ?? 1;
  }

  #bootAll(): void {
    while (this.#programs.size < this.#serverCount) this.#boot();
  }

  #boot(): void {
    const program = { isDead: false };
    const server = this.#newServer(this.#log.accessOf(`server-${this.#boots++}`, program), program);
    this.#programs.set(server, program);
    this.#network.servers.add(server);
  }

  #newServer(log: DocumentLog, program: { isDead: boolean }): DocumentServer {
    const clock = {
      now: this.#clock.now,
      // A program that has crashed does nothing any more.
      setTimeout: (ring: () => void, ms: number) =>
        this.#clock.setTimeout(() => {
          if (!program.isDead) ring();
        }, ms),
      clearTimeout: this.#clock.clearTimeout,
    };
    const { maxHistoryEntries } = this.#options;
    return createDocumentServer({
      log,
      clock,
      random: () => this.#random.next(),
      newToken: () => Array.from({ length: 3 }, () => this.#random.int(2 ** 32).toString(36)).join(""),
      idleMs: IDLE_MS,
      checkpointWeight: 2_000,
      history: { maxEntries: 60, maxWeight: 100_000 },
      ...(maxHistoryEntries === undefined ? {} : { limits: { maxHistoryEntries } }),
    });
  }

  /**
   * Whether a writer finds what was typed in a killed tab at once and in one piece. Not where another tab of the device may have it, nor
   * where a word may come to stand inside another: there tabs are killed between words, and letters are counted in the end.
   */
  get #findsAgain(): boolean {
    const { sharesDevices, takesBack, maxHistoryEntries } = this.#options;
    return sharesDevices !== true && takesBack !== true && maxHistoryEntries === undefined;
  }

  /** A writer's tab dies with its connections. A little later, or much, the document is opened again. */
  #kill(writer: Writer): void {
    if (!writer.isAlive) return;
    if (!this.#findsAgain && (writer.isMidWord || !writer.isKept)) return;
    this.#tally.kills++;
    writer.kill();
    this.#clock.setTimeout(() => writer.reopen(), this.#random.int(this.#random.chance(0.3) ? 5_000 : 300));
  }

  #crash(): void {
    if (this.#programs.size === 0) return;
    const [server, program] = this.#random.pick([...this.#programs]);
    this.#tally.crashes++;
    program.isDead = true;
    this.#programs.delete(server);
    this.#network.remove(server);
    this.#clock.setTimeout(() => {
      if (this.#programs.size < this.#serverCount) this.#boot();
    }, this.#random.int(3_000));
  }

  #keepTyping(writer: Writer): void {
    const pauseMs = this.#random.chance(0.1) ? 2_000 : 120;
    this.#clock.setTimeout(() => {
      if (this.#isHealing && writer.isAtRest) return;
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
    const head = await this.#log.log.readHead("simulated");
    return this.#writers.every(
      ({ document, isMidWord, isAlive }) =>
        isAlive && !isMidWord && document.status.state === "synced" && document.version === head.version,
    );
  }

  /** What an editor shows that only applies what it is told is what the document says, at every moment. */
  #checkShown(): void {
    for (const { name, document, shown, isAlive, fault } of this.#writers) {
      if (fault !== undefined) throw new Error(fault);
      if (isAlive && document.isReady && !shown.equals(document.text)) {
        throw new Error(`${name} shows ${shown.toString()}, the document says ${document.text.toString()}`);
      }
    }
  }

  async #checkEnd(): Promise<void> {
    const { version } = await this.#log.log.readHead("simulated");
    const start = (await this.#log.log.loadCheckpoint("simulated"))?.version ?? 0;
    const isTrimmed = (await this.#log.log.readEntries("simulated", 0, 1)) === undefined;
    const after = isTrimmed ? start : 0;
    const entries = (await this.#log.log.readEntries("simulated", after, version)) ?? [];
    this.#tally.version = version;
    this.#tally.handovers = this.#stores.reduce((sum, { handovers }) => sum + handovers, 0);
    const texts = this.#writers.map(({ document }) => document.text.toString());
    const [text = ""] = texts;
    if (texts.some((other) => other !== text)) throw new Error(`[I1] texts differ: ${this.#describe()}`);

    const numbers = entries.map(({ session, seq }) => `${session} ${seq}`);
    if (new Set(numbers).size !== numbers.length) throw new Error("[I2] an operation is in the log twice");
    if (entries.some((entry, index) => entry.version !== after + index + 1))
      throw new Error("[I4] the log has a gap");

    // Where history is gone, a difference of two texts says where something belongs, which may be inside a word.
    const { takesBack, maxHistoryEntries, failoversEveryMs } = this.#options;
    const mayMix = takesBack === true || maxHistoryEntries !== undefined || failoversEveryMs !== undefined;
    const begun = this.#begunWith(text);
    this.#tally.words = (mayMix ? checkLetters : checkWords)(text, this.#writers, begun);
    for (const writer of this.#writers) {
      if (writer.recoveries > 0) throw new Error(`${writer.name} was told that the fate of edits is unknown`);
      this.#tally.merges += writer.merges;
      if (this.#options.sharesDevices !== true && this.#serverCount === 1) this.#checkCarets(writer);
    }
  }

  /** The initial text that the document began with: the first of those that came to the server. */
  #begunWith(text: string): string {
    if (this.#initialTexts.length === 0) return "";
    // The number is its own, whatever was typed into it.
    const begun = this.#initialTexts.filter((_, index) => text.includes(`[start.${index}`));
    if (begun.length !== 1) throw new Error(`${begun.length} initial texts are in ${text}`);
    return begun[0] ?? "";
  }

  /** Everybody sees everybody else's caret where its owner has it. */
  #checkCarets(viewer: Writer): void {
    for (const writer of this.#writers) {
      if (writer === viewer) continue;
      const seen = viewer.document.peers.filter(({ user }) => user.name === writer.name);
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
        ({ name, document, isAlive, isMidWord }) =>
          `${name} v${document.version} ${JSON.stringify(document.status)} ${isAlive} ${isMidWord} ${document.text.toString().slice(0, 500)}`,
      )
      .join("\n");
  }
}
