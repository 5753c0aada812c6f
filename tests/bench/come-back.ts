import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type * as client from "@interline/client";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { median } from "./measure.ts";

/**
 * How long somebody needs to come back after 5,000 operations of others with 500 edits of their own: the real client library
 * and the real program, on disk and in memory, alternating between one or more built checkouts.
 *
 *     node --import tsx tests/bench/come-back.ts [--rounds 10] [--latency 0] [FOLDER …]
 *
 * `--latency`: how long each way of the one who comes back takes, in ms.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "10" }, latency: { type: "string", default: "0" } },
});
const trees = positionals.length > 0 ? positionals.map((path) => resolve(path)) : [process.cwd()];
const rounds = Number(values.rounds);

const MISSED = 5_000;
const OWN = 500;
const WRITERS = 10;

type Client = typeof client;
type SharedDocument = client.SharedDocument;

const { WebSocket } = createRequire(join(process.cwd(), "packages/server/package.json"))("ws") as {
  WebSocket: new (url: string, subprotocols: string[]) => client.WebSocketLike & { terminate(): void };
};

class Bench {
  readonly times: number[] = [];
  readonly #library: Client;
  readonly #port: number;
  readonly #farPort: number;
  #isCut = false;
  #cut: () => void = () => {};

  /** `farPort`: the port for the one who comes back. */
  constructor(library: Client, port: number, farPort: number) {
    this.#library = library;
    this.#port = port;
    this.#farPort = farPort;
  }

  #open(id: string, canBeCut: boolean): SharedDocument {
    const environment = this.#library.platformEnvironment();
    return this.#library.openDocument({
      url: `ws://127.0.0.1:${canBeCut ? this.#farPort : this.#port}/sync`,
      document: "shared",
      store: null,
      user: { id, name: id, color: 1 },
      // Nothing but the bench brings it back.
      backoff: { firstMs: 3_600_000, maxMs: 3_600_000 },
      environment: {
        ...environment,
        openSocket: (url, subprotocols) => {
          if (canBeCut && this.#isCut) throw new Error("cut");
          const socket = new WebSocket(url, subprotocols);
          if (canBeCut) this.#cut = () => socket.terminate();
          return socket;
        },
      },
    });
  }

  async run(): Promise<void> {
    const away = this.#open("away", true);
    const writers = Array.from({ length: WRITERS }, (_, index) => this.#open(`writer${index}`, false));
    const all = [away, ...writers];
    await until(() => all.every(({ isReady, status }) => isReady && status.state === "synced"));
    away.insert(0, "-".repeat(1_000));
    let length = 1_000;
    await until(() => all.every(({ text }) => text.points === length));
    for (let round = 0; round < rounds; round++) {
      this.#isCut = true;
      this.#cut();
      await until(() => away.status.state === "offline");
      for (let turn = 0; turn < MISSED / WRITERS; turn++) {
        for (const [index, writer] of writers.entries()) writer.insert(index * 50, "x");
        await until(() => writers.every(({ status }) => status.pendingEdits === 0));
      }
      for (let key = 0; key < OWN; key++) away.insert(Math.floor(key / 20) * 40 + (key % 20), "y");
      length += MISSED + OWN;
      await until(() => writers.every(({ text }) => text.points === length - OWN));
      this.#isCut = false;
      const start = performance.now();
      away.reconnect();
      await until(() => away.status.state === "synced" && away.text.points === length);
      this.times.push(performance.now() - start);
      await until(() => writers.every(({ text }) => text.points === length));
      if (writers[0]?.text.toString() !== away.text.toString()) throw new Error("texts differ");
    }
    for (const document of all) document.close();
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`waited too long for ${isTrue.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function benched(tree: string, inMemory: boolean): Promise<number[]> {
  const folder = await mkdtemp(join(inMemory ? "/dev/shm" : tmpdir(), "interline-bench-"));
  const server = spawn(
    process.execPath,
    [join(tree, "apps/server/dist/main.js"), "--port", "0", "--data-dir", folder],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_ENV: "production" },
    },
  );
  try {
    const port = await new Promise<string>((resolve, reject) => {
      let out = "";
      server.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${out}`)));
      server.stdout.on("data", (chunk: Buffer) => {
        out += chunk.toString();
        const found = /:(\d{4,5})\b/.exec(out)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    const library = (await import(pathToFileURL(join(tree, "packages/client/dist/index.js")).href)) as Client;
    await using proxy = await TcpProxy.start(Number(port));
    proxy.setLatency(Number(values.latency));
    const bench = new Bench(library, Number(port), proxy.port);
    await bench.run();
    return bench.times;
  } finally {
    server.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

for (const inMemory of [false, true]) {
  const times = new Map<string, number[]>(trees.map((tree) => [tree, []]));
  for (let turn = 0; turn < 2; turn++) {
    for (const tree of trees) {
      // Until then the code is being compiled.
      times.get(tree)?.push(...(await benched(tree, inMemory)).slice(2));
    }
  }
  for (const [tree, list] of times) {
    process.stdout.write(
      `${inMemory ? "memory" : "disk  "} ${tree}: median ${median(list).toFixed(1)} ms, from ${Math.min(...list).toFixed(1)} to ${Math.max(...list).toFixed(1)}\n`,
    );
  }
}
