import { existsSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { root, run } from "./program.mjs";
import { Stop, step } from "./step.mjs";
import { unlessUnchanged } from "./unless-unchanged.mjs";

/** Where the stamps and reports of these scripts are kept; goes when `node_modules` goes. */
export const cache = join(root, "node_modules", ".cache", "interline");

/** The folders of all packages: absolute paths. */
export const workspaces = ["packages", "apps", "examples"]
  .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(root, parent, name)))
  .concat(join(root, "tests"))
  .filter((folder) => existsSync(join(folder, "package.json")));

/** Installs what the lockfile says with the pnpm that `packageManager` names, which npm fetches. */
export async function install() {
  const manifests = [root, ...workspaces].map((folder) => join(folder, "package.json"));
  await step("install", () =>
    unlessUnchanged({
      stamp: join(cache, "install"),
      inputs: [...manifests, join(root, "pnpm-lock.yaml"), join(root, "pnpm-workspace.yaml")],
      outputs: manifests.filter(hasDependencies).map((manifest) => join(dirname(manifest), "node_modules")),
      make: () => pnpm("install", "--frozen-lockfile"),
    }),
  );
}

/** How npm and pnpm say that they cannot reach where packages come from. */
const UNREACHABLE =
  /\b(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/;
/** The network is tried twice, not for more than a minute as npm would: a person waits. */
const NETWORK = {
  npm_config_fetch_retries: "1",
  npm_config_fetch_retry_mintimeout: "1000",
  npm_config_fetch_retry_maxtimeout: "2000",
};

/**
 * npm's own runner fetches the one pinned version; no global pnpm and no corepack is needed or asked.
 * CI=true: pnpm without a terminal would refuse to replace an old node_modules. Optional packages are needed
 * (pnpm itself is one) and so are the tools of development, whatever the person's own settings say.
 *
 * @param {...string} args
 */
export async function pnpm(...args) {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  try {
    return await run(
      process.execPath,
      [npmProgram(), "exec", "--yes", "--include=optional", "--", packageManager, ...args],
      { env: { CI: "true", NODE_ENV: "development", ...NETWORK } },
    );
  } catch (error) {
    const [code] = (error instanceof Stop && UNREACHABLE.exec(error.message)) || [];
    if (code === undefined) throw error;
    throw new Stop(
      `The packages could not be fetched, as the npm registry cannot be reached (${code}). Check the network, and a proxy if there is one ("npm config get registry"), and start again.`,
    );
  }
}

/** The file of npm's program: the npm that started us, or the one beside Node, or the one on the path. */
function npmProgram() {
  const node = dirname(process.execPath);
  const candidates = [
    process.env["npm_execpath"] ?? "",
    join(node, "node_modules", "npm", "bin", "npm-cli.js"),
    join(node, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    ...(process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "npm")),
  ];
  for (const candidate of candidates.filter((path) => existsSync(path))) {
    const program = realpathSync(candidate);
    if (basename(program) === "npm-cli.js") return program;
  }
  throw new Stop("npm was not found: install the npm that comes with Node.");
}

/** @param {string} manifest */
function hasDependencies(manifest) {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(manifest, "utf8"));
  return Object.keys({ ...dependencies, ...devDependencies }).length > 0;
}
