import { type Operation, OperationBuilder } from "./operation.ts";
import { countPoints, unitOfPoint } from "./unicode.ts";

/**
 * Cuts an operation in two, `[first, rest]`, so that `first` inserts at most `maxInserted` code points (1 or more) and has at
 * most `maxComponents` (2 or more). `rest` is undefined if the whole fits. A large paste travels so in several messages.
 *
 * Law: `first` and then `rest` have the effect of the whole. Cost: O(1) if the whole fits, else O(components + inserted).
 * @public
 */
export function splitOperation(
  operation: Operation,
  maxInserted: number,
  maxComponents: number,
): [first: Operation, rest: Operation | undefined] {
  if (operation.inserted <= maxInserted && operation.componentCount <= maxComponents) {
    return [operation, undefined];
  }
  const components = operation.toJSON();
  const first = new OperationBuilder(operation.baseLength);
  let room = maxInserted;
  let passed = 0;
  for (const [index, component] of components.entries()) {
    const inserted = typeof component === "string" ? countPoints(component) : 0;
    if (inserted <= room && index < maxComponents) {
      first.add(component);
      room -= inserted;
      passed += typeof component === "number" ? component : inserted;
      continue;
    }
    let left = component;
    if (typeof component === "string" && room > 0 && index < maxComponents) {
      const unit = unitOfPoint(component, room);
      first.insert(component.slice(0, unit));
      passed += room;
      left = component.slice(unit);
    }
    const head = first.build();
    const rest = new OperationBuilder(head.targetLength).skip(passed).add(left);
    for (const following of components.slice(index + 1)) rest.add(following);
    return [head, rest.build()];
  }
  return [operation, undefined];
}
