#!/usr/bin/env bash
# ot-text-unicode 4.0.0, Node 20. The documented `api` of the type, with which an application edits, can neither insert nor remove at the
# start of a text: it makes an operation that begins with a skip of 0, which the same type's `apply` refuses. At any other place it counts
# positions in UTF-16 code units and the lengths of deletes in Unicode code points: to take out one emoji by its length in JavaScript, 2,
# takes out two.
# Seen: {"insertAtStart":"Skip components must be >0","removeAtStart":"Skip components must be >0","removeTwoAfterA":"ax"}
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null; npm install --silent --no-audit --no-fund ot-text-unicode@4.0.0 >/dev/null
cat > run.cjs <<'JS'
const { type } = require("ot-text-unicode");
function after(text, change) {
  try {
    change(type.api(() => text, (op) => { text = type.apply(text, op); }));
    return text;
  } catch (error) {
    return error.message;
  }
}
console.log(JSON.stringify({
  insertAtStart: after("abc", (api) => api.insert(0, "-")),
  removeAtStart: after("abc", (api) => api.remove(0, 1)),
  removeTwoAfterA: after("a😀😀x", (api) => api.remove(1, 2)),
}));
JS
seen=$(node run.cjs); echo "$seen"
[ "$seen" = '{"insertAtStart":"Skip components must be >0","removeAtStart":"Skip components must be >0","removeTwoAfterA":"ax"}' ]
