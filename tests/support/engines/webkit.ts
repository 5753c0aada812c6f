import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { find, thisMachine, webkit, xvfb } from "../../../scripts/real-parts.mjs";
import { freePort } from "../free-port.ts";
import { killWithUs } from "../kill-with-us.ts";
import { waitFor } from "../wait-for.ts";
import { actionsFor, actionsForCombinations, type Engine, type EnginePage } from "./engine-page.ts";

/**
 * WebKitGTK's small browser, which shares Safari's engine, not its platform. It needs a display, which Xvfb gives it, and is driven over
 * WebDriver (W3C) by the driver that comes with it: one for each page, as a driver has one session.
 */
export async function openWebKit(): Promise<Engine> {
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
  /** Commands go to one window, so they are given one after another. */
  let last: Promise<unknown> = Promise.resolve();
  const inWindow = <Answer>(handle: string, work: () => Promise<Answer>): Promise<Answer> => {
    const done = last.then(async () => {
      await ask("POST", `${session}/window`, { handle });
      return work();
    });
    last = done.catch(() => undefined);
    return done;
  };
  const tabOf = (handle: string): EnginePage => {
    const command = (path: string, body: object): Promise<unknown> =>
      inWindow(handle, () => ask("POST", `${session}${path}`, body));
    const perform = async (actions: object): Promise<void> => {
      await command("/actions", { actions: [actions] });
    };
    return {
      async goto(url) {
        await command("/url", { url });
      },
      async evaluate(body) {
        const script = `const done = arguments[0]; (async () => { ${body} })().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
        const answer = (await command("/execute/async", { script, args: [] })) as {
          value?: unknown;
          error?: string;
        };
        if (answer.error !== undefined) throw new Error(answer.error);
        return answer.value;
      },
      type: (text) => perform({ type: "key", id: "keyboard", actions: actionsFor(text) }),
      press: (...combinations) =>
        perform({ type: "key", id: "keyboard", actions: actionsForCombinations(combinations) }),
      async close() {
        await inWindow(handle, () => ask("DELETE", `${session}/window`));
      },
    };
  };
  // Without a window the session would end.
  const [first] = (await ask("GET", `${session}/window/handles`)) as string[];
  return {
    // A window of its own for each: what is in a tab behind others is hidden, and draws no frames.
    async newTab() {
      const made = (await inWindow(first ?? "", () =>
        ask("POST", `${session}/window/new`, { type: "window" }),
      )) as {
        handle: string;
      };
      return tabOf(made.handle);
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
