import { diff, type Operation, OperationBuilder, transform, countPoints, unitOfPoint } from "@interline/ot";

/**
 * The operation (code points) that carries somebody's edit of `base`, which is now `edited`, over to the text
 * of the document, `text`: placed by what differs, as an edit that was made offline is.
 *
 * Laws (test `carried-over.test.ts`): on the text that it was made on it gives `edited`; where the document is
 * `edited` already it changes nothing; what is not in `base` is never deleted; and what stands at its place
 * already is not put in a second time.
 */
export function carriedOver(base: string, edited: string, text: string): Operation {
  if (text === edited) return new OperationBuilder(countPoints(text)).build();
  if (text === base) return diff(base, edited);
  return withoutDoubles(transform(diff(base, edited), diff(base, text), "left"), text);
}

/** The operation without the inserts that the text has already, right before or behind their place. */
function withoutDoubles(operation: Operation, text: string): Operation {
  const builder = new OperationBuilder(countPoints(text));
  let unit = 0;
  const pass = (points: number): void => {
    unit += unitOfPoint(text.slice(unit, unit + 2 * points), points);
  };
  for (const component of operation) {
    if (typeof component === "number") {
      builder.skip(component);
      pass(component);
    } else if (typeof component === "string") {
      const isThere = text.startsWith(component, unit) || text.endsWith(component, unit);
      if (!isThere) builder.insert(component);
    } else {
      builder.delete(component.d);
      pass(component.d);
    }
  }
  return builder.build();
}
