import { Composer, compose, composeAll, type Operation } from "@interline/ot";
import { against, medians, type Row } from "../measure.ts";
import { operationsOf, patchesOf, writing } from "./edits.ts";
import { stockForm, stockHalves } from "./stock.ts";

/** Our operations composed in halves, nothing joined before: what is online is measured against it. */
function halves(operations: readonly Operation[], from = 0, to = operations.length): Operation {
  if (to - from === 1) return operations[from] as Operation;
  const middle = (from + to) >> 1;
  return compose(halves(operations, from, middle), halves(operations, middle, to));
}

/** A whole history as one operation, and a buffer that grows edit by edit. */
export async function composeRows(): Promise<Row[]> {
  const operations = operationsOf(await patchesOf("automerge-paper"));
  const stock = operations.map(stockForm);
  const whole = medians(3, { ours: () => composeAll(operations), stock: () => stockHalves(stock) });

  const buffer = operationsOf(writing(65_000, 10_000, 5), 65_000);
  const online = medians(9, {
    ours: () => {
      const composer = new Composer();
      for (const operation of buffer) composer.add(operation);
      return composer.value;
    },
    balanced: () => halves(buffer),
  });
  return [
    against(
      "compose all of automerge-paper",
      "ms",
      whole.ours,
      "ot-text-unicode, in halves",
      whole.stock,
      0.5,
    ),
    against("compose 10,000 edits as they come", "ms", online.ours, "the same in halves", online.balanced, 2),
  ];
}
