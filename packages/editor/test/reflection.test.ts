import { describe, expect, it } from "vitest";
import * as reflect from "../src/form/reflection.ts";

/** An element, as far as attributes go. */
class Reflecting {
  readonly #attributes = new Map<string, string>();
  getAttribute(name: string): string | null {
    return this.#attributes.get(name) ?? null;
  }
  hasAttribute(name: string): boolean {
    return this.#attributes.has(name);
  }
  setAttribute(name: string, value: string): void {
    this.#attributes.set(name, value);
  }
  toggleAttribute(name: string, isThere: boolean): void {
    if (isThere) this.setAttribute(name, "");
    else this.#attributes.delete(name);
  }
  declare text: unknown;
  declare flag: unknown;
  declare length: unknown;
  declare count: unknown;
}
Object.defineProperties(Reflecting.prototype, {
  text: reflect.text("text"),
  flag: reflect.flag("flag"),
  length: reflect.length("length"),
  count: reflect.count("count", 20),
});

function set(name: "text" | "flag" | "length" | "count", value: unknown): unknown[] {
  const element = new Reflecting();
  element[name] = value;
  return [element.getAttribute(name), element[name]];
}

function read(name: "text" | "flag" | "length" | "count", attribute: string): unknown {
  const element = new Reflecting();
  element.setAttribute(name, attribute);
  return element[name];
}

describe("a reflected attribute", () => {
  it("has its default while it is absent", () => {
    const element = new Reflecting();
    expect([element.text, element.flag, element.length, element.count]).toEqual(["", false, -1, 20]);
  });

  it("takes any type as HTML does", () => {
    expect(set("text", null)).toEqual(["null", "null"]);
    expect(set("flag", "false")).toEqual(["", true]);
    expect(set("flag", "")).toEqual([null, false]);
    expect(set("length", "12")).toEqual(["12", 12]);
    expect(set("length", {})).toEqual(["0", 0]);
    expect(set("count", 0)).toEqual(["20", 20]);
    expect(set("count", -1)).toEqual(["20", 20]);
    expect(() => set("length", -1)).toThrow(expect.objectContaining({ name: "IndexSizeError" }));
  });

  it("reads a number at the start, and nothing else", () => {
    expect(read("length", " 7 px")).toBe(7);
    expect(read("length", "+7")).toBe(7);
    expect(read("length", "-7")).toBe(-1);
    expect(read("length", "seven")).toBe(-1);
    expect(read("length", "2147483648")).toBe(-1);
    expect(read("count", "0")).toBe(20);
    expect(read("count", "3")).toBe(3);
  });
});
