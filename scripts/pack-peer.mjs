/**
 * `npm run pack:peer NAME [FOLDER]`: packs what is built in a checkout, without its dependencies, as a peer
 * that tests talk to: `tests/fixtures/peers/NAME.tgz`. Each release adds one. How it is unpacked:
 * `tests/support/peer.ts`.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { root } from "./program.mjs";

const PACKAGES = [
  "packages/ot",
  "packages/protocol",
  "packages/client",
  "packages/server",
  "packages/redis",
  "apps/server",
];
const MAX_BYTES = 1_048_576;

const [name, folder = root] = process.argv.slice(2);
if (name === undefined) throw new Error("Say how the peer is called, as in: npm run pack:peer 1.0");

const made = mkdtempSync(join(tmpdir(), "peer-"));
for (const place of PACKAGES) {
  const from = resolve(folder, place);
  const described = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
  const { name, version, type, publishConfig, exports, dependencies } = described;
  mkdirSync(join(made, place), { recursive: true });
  const packed = { name, version, type, exports: publishConfig?.exports ?? exports, dependencies };
  writeFileSync(join(made, place, "package.json"), JSON.stringify(packed));
  cpSync(join(from, "dist"), join(made, place, "dist"), {
    recursive: true,
    // The program in one file holds libraries too: a peer runs the compiled files on those that are installed.
    filter: (path) => (statSync(path).isDirectory() ? basename(path) !== "bundle" : /\.m?js$/.test(path)),
  });
}
cpSync(resolve(folder, "apps/web/dist"), join(made, "apps/web/dist"), {
  recursive: true,
  filter: (path) => !path.endsWith(".map"),
});

const target = join(root, "tests/fixtures/peers", `${name}.tgz`);
mkdirSync(join(target, ".."), { recursive: true });
// The same files make the same archive, whoever packs them and when.
const fixed = ["--sort=name", "--mtime=UTC 2026-01-01", "--owner=0", "--group=0", "--numeric-owner"];
execFileSync("tar", [...fixed, "-I", "gzip -9n", "-cf", target, "-C", made, "."]);
rmSync(made, { recursive: true });
const { size } = statSync(target);
if (size > MAX_BYTES)
  throw new Error(`${target} has ${size} bytes: at most ${MAX_BYTES} are kept in the repository.`);
console.log(`${target}: ${size} bytes`);
