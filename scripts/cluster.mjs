import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join, resolve as resolvePath } from "node:path";
import { parseArgs } from "node:util";
import { program } from "./build.mjs";
import { root } from "./program.mjs";
import { nginx, provideRealParts, redis } from "./real-parts.mjs";
import { prepare } from "./start.mjs";
import { Stop, step } from "./step.mjs";

const SERVERS = 3;
/** How long a part may take to listen, in ms. */
const START_MS = 20_000;

/**
 * Starts a Redis, three servers and an nginx before them, all on this machine, and runs them until it is asked to end or one of them ends.
 *
 * @param {string[]} args `--port 8080`: of nginx; the three ports after it are the servers', the fourth is Redis'. `--data-dir .data/cluster`
 * @returns {Promise<number>} exit code
 */
export async function cluster(args) {
  const { port, folder } = settingsOf(args);
  await prepare();
  /** @type {Record<string, string>} */
  let programs = {};
  await step("real parts", async () => {
    programs = await provideRealParts([redis, nginx]);
  });
  mkdirSync(folder, { recursive: true });
  const ports = Array.from({ length: SERVERS }, (_, index) => port + 1 + index);
  const redisPort = port + 1 + SERVERS;

  /** @type {{ name: string, child: import("node:child_process").ChildProcess }[]} */
  const parts = [];
  /** @type {(name: string, command: string, args: string[], port: number) => Promise<void>} */
  const start = async (name, command, commandArgs, listensOn) => {
    if (await listens(listensOn)) throw new Stop(`Port ${listensOn} is in use. Choose others with --port.`);
    // In a group of its own: a Ctrl-C reaches us alone, and the parts end in their order.
    const child = spawn(command, commandArgs, {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
      detached: true,
    });
    parts.push({ name, child });
    await untilListens(name, child, listensOn);
  };

  const end = async () => {
    // First who takes new clients, last who keeps their words.
    for (const { child } of parts.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGTERM");
      await once(child, "exit");
    }
  };

  try {
    await start(
      "Redis",
      programs[redis.variable] ?? "",
      [
        "--port",
        `${redisPort}`,
        "--bind",
        "127.0.0.1",
        "--dir",
        folder,
        "--save",
        "",
        "--appendonly",
        "yes",
        "--appendfsync",
        "always",
      ],
      redisPort,
    );
    for (const [index, serverPort] of ports.entries()) {
      const where = ["--port", `${serverPort}`, "--redis", `redis://127.0.0.1:${redisPort}`, "--trust-proxy"];
      await start(`server ${index + 1}`, process.execPath, [program, ...where], serverPort);
    }
    const configuration = join(folder, "nginx.conf");
    writeFileSync(configuration, nginxConfiguration(folder, port, ports));
    const files = ["-p", folder, "-c", configuration, "-e", join(folder, "nginx-error.log")];
    await start("nginx", programs[nginx.variable] ?? "", files, port);
    const pids = parts.map(({ name, child }) => `${name} (process ${child.pid})`).join(", ");
    console.log(`Three servers are ready: open http://127.0.0.1:${port}`);
    console.log(`Running: ${pids}. Kill any of the servers, and write on.`);
    await Promise.race([asked(), allServersEnded(parts)]);
  } finally {
    await end();
  }
  return 0;
}

/** @param {string[]} args */
function settingsOf(args) {
  const options = /** @type {const} */ ({ port: { type: "string" }, "data-dir": { type: "string" } });
  const { values } = parseArgs({ args, options });
  const port = Number(values.port ?? 8080);
  if (!Number.isInteger(port) || port < 1 || port > 65_530)
    throw new Stop("--port is a number from 1 to 65530.");
  return { port, folder: resolvePath(root, values["data-dir"] ?? ".data/cluster") };
}

/**
 * The file of `deploy/nginx` with the ports of here.
 *
 * @param {string} folder
 * @param {number} port
 * @param {number[]} ports
 */
export function nginxConfiguration(folder, port, ports) {
  let site = readFileSync(join(root, "deploy/nginx/many-servers.conf"), "utf8");
  for (const [index, serverPort] of ports.entries())
    site = site.replace(`127.0.0.1:${8081 + index}`, `127.0.0.1:${serverPort}`);
  site = site.replace("listen 8080;", `listen 127.0.0.1:${port};`);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `  ${name}_temp_path ${join(folder, `${name}_temp`)};`,
  );
  return [
    "daemon off;",
    ...(process.getuid?.() === 0 ? ["user root;"] : []),
    `pid ${join(folder, "nginx.pid")};`,
    "events { worker_connections 4096; }",
    "http {",
    "  access_log off;",
    ...temporary,
    site,
    "}",
    "",
  ].join("\n");
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function listens(port) {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/**
 * @param {string} name
 * @param {import("node:child_process").ChildProcess} child
 * @param {number} port
 */
async function untilListens(name, child, port) {
  const deadline = Date.now() + START_MS;
  while (!(await listens(port))) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      throw new Stop(`${name} did not start.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Resolves when somebody asks for the end. */
function asked() {
  return new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}

/**
 * One server may go, that is what the others are for.
 *
 * @param {{ name: string, child: import("node:child_process").ChildProcess }[]} parts
 */
function allServersEnded(parts) {
  return Promise.all(
    parts.filter(({ name }) => name.startsWith("server")).map(({ child }) => once(child, "exit")),
  );
}
