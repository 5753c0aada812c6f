import { join } from "node:path";
import { writeElementManifest } from "./element-manifest.mjs";
import { cache, workspaces } from "./install.mjs";
import { root, run, tool } from "./program.mjs";
import { step } from "./step.mjs";
import { filesBelow, unlessUnchanged } from "./unless-unchanged.mjs";

const web = join(root, "apps", "web");
const server = join(root, "apps", "server");
const inProgram = [
  "packages/ot",
  "packages/protocol",
  "packages/server",
  "packages/redis",
  "apps/server",
].map((path) => join(root, path));
const projects = workspaces.filter((folder) => folder !== join(root, "tests"));
/** What is bundled, not compiled, leaves only its types. */
const bundled = [web, join(root, "examples", "react")];
const notInPage = ["packages/server", "packages/testing", "apps/server", "examples/react"].map((path) =>
  join(root, path),
);
const settings = ["pnpm-lock.yaml", "tsconfig.base.json", "tsconfig.json"].map((name) => join(root, name));

/** Checks and compiles all packages and programs, which leaves a `dist` in each. */
export async function compile() {
  await step("compile", () =>
    unlessUnchanged({
      stamp: join(cache, "compile"),
      inputs: [...settings, ...projects.flatMap(sources), join(root, "scripts", "element-manifest.mjs")],
      outputs: projects.map((folder) => join(folder, bundled.includes(folder) ? "dist-types" : "dist")),
      make: async () => {
        await run(...tool("typescript/bin/tsc", "-b"));
        writeElementManifest();
      },
    }),
  );
}

/** Builds the page that the server serves: `apps/web/dist`. Needs what `compile` leaves. */
export async function buildPage() {
  await step("page", () =>
    unlessUnchanged({
      stamp: join(cache, "page"),
      inputs: [...settings, ...projects.filter((folder) => !notInPage.includes(folder)).flatMap(sources)],
      outputs: [join(web, "dist", "index.html")],
      make: () => run(...tool("vite/bin/vite.js", "build"), { cwd: web }),
    }),
  );
}

/**
 * The server program in one piece, which `npm start` and the tests run: `apps/server/dist/bundle/main.js`.
 * Needs what `compile` leaves.
 */
export const program = join(server, "dist", "bundle", "main.js");

/** Builds `program`. */
export async function buildProgram() {
  await step("program", () =>
    unlessUnchanged({
      stamp: join(cache, "program"),
      inputs: [...settings, ...inProgram.flatMap(sources)],
      outputs: [program],
      make: () => run(...tool("vite/bin/vite.js", "build"), { cwd: server }),
    }),
  );
}

/** @param {string} folder */
function sources(folder) {
  return filesBelow(folder, ["node_modules", "dist", "dist-types", "test"]);
}
