import { type ChildProcess, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { find, redis, thisMachine } from "../../scripts/real-parts.mjs";
import { freePort } from "./free-port.ts";
import { killWithUs } from "./kill-with-us.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { waitFor } from "./wait-for.ts";

export interface RedisOptions {
  /** True: every write is on the disk before it is answered. Default: nothing is ever written. */
  readonly isDurable?: boolean;
  /** Settings beyond those, by their names in redis.conf and with values as they stand there. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Lines of redis.conf after those. */
  readonly lines?: readonly string[];
  /** True: it keeps no data but watches over others. */
  readonly isSentinel?: boolean;
}

/** A real Redis of one test. It ends at the end of an `await using` block. */
export interface RedisProcess extends AsyncDisposable {
  /** TCP port of 127.0.0.1; the same after a restart. */
  readonly port: number;
  /** Ends it at once, without any chance to save. */
  kill(): Promise<void>;
  /** Starts it again, in the same folder. */
  restart(): Promise<void>;
  /** Stops it in the middle of whatever it does; sockets stay open. */
  pause(): void;
  resume(): void;
}

/** Starts the real redis-server that `npm test` found and returns when it answers. */
export async function startRedis({
  isDurable = false,
  settings = {},
  lines = [],
  isSentinel = false,
}: RedisOptions = {}): Promise<RedisProcess> {
  const program = find(redis, thisMachine());
  if (!program) throw new Error(`Redis is missing: run "npm test", or set ${redis.variable}.`);
  const folder = await temporaryFolder();
  const port = await freePort();
  const data = {
    save: '""',
    appendonly: isDurable ? "yes" : "no",
    appendfsync: "always",
    // By default a replica waits 5 s for others to share its first copy with.
    "repl-diskless-sync-delay": "0",
  };
  const all = {
    port: `${port}`,
    bind: "127.0.0.1",
    dir: folder.path,
    ...(isSentinel ? {} : data),
    ...settings,
  };
  const configuration = join(folder.path, "redis.conf");
  const text = [...Object.entries(all).map((setting) => setting.join(" ")), ...lines, ""].join("\n");
  await writeFile(configuration, text);
  const args = [configuration, ...(isSentinel ? ["--sentinel"] : [])];
  let child: ChildProcess;
  let ended: Promise<void>;

  const start = async (): Promise<void> => {
    const started = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    let output = "";
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    killWithUs(started);
    ended = new Promise((resolve) => started.once("close", () => resolve()));
    try {
      await waitFor("Redis to answer", async () => {
        if (started.exitCode !== null) throw new Error(`It ended with code ${started.exitCode}.`);
        // One that wants a password first answers too.
        return /^(\+PONG|-NOAUTH)/.test(await askRedis(port, "PING").catch(() => ""));
      });
    } catch (error) {
      started.kill("SIGKILL");
      throw new Error(`Redis did not start. It printed:\n${output}`, { cause: error });
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };

  try {
    await start();
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
  return {
    port,
    kill: () => end("SIGKILL"),
    restart: start,
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    async [Symbol.asyncDispose]() {
      child.kill("SIGCONT");
      await end("SIGTERM");
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Sends one inline command over a raw socket and returns the first bytes of the answer, e.g. `+PONG\r\n`. */
export function askRedis(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${command}\r\n`));
    socket.setEncoding("utf8").setTimeout(2000, () => socket.destroy(new Error("Redis is silent.")));
    socket.once("error", reject);
    socket.once("data", (answer: string) => {
      resolve(answer);
      socket.destroy();
    });
  });
}
