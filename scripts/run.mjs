/**
 * The way in: `node scripts/run.mjs start | cluster | dev | test | suite | check | fuzz | build`, then options.
 * Needs only Node and npm, so that it runs in a fresh clone: everything else it installs.
 */

const [name = "", ...args] = process.argv.slice(2);
const command = new Map([
  ["start", async () => (await import("./start.mjs")).start(args)],
  ["cluster", async () => (await import("./cluster.mjs")).cluster(args)],
  ["dev", async () => (await import("./dev.mjs")).dev(args)],
  ["test", async () => (await import("./test.mjs")).test(args)],
  ["suite", async () => (await import("./test.mjs")).suite(args)],
  ["check", async () => (await import("./test.mjs")).check()],
  ["fuzz", async () => (await import("./fuzz.mjs")).fuzz(args)],
  ["build", async () => (await import("./start.mjs")).prepare().then(() => 0)],
]).get(name);
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Interline needs Node 20.19 or later; this is ${process.versions.node}.`);
  process.exitCode = 1;
} else if (!command) {
  console.error("Say one of: start, cluster, dev, test, suite, check, fuzz, build.");
  process.exitCode = 1;
} else {
  const { Stop } = await import("./step.mjs");
  if (process.env["npm_lifecycle_event"]) endWithParent();
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    if (error.message) console.error(error.message);
    process.exitCode = error.exitCode;
  }
}

/**
 * When npm is asked to end it ends the shell between it and us and leaves us behind: take that for a SIGTERM of
 * our own. A parent changes without a notice, so this looks four times a second.
 */
function endWithParent() {
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    process.kill(process.pid, "SIGTERM");
  }, 250).unref();
}
