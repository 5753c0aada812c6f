import { beforeAll, describe, expect, it } from "vitest";
import { InterlineEditor, InterlinePeople, InterlineStatus } from "../src/index.ts";

describe("elements", () => {
  beforeAll(async () => {
    await import("../src/define.ts");
  });

  it.each([InterlineEditor, InterlinePeople, InterlineStatus])(
    "%o has an accessor for each reactive property, and no class field that hides one",
    (element) => {
      const names = Object.keys(element.properties);
      const instance = new element();
      for (const name of names) {
        expect(Object.hasOwn(element.prototype, name), name).toBe(true);
        expect(Object.hasOwn(instance, name), name).toBe(false);
      }
      expect(names.length).toBeGreaterThan(0);
    },
  );

  it("an editor with nothing to show has no text and does not fail", () => {
    const editor = new InterlineEditor();
    expect([editor.value, editor.selectionStart, editor.caretPosition, editor.undo()]).toEqual([
      "",
      0,
      { line: 1, column: 1 },
      false,
    ]);
  });
});
