/** The numbers of the text core: `pnpm bench:ot`. Add rows by adding a function to the list. */
import { bundleRows } from "./ot/bundle.ts";
import { composeRows } from "./ot/compose.ts";
import { hostileRows } from "./ot/hostile.ts";
import { memoryRows } from "./ot/memory.ts";
import { mergeRows } from "./ot/merge.ts";
import { replayRows } from "./ot/replay.ts";
import { scalingRows } from "./ot/scaling.ts";
import { storedHistoryRows } from "./ot/stored-history.ts";
import { transformRows } from "./ot/transform.ts";
import { undoRows } from "./ot/undo.ts";
import type { Row } from "./measure.ts";
import { report } from "./report.ts";

const suites = [
  memoryRows,
  replayRows,
  transformRows,
  composeRows,
  mergeRows,
  undoRows,
  storedHistoryRows,
  hostileRows,
  scalingRows,
  bundleRows,
];

const rows: Row[] = [];
for (const suite of suites) {
  for (const row of await suite()) {
    rows.push(row);
    const compared =
      row.anchorValue === undefined ? "" : ` (${row.anchor}: ${row.anchorValue.toPrecision(3)})`;
    process.stdout.write(
      `${row.met ? "met " : "MISS"} ${row.name}: ${row.value.toPrecision(3)} ${row.unit}${compared}, ${row.ratio.toPrecision(3)} of ${row.target}\n`,
    );
  }
}
await report("ot", "The text core: `@interline/ot`", rows);
