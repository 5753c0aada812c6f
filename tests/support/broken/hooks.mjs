/** What is taken out: in which file, which text, and what stands there instead. */
const CUTS = {
  /** A commit does not ask whether its session was opened elsewhere since. */
  fence: [["/redis/dist/scripts.js", "ARGV[at + 4] ~= row.fence and", "false and"]],
  /** Whatever is published is all there is: nothing that is missing is read, and heads are not compared. */
  reading: [
    ["/server/dist/log-follower.js", "async #refreshAll() {", "async #refreshAll() { return;"],
    ["/redis/dist/watches.js", "async #compareAll() {", "async #compareAll() { return;"],
  ],
};

const cuts = CUTS[process.env["INTERLINE_WITHOUT"] ?? ""] ?? [];

/** Changes a file of the program as it is loaded. */
export async function load(url, context, next) {
  const loaded = await next(url, context);
  let source = String(loaded.source ?? "");
  const ours = cuts.filter(([file]) => url.endsWith(file));
  for (const [file, text, instead] of ours) {
    if (!source.includes(text)) throw new Error(`${file} has no ${text}`);
    source = source.replace(text, instead);
  }
  return ours.length > 0 ? { ...loaded, source } : loaded;
}
