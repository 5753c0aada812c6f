#!/usr/bin/env bash
# @replit/codemirror-emacs 6.1.0, rolldown 1.2.19. The package registers its commands by a call that is marked as free of effects. A bundler that
# believes it leaves the call out: the keys are bound to names of commands that are not there, and C-a, C-k or C-y do nothing, without an
# error. Unbundled it works.
# Seen: {"unbundled":true,"bundled":false}
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @replit/codemirror-emacs@6.1.0 @codemirror/autocomplete@6.20.4 @codemirror/commands@6.11.1 \
  @codemirror/search@6.7.2 @codemirror/state@6.7.6 @codemirror/view@6.43.15 rolldown@1.2.19 >/dev/null
cat > run.mjs <<'JS'
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
// The commands of the keys, by one that only that call names.
const has = (code) => /killLine: ?\{/.test(code) || /killLine: ?function/.test(code) || code.includes("killLine(");
const source = fileURLToPath(import.meta.resolve("@replit/codemirror-emacs"));
const bundle = await rolldown({ input: source, external: /^@codemirror/, logLevel: "silent" });
const { output } = await bundle.generate({ format: "es" });
const unbundled = await readFile(source.replace(/\.c?js$/, ".js"), "utf8");
console.log(JSON.stringify({ unbundled: has(unbundled), bundled: has(output[0].code) }));
JS
seen=$(node run.mjs); echo "$seen"
[ "$seen" = '{"unbundled":true,"bundled":false}' ]
