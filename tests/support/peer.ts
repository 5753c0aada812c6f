import { execFile } from "node:child_process";
import type * as client from "@interline/client";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** A release of this project, as it was built, on the libraries of today. */
export interface Peer {
  /** Absolute path of the server program, with the page of its time: see `ServerOptions.program`. */
  readonly program: string;
  /** Its client, as `@interline/client` was then. */
  client(): Promise<typeof client>;
}

/**
 * Unpacks a peer of `tests/fixtures/peers`, once for all tests: `"1.0"` is the first. `scripts/pack-peer.mjs`
 * makes them.
 */
export async function unpackPeer(name: string): Promise<Peer> {
  const folder = join(root, "node_modules/.cache/interline/releases", name);
  if (!(await exists(folder))) await unpack(name, folder);
  return {
    program: join(folder, "apps/server/dist/main.js"),
    client: () =>
      import(/* @vite-ignore */ pathToFileURL(join(folder, "packages/client/dist/index.js")).href) as Promise<
        typeof client
      >,
  };
}

async function unpack(name: string, folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  // Beside it, then renamed: whoever finds the folder finds all of it.
  const made = await mkdtemp(`${folder}-`);
  await run("tar", ["-xzf", join(root, "tests/fixtures/peers", `${name}.tgz`), "-C", made]);
  for (const place of [
    "packages/ot",
    "packages/protocol",
    "packages/client",
    "packages/server",
    "packages/redis",
    "apps/server",
  ]) {
    await link(made, folder, place);
  }
  await rename(made, folder).catch(async (error: unknown) => {
    await rm(made, { recursive: true });
    if (!(await exists(folder))) throw error;
  });
}

/**
 * Gives a package of the peer what it depends on: its own siblings, and the libraries that are installed
 * here. What only a release needs, our tests depend on.
 */
async function link(made: string, folder: string, place: string): Promise<void> {
  const { dependencies = {} } = JSON.parse(await readFile(join(made, place, "package.json"), "utf8")) as {
    dependencies?: Record<string, string>;
  };
  for (const dependency of Object.keys(dependencies)) {
    const sibling = /^@interline\/(.+)$/.exec(dependency)?.[1];
    const installed = join(root, place, "node_modules", dependency);
    const target =
      sibling !== undefined
        ? join(folder, "packages", sibling)
        : (await exists(installed))
          ? installed
          : join(root, "tests/node_modules", dependency);
    const from = join(made, place, "node_modules", dependency);
    await mkdir(dirname(from), { recursive: true });
    await symlink(target, from);
  }
}

async function exists(folder: string): Promise<boolean> {
  return readdir(folder).then(
    () => true,
    () => false,
  );
}
