import { describe, expect, test } from "vitest";
import { apply } from "../src/apply.ts";
import { compose } from "../src/compose.ts";
import { Operation } from "../src/operation.ts";
import { Text } from "../src/text.ts";
import { countPoints } from "../src/unicode.ts";

describe("[I8] the largest operations", () => {
  const everyOther = (length: number) =>
    Operation.from(
      Array.from({ length: 49_998 }, (_, index) => (index % 2 === 0 ? 1 : "y")),
      length,
    );
  const insert = (text: string) => Operation.from([text], 0);
  test.each([
    ["x", "x".repeat(1_000_000)],
    ["😀", "😀".repeat(500_000)],
  ])("one long insert of %s is composed with one that cuts it into crumbs", (_, text) => {
    const crumbs = everyOther(countPoints(text));
    const composed = compose(insert(text), crumbs);
    expect(composed.toJSON()).toEqual([apply(Text.of(text), crumbs).toString()]);
  });

  test.each(["x", "😀", "aé😀"])(
    "many edits at once give what they give one by one, in a text of %s",
    (unit) => {
      const text = Text.of(unit.repeat(700));
      const components = Array.from({ length: 900 }, (_, index) => {
        if (index % 3 === 0) return 1;
        return index % 3 === 1 ? "ö" : { d: 1 };
      });
      const operation = Operation.from(components, text.points);
      let string = Array.from(text.toString());
      let point = 0;
      for (const component of operation) {
        if (typeof component === "number") point += component;
        else if (typeof component === "string") {
          string = [...string.slice(0, point), component, ...string.slice(point)];
          point += countPoints(component);
        } else string = [...string.slice(0, point), ...string.slice(point + component.d)];
      }
      const result = apply(text, operation);
      expect(result.toString()).toBe(string.join(""));
      expect(result.points).toBe(string.length);
    },
  );
});
