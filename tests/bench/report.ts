import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import type { Row } from "./measure.ts";

const docs = new URL("../../docs/", import.meta.url);

/**
 * Writes `docs/benchmarks/<section>.json` for programs, and the section's table in `docs/BENCHMARKS.md` for people, `details` in
 * Markdown after it.
 */
export async function report(
  section: string,
  title: string,
  rows: readonly Row[],
  details = "",
): Promise<void> {
  await mkdir(new URL("benchmarks/", docs), { recursive: true });
  await writeFile(new URL(`benchmarks/${section}.json`, docs), `${JSON.stringify(rows, undefined, 2)}\n`);
  const file = new URL("BENCHMARKS.md", docs);
  const begin = `<!-- ${section} -->`;
  const end = `<!-- /${section} -->`;
  const text = await readFile(file, "utf8").catch(() => HEADING);
  const table = `${begin}\n## ${title}\n\n${machine()}\n\n${tableOf(rows)}\n${details && `\n${details}\n`}${end}`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  const written =
    from < 0 || to < from
      ? `${text.trimEnd()}\n\n${table}\n`
      : text.slice(0, from) + table + text.slice(to + end.length);
  await writeFile(file, written);
}

/** Rows of a section as they were written down, with these in the places of those of the same names, and new ones behind those they follow. */
export async function withOlderRows(section: string, rows: readonly Row[]): Promise<Row[]> {
  const older = JSON.parse(await readFile(new URL(`benchmarks/${section}.json`, docs), "utf8")) as Row[];
  return merged(older, rows, ({ name }) => name);
}

/** A table of a section with the lines that were written down and are not in it, in the same way. What a new column has of an old line is not known. */
export async function withOlderLines(section: string, table: string): Promise<string> {
  const text = await readFile(new URL("BENCHMARKS.md", docs), "utf8").catch(() => "");
  const written = text
    .slice(text.indexOf(`<!-- ${section} -->`), text.indexOf(`<!-- /${section} -->`))
    .split("\n")
    .map(cellsOf);
  const [head = [], rule = [], ...newLines] = table.split("\n").map(cellsOf);
  // The last table of the section: its lines are not of the same columns as those of the first.
  const from = written.findLastIndex(([name, first]) => name === "" && head.includes(first ?? ""));
  if (from < 0) return table;
  const oldHead = written[from] ?? [];
  const older = written
    .slice(from + 2)
    .filter((cells) => cells.length > 1)
    .map((cells) => head.map((column, at) => (at === 0 ? cells[0] : cells[oldHead.indexOf(column)]) ?? "–"));
  const lines = merged(older, newLines, ([name = ""]) => name);
  return [head, rule, ...lines].map((cells) => `| ${cells.join(" | ")} |`.replace("|  |", "| |")).join("\n");
}

/** The cells of a line of a table; none of another line. */
function cellsOf(line: string): string[] {
  if (!line.startsWith("|")) return [];
  return line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());
}

/** Older things, with newer ones in the places of those of the same names, and those that are new behind the ones they follow. */
function merged<Thing>(
  older: readonly Thing[],
  newer: readonly Thing[],
  nameOf: (thing: Thing) => string,
): Thing[] {
  const all = [...older];
  let place = 0;
  for (const thing of newer) {
    const known = all.findIndex((other) => nameOf(other) === nameOf(thing));
    if (known < 0) all.splice(place, 0, thing);
    else all[known] = thing;
    place = known < 0 ? place + 1 : known + 1;
  }
  return all;
}

const HEADING = `# Benchmarks

Written by the scripts themselves (\`pnpm bench:ot\`, \`pnpm bench:server\`). Times are processor time, medians; machines differ, so what counts is
the ratio to the anchor, which was measured in the same run. Lower is better.
`;

function machine(): string {
  const [cpu] = cpus();
  return `Node ${process.versions.node}, ${cpus().length} × ${cpu?.model.trim() ?? "processor"}.`;
}

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ name, value, unit, anchor, anchorValue, ratio, target, met }) => {
    const compared = anchorValue === undefined ? "" : `${anchor}: ${shown(anchorValue)} ${unit}`;
    const reached = anchorValue === undefined ? `${shown(value)} ${unit}` : `${shown(ratio)} ×`;
    const aim = anchorValue === undefined ? `≤ ${target} ${unit}` : `≤ ${target} ×`;
    return `| ${name} | ${shown(value)} ${unit} | ${compared} | ${reached} | ${aim} | ${met ? "yes" : "**no**"} |`;
  });
  return `| | we | anchor | | target | met |\n| --- | --- | --- | --- | --- | --- |\n${lines.join("\n")}`;
}

function shown(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString("en-US");
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
}
