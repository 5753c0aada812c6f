#!/usr/bin/env bash
# sharedb 7.0.0 with ot-text-unicode 4.0.0, Node 20.
# A client submits a delete, then types on. The server rejects the delete. As the delete does not carry its text it cannot be
# inverted, so the client loads the document again, and the insert that was typed behind, which nobody rejected, is thrown away
# as well: its callback gets an error, and the text has neither. An insert that is rejected is inverted, and what was typed behind stays.
# Seen: {"rejectedDelete":{"text":"hello","typedBehind":"failed"},"rejectedInsert":{"text":"hello!","typedBehind":"saved"}}
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null; npm install --silent --no-audit --no-fund sharedb@7.0.0 ot-text-unicode@4.0.0 >/dev/null
cat > run.cjs <<'JS'
const Backend = require("sharedb");
const { type } = require("ot-text-unicode");
Backend.types.register(type);
async function play(rejected, behind) {
  const backend = new Backend();
  let isRejecting = true;
  backend.use("submit", (context, next) => {
    if (context.op.op === undefined || !isRejecting) return next();
    isRejecting = false;
    next(new Error("rejected"));
  });
  const doc = backend.connect().get("notes", "one");
  doc.on("error", () => {});
  doc.preventCompose = true;
  await new Promise((resolve) => doc.create("hello", type.uri, resolve));
  let typedBehind;
  doc.submitOp(rejected, () => {});
  const done = new Promise((resolve) => {
    doc.submitOp(behind, (error) => {
      typedBehind = error ? "failed" : "saved";
      resolve();
    });
  });
  await done;
  await new Promise((resolve) => doc.whenNothingPending(resolve));
  return { text: doc.data, typedBehind };
}
(async () => {
  // The second operation is for the text after the first.
  const rejectedDelete = await play([{ d: 2 }], [3, "!"]);
  const rejectedInsert = await play(["ab"], [7, "!"]);
  console.log(JSON.stringify({ rejectedDelete, rejectedInsert }));
})();
JS
seen=$(node run.cjs | tail -n 1); echo "$seen"
[ "$seen" = '{"rejectedDelete":{"text":"hello","typedBehind":"failed"},"rejectedInsert":{"text":"hello!","typedBehind":"saved"}}' ]
