/**
 * Finds inputs that hang a type. An endless loop cannot be stopped from within, so the type is loaded in a process of its own, where a
 * thread beside it ends the process once a call has used too much processor time. The type itself does not run in a thread: a thread
 * that runs out of memory may take its process with it. For Node only: its own entry of the package.
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";

/** Which function of the type is called with the input. @public */
export type ProbedFunction =
  | "apply"
  | "transform"
  | "compose"
  | "normalize"
  | "checkOp"
  | "transformPosition";

/** @public */
export interface HangOptions {
  /** URL of the module that holds the type, for `import()`: `import.meta.resolve("ot-text-unicode")`. */
  readonly module: string;
  /** The export that is the type. Default: `type`. */
  readonly exportName?: string;
  /** Most processor time for one call, in ms: a busy machine makes no call hang. Default: 1000. */
  readonly limitMs?: number;
  /** Operations from outside. Default: `hostileOperations`. */
  readonly inputs?: readonly unknown[];
  /** Functions to call. Default: all that the type has. */
  readonly functions?: readonly ProbedFunction[];
  /** The document that `apply` gets. Default: `"A"`. */
  readonly document?: unknown;
  /** The operation that the others get beside the input. Default: `["x"]`. */
  readonly operation?: unknown;
  /** Flags of Node for the process, for example a loader for TypeScript. */
  readonly execArgv?: readonly string[];
}

/** @public */
export interface Probe {
  readonly function: ProbedFunction;
  readonly input: unknown;
  /** `hangs`: no answer within the limit. `exhausts`: the process ran out of memory or died. */
  readonly outcome: "returns" | "throws" | "hangs" | "exhausts";
  /** The result or the error, as text. */
  readonly detail: string;
}

/** @public */
export interface HangReport {
  readonly probes: readonly Probe[];
  /** Those that did not answer. None: every call is total within the limit. */
  readonly unanswered: readonly Probe[];
  /** Only the unanswered ones, as lines of text. */
  readonly text: string;
}

/**
 * Operations in the form of npm `ot-text-unicode` that no document has room for, and values that are no operations. All but the
 * last ones can come out of `JSON.parse`.
 * @public
 */
export const hostileOperations: readonly unknown[] = [
  [1e308, "x"],
  [1_000_000_000, "x"],
  [{ d: 1_000_000_000 }],
  [{ d: 1e308 }],
  [-1, "x"],
  [1.5, "x"],
  [null],
  [true],
  [{}],
  [{ d: "not there" }],
  [[]],
  ["\ud83d"],
  [1, 1, "x", "y", { d: 1 }, { d: 1 }],
  null,
  {},
  "text",
  1e308,
  [Number.NaN, "x"],
  [Number.POSITIVE_INFINITY, "x"],
  [{ d: Number.NaN }],
  [undefined],
];

const DEFAULT_LIMIT_MS = 1000;
/** Time for the process to start and load the type. */
const START_LIMIT_MS = 60_000;
/** What the watching thread ends the process with; nothing else sends it. */
const HANG_SIGNAL = "SIGTERM";
/** A call that waits without using the processor is ended after this many times its limit on the clock. */
const IDLE_FACTOR = 60;
/** A type that asks for more memory than this for one small input has no bound. */
const MAX_HEAP_MB = 128;
const ALL: readonly ProbedFunction[] = [
  "apply",
  "transform",
  "compose",
  "normalize",
  "checkOp",
  "transformPosition",
];

/**
 * Calls each function of a type with each hostile input, in a process of its own with a time limit per call.
 * @throws Error if the module cannot be loaded or has no such export.
 * @public
 */
export async function findHangs(options: HangOptions): Promise<HangReport> {
  const functions = options.functions ?? ALL;
  const inputs = options.inputs ?? hostileOperations;
  const calls = functions.flatMap((name) => inputs.map((input) => ({ function: name, input })));
  const probes: Probe[] = [];
  for (let next = 0; next < calls.length; ) next += await probeFrom(calls.slice(next), options, probes);
  const unanswered = probes.filter(({ outcome }) => outcome === "hangs" || outcome === "exhausts");
  return { probes, unanswered, text: unanswered.map(lineOf).join("\n") };
}

function lineOf({ function: name, input, outcome, detail }: Probe): string {
  return `${name}(${shown(input)}) ${outcome}: ${detail}`;
}

/** As in JavaScript: JSON has no word for some of the numbers. */
function shown(input: unknown): string {
  if (typeof input === "number" || input === undefined) return String(input);
  if (Array.isArray(input)) return `[${input.map(shown).join(",")}]`;
  if (typeof input !== "object" || input === null) return JSON.stringify(input);
  return `{${Object.entries(input)
    .map(([key, value]) => `${JSON.stringify(key)}:${shown(value)}`)
    .join(",")}}`;
}

type Message =
  | { readonly kind: "ready" }
  | { readonly kind: "absent" }
  | { readonly kind: "failed"; readonly detail: string }
  | { readonly kind: "returns" | "throws"; readonly detail: string };

