import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { find, thisMachine, webkit, xvfb } from "../../../scripts/real-parts.mjs";
import { freePort } from "../free-port.ts";
import { killWithUs } from "../kill-with-us.ts";
import { waitFor } from "../wait-for.ts";
import type { EnginePage } from "./engine-page.ts";

/**
 * WebKitGTK's small browser, which shares Safari's engine, not its platform. It needs a display, which Xvfb gives it, and is driven over
 * WebDriver (W3C) by the driver that comes with it: one for each page, as a driver has one session.
 */
export async function openWebKit(): Promise<EnginePage> {
  const driver = programOf(webkit);
  const display = spawn(programOf(xvfb), ["-displayfd", "3", "-screen", "0", "1280x800x24"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  killWithUs(display);
  const [number] = (await once(display.stdio[3] as NodeJS.ReadableStream, "data")) as [Buffer];
  const port = await freePort();
  const child = spawn(driver, [`--port=${port}`, "--host=127.0.0.1"], {
    env: { ...process.env, DISPLAY: `:${String(number).trim()}` },
    stdio: "ignore",
  });
  killWithUs(child);
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = (await answer.json()) as { value: unknown };
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  };
  await waitFor("the driver", () => ask("GET", "/status").catch(() => undefined));
  const options = { binary: miniBrowser(), args: ["--automation"] };
  const { sessionId } = (await ask("POST", "/session", {
    capabilities: { alwaysMatch: { "webkitgtk:browserOptions": options } },
  })) as { sessionId: string };
  const session = `/session/${sessionId}`;
  return {
    async goto(url) {
      await ask("POST", `${session}/url`, { url });
    },
    evaluate: (body) => ask("POST", `${session}/execute/sync`, { script: body, args: [] }),
    async type(text) {
      const actions = Array.from(text).flatMap((value) => [
        { type: "keyDown", value },
        { type: "keyUp", value },
      ]);
      await ask("POST", `${session}/actions`, { actions: [{ type: "key", id: "keyboard", actions }] });
    },
    async [Symbol.asyncDispose]() {
      await ask("DELETE", session).catch(() => undefined);
      await end(child);
      await end(display);
    },
  };
}

function programOf(part: typeof webkit): string {
  const program = find(part, thisMachine());
  if (!program)
    throw new Error(`${part.name} is missing: run "npm run test:browsers", or set ${part.variable}.`);
  return program;
}

/** The browser stands in a folder of its engine's version, beside the driver's libraries. */
function miniBrowser(): string {
  const usr = dirname(dirname(programOf(webkit)));
  const folders = readdirSync(join(usr, "lib"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(usr, "lib", name));
  for (const folder of folders.flatMap((lib) =>
    ["4.1", "6.0", "4.0"].map((api) => join(lib, `webkit2gtk-${api}`)),
  )) {
    const file = join(folder, "MiniBrowser");
    if (existsSync(file)) return file;
  }
  throw new Error("WebKitGTK's MiniBrowser was not found.");
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
