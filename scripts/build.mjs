import { join } from "node:path";
import { cache, workspaces } from "./install.mjs";
import { root, run, tool } from "./program.mjs";
import { step } from "./step.mjs";
import { filesBelow, unlessUnchanged } from "./unless-unchanged.mjs";

const web = join(root, "apps", "web");
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
      inputs: [...settings, ...projects.flatMap(sources)],
      outputs: projects.map((folder) => join(folder, bundled.includes(folder) ? "dist-types" : "dist")),
      make: () => run(...tool("typescript/bin/tsc", "-b")),
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

/** @param {string} folder */
function sources(folder) {
  return filesBelow(folder, ["node_modules", "dist", "dist-types", "test"]);
}
