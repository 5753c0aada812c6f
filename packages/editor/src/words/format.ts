import type { Format } from "./words.ts";

/** How a locale writes numbers and lists. Each `Intl` object is made when it is first needed: they are slow to make. */
export function formatOf(locale: string): Format {
  const numbers = once(() => new Intl.NumberFormat(locale));
  const percents = once(() => new Intl.NumberFormat(locale, { style: "percent" }));
  const lists = once(() => new Intl.ListFormat(locale));
  const plurals = once(() => new Intl.PluralRules(locale));
  return {
    locale,
    number: (value) => numbers().format(value),
    percent: (share) => percents().format(share),
    list: (items) => lists().format(items),
    count: (value, { one, other }) =>
      (plurals().select(value) === "one" ? one : other).replace("#", () => numbers().format(value)),
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
