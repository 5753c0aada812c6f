import { describe, expect, it } from "vitest";
import { loadTrace, type Patch, traceNames } from "../support/traces.ts";

/** The plainest text buffer that keeps up: code points before the gap, and those after it in reverse. */
class GapBuffer {
  readonly #before: string[] = [];
  readonly #after: string[] = [];

  apply([position, deleteCount, insertText]: Patch): void {
    while (this.#before.length > position) this.#after.push(this.#before.pop()!);
    while (this.#before.length < position) this.#before.push(this.#after.pop()!);
    for (let i = 0; i < deleteCount; i++) this.#after.pop();
    for (const character of insertText) this.#before.push(character);
  }

  toString(): string {
    return this.#before.concat(this.#after.toReversed()).join("");
  }
}

describe.each(traceNames)("trace %s", (name) => {
  it("gives its end content when its code-point positions are replayed", async () => {
    const trace = await loadTrace(name);
    const buffer = new GapBuffer();
    buffer.apply([0, 0, trace.startContent]);
    for (const { patches } of trace.txns) for (const patch of patches) buffer.apply(patch);
    expect(buffer.toString() === trace.endContent).toBe(true);
  });

  it("has no character beyond U+FFFF, so that its positions are UTF-16 offsets too", async () => {
    const trace = await loadTrace(name);
    const texts = trace.txns.flatMap(({ patches }) => patches.map(([, , insertText]) => insertText));
    const beyond = [trace.startContent, ...texts].filter((text) => /\p{Surrogate}|[^\0-\uFFFF]/u.test(text));
    expect(beyond).toEqual([]);
  });
});
