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
