import { spawn } from "node:child_process";
import { connect } from "node:net";
import { find, redis, thisMachine } from "../../scripts/real-parts.mjs";
import { freePort } from "./free-port.ts";
import { killWithUs } from "./kill-with-us.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { waitFor } from "./wait-for.ts";

/** A real Redis of one test, without persistence. It ends at the end of an `await using` block. */
export interface RedisProcess extends AsyncDisposable {
  /** TCP port of 127.0.0.1. */
  readonly port: number;
}

/** Starts the real redis-server that `npm test` found and returns when it answers. */
export async function startRedis(): Promise<RedisProcess> {
  const program = find(redis, thisMachine());
  if (!program) throw new Error(`Redis is missing: run "npm test", or set ${redis.variable}.`);
  const folder = await temporaryFolder();
  const port = await freePort();
  const settings = { port: `${port}`, bind: "127.0.0.1", dir: folder.path, save: "", appendonly: "no" };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  killWithUs(child);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
    await folder[Symbol.asyncDispose]();
  };
  try {
    await waitFor("Redis to answer", async () => {
      if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}.`);
      return (await askRedis(port, "PING").catch(() => "")) === "+PONG\r\n";
    });
  } catch (error) {
    await stop();
    throw new Error(`Redis did not start. It printed:\n${output}`, { cause: error });
  }
  return { port, [Symbol.asyncDispose]: stop };
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
