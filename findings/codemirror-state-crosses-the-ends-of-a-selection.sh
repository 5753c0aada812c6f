#!/usr/bin/env bash
# @codemirror/state 6.7.6, Node 20. A change that replaces more than what is selected, as an edit by somebody else may, maps the two ends of the
# selection past each other: each is moved away from the text that was put in its place. The range that comes out begins behind its own end, and
# typing over it throws. A replacement of exactly what is selected, or of less, leaves a range that is one.
# Seen: {"exactly":[4,10],"more":[8,2],"typing":"RangeError"}
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null; npm install --silent --no-audit --no-fund @codemirror/state@6.7.6 >/dev/null
cat > run.mjs <<'JS'
import { EditorSelection, EditorState } from "@codemirror/state";
const state = EditorState.create({ doc: "one two three", selection: EditorSelection.range(4, 7) });
const after = (from, to) => state.update({ changes: { from, to, insert: "others" } }).state;
const ends = ({ selection: { main } }) => [main.from, main.to];
let typing = "typed";
try {
  const more = after(2, 9);
  more.update(more.replaceSelection("x"));
} catch (error) {
  typing = error.constructor.name;
}
console.log(JSON.stringify({ exactly: ends(after(4, 7)), more: ends(after(2, 9)), typing }));
JS
seen=$(node run.mjs); echo "$seen"
[ "$seen" = '{"exactly":[4,10],"more":[8,2],"typing":"RangeError"}' ]
