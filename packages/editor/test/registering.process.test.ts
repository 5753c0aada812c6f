import { expect, it } from "vitest";
import "../src/index.ts";

// In a process of its own: other tests register the elements.
it("importing the package registers nothing", () => {
  for (const name of ["interline-editor", "interline-people", "interline-status"]) {
    expect(customElements.get(name)).toBeUndefined();
  }
});
