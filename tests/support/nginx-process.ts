import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { find, nginx, thisMachine } from "../../scripts/real-parts.mjs";
import { killWithUs } from "./kill-with-us.ts";
import { waitFor } from "./wait-for.ts";

/** A real nginx of one test. It ends at the end of an `await using` block. */
export interface NginxProcess extends AsyncDisposable {
  /** The program and the arguments that make it take this test's folder. */
  readonly command: readonly string[];
}

/** Path of the real nginx that `npm test` found. */
function nginxProgram(): string {
  const program = find(nginx, thisMachine());
  if (!program) throw new Error(`nginx is missing: run "npm test", or set ${nginx.variable}.`);
  return program;
}

/**
 * Starts nginx in a folder, with what stands there in `conf.d`, and returns when it listens on `port`.
 */
export async function startNginx(folder: string, port: number): Promise<NginxProcess> {
  await mkdir(join(folder, "conf.d"), { recursive: true });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `  ${name}_temp_path ${join(folder, `${name}_temp`)};`,
  );
  const configuration = [
    "daemon off;",
    // Its workers may write where we may.
    ...(process.getuid?.() === 0 ? ["user root;"] : []),
    "worker_processes 1;",
    `pid ${join(folder, "nginx.pid")};`,
    `error_log ${join(folder, "error.log")};`,
    "events { worker_connections 1024; }",
    "http {",
    "  access_log off;",
    ...temporary,
    `  include ${join(folder, "conf.d")}/*.conf;`,
    "}",
  ];
  const file = join(folder, "nginx.conf");
  await writeFile(file, `${configuration.join("\n")}\n`);
  const command = [nginxProgram(), "-p", folder, "-c", file, "-e", join(folder, "error.log")] as const;
  const child = spawn(command[0], command.slice(1), { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  killWithUs(child);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
  };
  try {
    await waitFor("nginx to listen", async () => {
      if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}.`);
      return isListening(port);
    });
  } catch (error) {
    await stop();
    throw new Error(`nginx did not start. It printed:\n${output}`, { cause: error });
  }
  return { command, [Symbol.asyncDispose]: stop };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      resolve(true);
      socket.destroy();
    });
    socket.once("error", () => resolve(false));
  });
}
