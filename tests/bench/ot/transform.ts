import { compose, Operation, transform } from "@interline/ot";
import { type as textUnicode } from "ot-text-unicode";
import { against, medians, type Row, seededRandom } from "../measure.ts";
import { stockForm } from "./stock.ts";

const SMALL = 200_000;
const LARGE = 200;

/** Single edits as they come over the wire, and operations of a thousand components. */
export function transformRows(): Row[] {
  const random = seededRandom(3);
  const edit = (length: number): Operation => {
    const at = 1 + Math.floor(random() * (length - 4));
    return Operation.from(random() < 0.7 ? [at, "x"] : [at, { d: 2 }], length);
  };
  const pairs = Array.from({ length: 1000 }, () => [edit(1000), edit(1000)] as const);
  const chains = Array.from({ length: 1000 }, () => {
    const first = edit(1000);
    return [first, edit(first.targetLength)] as const;
  });
  const stockPairs = pairs.map(([a, b]) => [stockForm(a), stockForm(b)] as const);
  const stockChains = chains.map(([a, b]) => [stockForm(a), stockForm(b)] as const);
  const small = medians(9, {
    transform: () => loop(SMALL, pairs, ([a, b]) => transform(a, b, "left")),
    stockTransform: () => loop(SMALL, stockPairs, ([a, b]) => textUnicode.transform(a, b, "left")),
    compose: () => loop(SMALL, chains, ([a, b]) => compose(a, b)),
    stockCompose: () => loop(SMALL, stockChains, ([a, b]) => textUnicode.compose(a, b)),
  });

  const crumbs = (): Operation => {
    const components: (number | string | { d: number })[] = [];
    for (let index = 0; index < 500; index++) {
      components.push(
        1 + Math.floor(random() * 18),
        index % 3 === 0 ? { d: 1 + Math.floor(random() * 3) } : "ab",
      );
    }
    return Operation.from(components, 20_000);
  };
  const large = [[crumbs(), crumbs()] as const];
  const stockLarge = large.map(([a, b]) => [stockForm(a), stockForm(b)] as const);
  const thousands = medians(9, {
    transform: () => loop(LARGE, large, ([a, b]) => transform(a, b, "left")),
    stockTransform: () => loop(LARGE, stockLarge, ([a, b]) => textUnicode.transform(a, b, "left")),
  });
  const perCall = (ms: number, calls: number): number => (ms * 1e6) / calls;
  const anchor = "ot-text-unicode";
  return [
    against(
      "small transform, 2 components each",
      "ns",
      perCall(small.transform, SMALL),
      anchor,
      perCall(small.stockTransform, SMALL),
      0.35,
    ),
    against(
      "small compose, 2 components each",
      "ns",
      perCall(small.compose, SMALL),
      anchor,
      perCall(small.stockCompose, SMALL),
      0.4,
    ),
    against(
      "transform, 1,000 × 1,000 components",
      "µs",
      perCall(thousands.transform, LARGE) / 1000,
      anchor,
      perCall(thousands.stockTransform, LARGE) / 1000,
      0.2,
    ),
  ];
}

/** Keeps the last result, so that no call can be left out. */
function loop<Case>(count: number, cases: readonly Case[], work: (item: Case) => unknown): unknown {
  let last: unknown;
  for (let index = 0; index < count; index++) last = work(cases[index % cases.length] as Case);
  return last;
}
