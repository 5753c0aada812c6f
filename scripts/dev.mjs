import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { install } from "./install.mjs";
import { launch, root, tool } from "./program.mjs";

/**
 * Runs the server and the page from their sources, both with reload, until one of them ends or Ctrl-C.
 * Vite passes the WebSocket on to the server that `INTERLINE_SERVER` names.
 *
 * @param {string[]} args options of the server
 * @returns {Promise<number>} exit code
 */
export async function dev(args) {
  await install();
  const { values } = parseArgs({ args, options: { port: { type: "string" } }, strict: false });
  const serverPort = await freePortFrom(Number(values["port"] ?? process.env["PORT"] ?? 8080));
  const pagePort = await freePortFrom(5173);

  const [node, watch] = tool("tsx/dist/cli.mjs", "watch", "--conditions=development");
  const server = launch(node, [...watch, "apps/server/src/main.ts", ...args, "--port", `${serverPort}`], {
    stdio: ["ignore", "ignore", "inherit"], // it logs to stderr; the address on stdout is not the one to open
  });
  const [, vite] = tool("vite/bin/vite.js", "--logLevel=warn", "--host=127.0.0.1");
  const page = launch(node, [...vite, `--port=${pagePort}`, "--strictPort"], {
    stdio: ["ignore", "inherit", "inherit"],
    cwd: join(root, "apps", "web"),
    env: { INTERLINE_SERVER: `http://127.0.0.1:${serverPort}` },
  });

  const ended = Promise.race([server.exitCode, page.exitCode]);
  const isUp = Promise.all([accepts(serverPort, ended), accepts(pagePort, ended)]);
  void isUp.then((up) => up.every(Boolean) && console.log(`\nOpen http://localhost:${pagePort}\n`));
  const exitCode = await ended;
  server.process.kill();
  page.process.kill();
  await Promise.all([server.exitCode, page.exitCode]);
  return server.isInterrupted() ? 0 : exitCode;
}

/**
 * @param {number} port the first to try
 * @returns {Promise<number>}
 */
function freePortFrom(port) {
  return new Promise((resolve, reject) => {
    const probe = createServer()
      .once("error", (error) => {
        if ("code" in error && error.code === "EADDRINUSE") resolve(freePortFrom(port + 1));
        else reject(error);
      })
      .listen(port, "127.0.0.1", () => probe.close(() => resolve(port)));
  });
}

/**
 * Waits until the port accepts connections: true; or until `ended` settles: false.
 *
 * @param {number} port
 * @param {Promise<unknown>} ended
 */
async function accepts(port, ended) {
  const isOver = ended.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([isOver, delay(100, false)]))) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await new Promise((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return true;
  }
  return false;
}