interface CallToProbe {
  readonly function: ProbedFunction;
  readonly input: unknown;
}

/** Runs one process over the calls until it is through or one call does not answer. Gives the number of calls that are done. */
async function probeFrom(
  calls: readonly CallToProbe[],
  options: HangOptions,
  probes: Probe[],
): Promise<number> {
  const flags = [`--max-old-space-size=${MAX_HEAP_MB}`, ...(options.execArgv ?? [])];
  const child = spawn(process.execPath, [...flags, "--eval", CHILD_SOURCE], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    serialization: "advanced",
  });
  try {
    return await answers(child, calls, options, probes);
  } finally {
    child.kill("SIGKILL");
  }
}

function answers(
  child: ChildProcess,
  calls: readonly CallToProbe[],
  { module, exportName = "type", document = "A", operation = ["x"], limitMs = DEFAULT_LIMIT_MS }: HangOptions,
  probes: Probe[],
): Promise<number> {
  return new Promise((resolve, reject) => {
    let done = 0;
    let isReady = false;
    const give = (outcome: Probe["outcome"], detail: string): void => {
      const call = calls[done++];
      if (call !== undefined) probes.push({ ...call, outcome, detail });
    };
    const end = (): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      resolve(done);
    };
    const fail = (message: string): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      reject(new Error(message));
    };
    let timer = setTimeout(() => fail(`${module} does not load`), START_LIMIT_MS);
    const watch = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        give("hangs", `no answer in ${limitMs * IDLE_FACTOR} ms`);
        end();
      }, limitMs * IDLE_FACTOR);
    };
    child.on("message", (message: Message) => {
      if (message.kind === "failed") return fail(message.detail);
      if (message.kind === "ready") isReady = true;
      else if (message.kind === "absent") done++;
      else give(message.kind, message.detail);
      if (done < calls.length) watch();
      else end();
    });
    child.on("error", (error) => fail(String(error)));
    child.on("exit", (code, signal) => {
      const detail = `the process ended with ${signal ?? code ?? "no code"}`;
      if (!isReady) return fail(`${module}: ${detail}`);
      if (signal === HANG_SIGNAL) give("hangs", `no answer in ${limitMs} ms`);
      else give("exhausts", detail);
      end();
    });
    child.send({ module, exportName, document, operation, calls, limitMs });
  });
}

/**
 * Runs beside the type and compares the number of the current call and the processor time of the process, which includes this thread's
 * own few microseconds per look.
 */
const WATCHER_SOURCE = `
const { workerData: { count, limitMs } } = require("node:worker_threads");
let current = -1;
let before = process.cpuUsage();
setInterval(() => {
  const call = Atomics.load(count, 0);
  if (call !== current) {
    current = call;
    before = process.cpuUsage();
  }
  const { user, system } = process.cpuUsage(before);
  if (call > 0 && (user + system) / 1000 > limitMs) process.kill(process.pid, "${HANG_SIGNAL}");
}, 10);
`;

/** Plain JavaScript, so that it runs from source and from the built package alike. */
const CHILD_SOURCE = `
const { Worker } = require("node:worker_threads");
const count = new Int32Array(new SharedArrayBuffer(4));
const shown = (value) => {
  try { return String(JSON.stringify(value)).slice(0, 200); } catch (error) { return String(error); }
};
const perform = (type, name, input, { document, operation }) => {
  if (name === "apply") return type.apply(document, input);
  if (name === "transform") {
    type.transform(operation, input, "left");
    return type.transform(input, operation, "left");
  }
  if (name === "compose") {
    type.compose(operation, input);
    return type.compose(input, operation);
  }
  if (name === "transformPosition") return type.transformPosition(1, input);
  return type[name](input);
};
const answer = (type, { function: name, input }, task) => {
  if (typeof type[name] !== "function") return { kind: "absent" };
  try { return { kind: "returns", detail: shown(perform(type, name, input, task)) }; }
  catch (error) { return { kind: "throws", detail: String(error) }; }
};
const send = (message) => new Promise((resolve) => process.send(message, resolve));
process.on("message", async (task) => {
  try {
    const exported = await import(task.module);
    const type = exported[task.exportName] ?? exported.default?.[task.exportName];
    if (type === undefined) throw new Error(task.module + " has no export " + task.exportName);
    const workerData = { count, limitMs: task.limitMs };
    const watcher = new Worker(${JSON.stringify(WATCHER_SOURCE)}, { eval: true, workerData, execArgv: [] });
    await new Promise((resolve, reject) => watcher.once("online", resolve).once("error", reject));
    await send({ kind: "ready" });
    // Each answer is sent before the next call begins: a call that hangs would keep it back.
    for (const call of task.calls) {
      Atomics.add(count, 0, 1);
      await send(answer(type, call, task));
    }
  } catch (error) {
    await send({ kind: "failed", detail: String(error) });
  }
});
`;
