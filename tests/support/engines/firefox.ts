import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { WebSocket } from "ws";
import { find, firefox, thisMachine } from "../../../scripts/real-parts.mjs";
import { killWithUs } from "../kill-with-us.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import {
  actionsFor,
  actionsForCombinations,
  type Engine,
  type EnginePage,
  pointerActions,
} from "./engine-page.ts";

/** A tab of Firefox has a mouse, and can be printed. */
interface FirefoxPage extends EnginePage {
  /** Presses or releases the main button of the mouse at a place of the window, in CSS pixels. */
  pointer(what: "down" | "up", x: number, y: number): Promise<void>;
  /** Prints it to a PDF, on paper of 21 by 29.7 cm. */
  pdf(): Promise<Buffer>;
}

export interface Firefox extends Engine {
  newTab(): Promise<FirefoxPage>;
}

/**
 * The real Firefox that `npm run test:browsers` found, without a window, driven over WebDriver BiDi (W3C), which it speaks without a driver
 * program: Playwright needs a Firefox of its own build.
 */
export async function openFirefox(): Promise<Firefox> {
  const program = find(firefox, thisMachine());
  if (!program)
    throw new Error(`Firefox is missing: run "npm run test:browsers", or set ${firefox.variable}.`);
  const profile = await temporaryFolder();
  const args = ["--headless", "--no-remote", "--profile", profile.path, "--remote-debugging-port", "0"];
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  killWithUs(child);
  const bidi = await BiDi.connect(`${await listening(child)}/session`);
  await bidi.send("session.new", { capabilities: {} });
  return {
    async newTab() {
      const { context } = (await bidi.send("browsingContext.create", { type: "tab" })) as { context: string };
      return tabOf(bidi, context);
    },
    async [Symbol.asyncDispose]() {
      bidi.close();
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      await profile[Symbol.asyncDispose]();
    },
  };
}

function tabOf(bidi: BiDi, context: string): FirefoxPage {
  // Only the tab in front takes keys as from a person.
  const perform = async (actions: object): Promise<void> => {
    await bidi.send("browsingContext.activate", { context });
    await bidi.send("input.performActions", { context, actions: [actions] });
  };
  return {
    async goto(url) {
      await bidi.send("browsingContext.navigate", { context, url, wait: "complete" });
    },
    async evaluate(body) {
      const answer = (await bidi.send("script.evaluate", {
        expression: `(async () => JSON.stringify(await (async () => { ${body} })()) ?? null)()`,
        target: { context },
        awaitPromise: true,
      })) as { type: string; result?: { value?: string }; exceptionDetails?: { text: string } };
      if (answer.type !== "success") throw new Error(answer.exceptionDetails?.text);
      const json = answer.result?.value;
      return json === undefined ? undefined : JSON.parse(json);
    },
    type: (text) => perform({ type: "key", id: "keyboard", actions: actionsFor(text) }),
    press: (...combinations) =>
      perform({ type: "key", id: "keyboard", actions: actionsForCombinations(combinations) }),
    pointer: (what, x, y) => perform({ type: "pointer", id: "mouse", actions: pointerActions(what, x, y) }),
    async pdf() {
      const page = { width: 21, height: 29.7 };
      const { data } = (await bidi.send("browsingContext.print", { context, page })) as { data: string };
      return Buffer.from(data, "base64");
    },
    async close() {
      await bidi.send("browsingContext.close", { context });
    },
  };
}

/** The address that Firefox prints when it listens for BiDi. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const [, address] = /WebDriver BiDi listening on (ws:\S+)/.exec(output) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.once("exit", () => reject(new Error(`Firefox did not start. It printed:\n${output}`)));
  });
}

/** Commands and their answers over one WebSocket. */
class BiDi {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #commands = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      const answer = JSON.parse((data as Buffer).toString()) as Answer;
      this.#waiting.get(answer.id ?? 0)?.(answer);
      this.#waiting.delete(answer.id ?? 0);
    });
  }

  static async connect(url: string): Promise<BiDi> {
    const socket = new WebSocket(url);
    await once(socket, "open");
    return new BiDi(socket);
  }

  async send(method: string, params: object): Promise<unknown> {
    const id = ++this.#commands;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params }));
    const { result, error, message } = await answered;
    if (error !== undefined) throw new Error(`${method}: ${error}: ${message}`);
    return result;
  }

  close(): void {
    this.#socket.close();
  }
}

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
  readonly message?: string;
}
