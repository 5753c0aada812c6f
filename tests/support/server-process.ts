import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";
import { killWithUs } from "./kill-with-us.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";
import { waitFor } from "./wait-for.ts";

/** What a server process is started with. */
export interface ServerOptions {
  /** Folder of the embedded store, which stays when the process ends. By default one of its own, which goes with it in the end. */
  readonly dataDirectory?: string;
  /** TCP port of 127.0.0.1; a free one by default. */
  readonly port?: number;
  /** More arguments for the program. */
  readonly args?: readonly string[];
  /** Added to the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Absolute path of the program; `serverProgram` by default. */
  readonly program?: string;
  /** How long the program may take until it is ready, in milliseconds; 60 000 by default. */
  readonly readyWithinMs?: number;
}

/**
 * The real server program as a process of its own. It is killed when this process ends, and at the end of an
 * `await using` block.
 */
export class ServerProcess implements AsyncDisposable {
  readonly port: number;
  readonly #options: ServerOptions;
  readonly #dataDirectory: string;
  readonly #ownFolder: TemporaryFolder | undefined;
  #child: ChildProcess | undefined;
  #output = "";

  private constructor(port: number, options: ServerOptions, folder: string | TemporaryFolder) {
    this.port = port;
    this.#options = options;
    this.#ownFolder = typeof folder === "string" ? undefined : folder;
    this.#dataDirectory = typeof folder === "string" ? folder : folder.path;
  }

  /** Starts a server and returns when it is ready. Throws with all its output when it ends before. */
  static async start(options: ServerOptions = {}): Promise<ServerProcess> {
    const folder = options.dataDirectory ?? (await temporaryFolder());
    const server = new ServerProcess(options.port ?? (await freePort()), options, folder);
    await server.#launch();
    return server;
  }

  /** Where the page and the HTTP API are: `http://127.0.0.1:PORT`, without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Where clients connect: `ws://127.0.0.1:PORT/sync`. */
  get syncUrl(): string {
    return `ws://127.0.0.1:${this.port}/sync`;
  }

  /** All that the process printed to both streams, over all restarts. */
  get output(): string {
    return this.#output;
  }

  /** The id of the running process; undefined when there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Ends the process at once (SIGKILL), as a crash would, and returns when it is gone. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Asks the process to end (SIGTERM) and returns its exit code; null when a signal ended it. */
  stop(): Promise<number | null> {
    return this.#end("SIGTERM");
  }

  /** Starts the program again on the same port and data, after a `kill` or else a `stop`. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#launch();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.#ownFolder?.[Symbol.asyncDispose]();
  }

  async #launch(): Promise<void> {
    const { program = serverProgram, args = [], env, readyWithinMs = 60_000 } = this.#options;
    const where = ["--port", `${this.port}`, "--host", "127.0.0.1", "--data-dir", this.#dataDirectory];
    const child = spawn(process.execPath, [program, ...where, ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    killWithUs(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    }
    try {
      await waitFor("the server to be ready", () => this.#isReady(child), { timeoutMs: readyWithinMs });
    } catch (error) {
      await this.kill();
      throw new Error(`The server did not start. It printed:\n${this.#output}`, { cause: error });
    }
  }

  async #isReady(child: ChildProcess): Promise<boolean> {
    if (hasEnded(child)) throw new Error(`It ended with code ${child.exitCode}, signal ${child.signalCode}.`);
    try {
      const answer = await fetch(`${this.url}/healthz`, { signal: AbortSignal.timeout(1000) });
      await answer.body?.cancel();
      return answer.ok;
    } catch {
      return false; // not listening yet
    }
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (!child) return null;
    if (!hasEnded(child)) {
      child.kill(signal);
      await once(child, "close");
    }
    this.#child = undefined;
    return child.exitCode;
  }
}

/**
 * Absolute path of the server program as it was compiled, each module in a file of its own: they can be
 * replaced one by one.
 */
export const compiledProgram: string = fileURLToPath(
  new URL("../../apps/server/dist/main.js", import.meta.url),
);

/** Absolute path of the server program: the one that `INTERLINE_PROGRAM` names, or what was compiled last. */
export const serverProgram: string = process.env["INTERLINE_PROGRAM"] ?? compiledProgram;

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
