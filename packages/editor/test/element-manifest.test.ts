import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { elementManifest } from "../../../scripts/element-manifest.mjs";
import { HOST_ATTRIBUTES } from "../src/form/host-attributes.ts";
import { InterlineEditor, InterlinePeople, InterlineStatus } from "../src/index.ts";

const source = fileURLToPath(new URL("../src/", import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ({ name, text: readFileSync(join(source, name), "utf8") }));
const all = files.map(({ text }) => text.replaceAll(/\/\*\*[^]*?\*\//g, "")).join("\n");
const tokens = files.find(({ name }) => name === "tokens.styles.ts")?.text ?? "";

const { modules } = elementManifest();
const elements = modules.flatMap(({ declarations }) => declarations);

const found = (pattern: RegExp, text = all): string[] =>
  [...new Set(Array.from(text.matchAll(pattern), ([, name = ""]) => name))].toSorted();
const told = (list: "events" | "slots" | "cssParts" | "cssStates" | "cssProperties"): string[] =>
  [...new Set(elements.flatMap((element) => element[list].map(({ name }) => name)))].toSorted();

describe("custom-elements.json", () => {
  beforeAll(async () => {
    await import("../src/define.ts");
  });

  it("has every element that is registered", () => {
    expect(elements.map(({ tagName, name }) => [tagName, name])).toEqual([
      ["interline-editor", "InterlineEditor"],
      ["interline-people", "InterlinePeople"],
      ["interline-status", "InterlineStatus"],
    ]);
  });

  it.each([InterlineEditor, InterlinePeople, InterlineStatus])(
    "has every attribute of %o, and no other",
    (element) => {
      const documented = elements.find(({ name }) => name === element.name)?.attributes ?? [];
      // These are HTML's own, and only looked at. `page` is for the styles alone, and `name` is read when it counts.
      const observed = element.observedAttributes.filter((name) => !HOST_ATTRIBUTES.includes(name));
      const unobserved = element === InterlineEditor ? ["name", "page"] : [];
      const names = documented.map(({ name }) => name).toSorted();
      expect(names).toEqual([...new Set([...observed, ...unobserved])].toSorted());
      expect(documented.filter(({ description }) => description === "")).toEqual([]);
    },
  );

  it("has every event that is fired, and no other", () => {
    const own = found(/"(il-[\w-]+)": \w+Event;/g);
    expect(told("events").filter((name) => name.startsWith("il-"))).toEqual(own);
    const native = found(/new (?:Input)?Event\("([a-z]+)"/g);
    expect(told("events").filter((name) => !name.startsWith("il-"))).toEqual(
      [...native, "invalid"].toSorted(),
    );
  });

  it("has every part and slot of the templates, and no other", () => {
    expect(told("cssParts")).toEqual(found(/(?: part="|part\.add\(")([\w-]+)"/g));
    expect(told("slots")).toEqual(["", ...found(/<slot name="([\w-]+)"/g)].toSorted());
  });

  it("has every state that is set, and no other", () => {
    const set = found(/(?:setState|states\??\.add)\("([\w-]+)"/g);
    const ofDocuments = /"(connecting [\w ]+)"\.split/.exec(all)?.[1]?.split(" ") ?? [];
    expect(told("cssStates")).toEqual([...new Set([...set, ...ofDocuments])].toSorted());
  });

  it("has every custom property that is read, and no other", () => {
    const read = found(/var\((--il-[\w-]+)[,)]/g);
    const made = found(/^\s*(--il-[\w-]+):/gm, tokens);
    expect(told("cssProperties")).toEqual([...new Set([...read, ...made])].toSorted());
  });

  it("says of each member what it is", () => {
    const silent = elements.flatMap(({ name, members }) =>
      members
        .filter(({ description }) => description === undefined)
        .map((member) => `${name}.${member.name}`),
    );
    expect(silent).toEqual([]);
  });
});
