import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/**
 * Does `make`, unless it was done before with the same inputs and its outputs are still there.
 * The stamp that says so is removed first and written only when `make` has succeeded: an interrupted or
 * failed `make` is always done again. An input that changes meanwhile is seen by the next call.
 *
 * @param {object} work
 * @param {string} work.stamp path of the stamp file
 * @param {string[]} work.inputs paths of files
 * @param {string[]} work.outputs paths of files or folders that `make` leaves
 * @param {() => Promise<unknown>} work.make
 * @returns {Promise<"unchanged" | void>}
 */
export async function unlessUnchanged({ stamp, inputs, outputs, make }) {
  const digest = digestOf(inputs, dirname(stamp));
  const isUnchanged = existsSync(stamp) && readFileSync(stamp, "utf8") === digest;
  if (isUnchanged && outputs.every((output) => existsSync(output))) return "unchanged";
  rmSync(stamp, { force: true });
  await make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(`${stamp}.new`, digest);
  renameSync(`${stamp}.new`, stamp);
}

/**
 * The names and contents of the files, and what else decides an outcome: Node's major version and the platform.
 *
 * @param {string[]} files
 * @param {string} from the folder that names are relative to, so that a moved clone stays unchanged
 */
function digestOf(files, from) {
  const hash = createHash("sha256");
  hash.update(`${process.versions.node.split(".")[0]} ${process.platform} ${process.arch}\n`);
  for (const file of files.toSorted()) {
    const content = readFileSync(file);
    hash.update(`${relative(from, file).replaceAll(sep, "/")} ${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/**
 * All files below a folder, without hidden ones and those in folders of the given names.
 *
 * @param {string} folder
 * @param {string[]} except
 * @returns {string[]}
 */
export function filesBelow(folder, except) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith(".") || except.includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path, except) : [path];
  });
}
