import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./program.mjs";
import { filesBelow } from "./unless-unchanged.mjs";

const editor = join(root, "packages", "editor");

/**
 * What the comments of a class say about the element, by tag, as editors and documentation read it.
 *
 * @typedef {{ name: string, description: string, type?: { text: string }, default?: string }} Tagged
 * @typedef {{ name: string, file: string, superclass: string, doc: string, body: string }} ClassSource
 * @typedef {{ kind: string, name: string, description?: string, type?: { text: string }, readonly?: true,
 *   inheritedFrom?: { name: string, module: string } }} Member
 */

/** Writes `dist/custom-elements.json` of the editor. */
export function writeElementManifest() {
  writeFileSync(
    join(editor, "dist", "custom-elements.json"),
    `${JSON.stringify(elementManifest(), null, 2)}\n`,
  );
}

/** The elements of the editor, in the form of `custom-elements-manifest` 1.0.0, from the comments of their source. */
export function elementManifest() {
  const sources = filesBelow(join(editor, "src"), []).map((path) => ({
    file: relative(editor, path).replaceAll("\\", "/"),
    text: readFileSync(path, "utf8"),
  }));
  const classes = new Map(sources.flatMap(classesIn).map((one) => [one.name, one]));
  const define = sources.find(({ file }) => file === "src/define.ts")?.text ?? "";
  const styles = sources.filter(({ file }) => file.endsWith(".styles.ts"));
  const tokens = tokensIn(styles.find(({ file }) => file.endsWith("/tokens.styles.ts"))?.text ?? "");
  const modules = Array.from(define.matchAll(/^ {2}"([a-z-]+)": (\w+),$/gm), ([, tag = "", name = ""]) => {
    const chain = chainOf(classes, name);
    const own = styles.filter(({ file }) => file === `src/${tag}.styles.ts`).map(({ text }) => text);
    const docs = [...chain.map(({ doc }) => doc), ...own];
    const [source] = chain;
    if (source === undefined) throw new Error(`${name} is not to be found`);
    const members = membersOf(chain);
    const path = published(source.file);
    const declaration = {
      kind: "class",
      customElement: true,
      tagName: tag,
      name,
      description: proseOf(source.doc),
      superclass: { name: "LitElement", package: "lit" },
      attributes: attributesOf(chain, members),
      members,
      events: tagged(docs, "fires").map((event) => ({ type: { text: "Event" }, ...event })),
      slots: tagged(docs, "slot"),
      cssParts: tagged(docs, "csspart"),
      cssStates: tagged(docs, "cssstate"),
      cssProperties: onceEach([...tagged(docs, "cssprop"), ...tokens]),
    };
    const module = { name, module: path };
    return {
      kind: "javascript-module",
      path,
      declarations: [declaration],
      exports: [
        { kind: "js", name, declaration: module },
        { kind: "custom-element-definition", name: tag, declaration: { name, module: "dist/define.js" } },
      ],
    };
  });
  return { schemaVersion: "1.0.0", readme: "", modules };
}

/** @param {{ file: string, text: string }} source @returns {ClassSource[]} */
function classesIn({ file, text }) {
  const pattern =
    /(\/\*\*(?:(?!\*\/)[^])*\*\/)?\nexport (?:abstract )?class (\w+) extends (\w+) \{\n([^]*?)\n\}\n/g;
  // What stands before the class tells the properties of some.
  const shared = /\nconst PROPERTIES = \{[^]*?\n\}/.exec(text)?.[0] ?? "";
  return Array.from(text.matchAll(pattern), ([, doc = "", name = "", superclass = "", body = ""]) => ({
    name,
    file,
    superclass,
    doc,
    body: `${shared}\n${body}\n`,
  }));
}

/** A class and those above it, itself first. @param {Map<string, ClassSource>} classes @param {string} name */
function chainOf(classes, name) {
  /** @type {ClassSource[]} */
  const chain = [];
  for (let at = classes.get(name); at !== undefined; at = classes.get(at.superclass)) chain.push(at);
  return chain;
}

/** @param {string} file */
const published = (file) => file.replace(/^src/, "dist").replace(/\.ts$/, ".js");

/** The words of a comment. @param {string} doc */
function linesOf(doc) {
  return doc
    .replaceAll(/^\s*\/?\*+\/?[ \t]?|\s*\*\/\s*$/gm, "")
    .replace(/\s*\*\/$/, "")
    .trim();
}

/** The words of a comment before its tags. @param {string} doc */
function proseOf(doc) {
  const [prose = ""] = linesOf(doc).split(/^@/m);
  return prose.replaceAll(/(?<!\n)\n(?!\n)/g, " ").trim();
}

/** Everything tagged so. @param {string[]} docs @param {string} tag @returns {Tagged[]} */
function tagged(docs, tag) {
  const pattern = new RegExp(
    `^ \\* @${tag}(?: \\{([^}]*)\\})?(?: (?:\\[([\\w-]+)(?:=([^\\]]*))?\\]|([\\w-]+)))? - ((?:.|\\n \\* (?!@)(?=\\S))*)`,
    "gm",
  );
  return onceEach(
    docs.flatMap((doc) =>
      Array.from(doc.matchAll(pattern), ([, type, optional, initial, plain, words = ""]) => ({
        name: optional ?? (plain === "-" ? "" : (plain ?? "")),
        description: words.replaceAll("\n * ", " ").trim(),
        ...(type === undefined ? {} : { type: { text: type } }),
        ...(initial === undefined ? {} : { default: initial }),
      })),
    ),
  );
}

/** The first of each name: what the nearest class says counts. @param {Tagged[]} found */
function onceEach(found) {
  return found.filter(({ name }, index) => found.findIndex((other) => other.name === name) === index);
}

/** The design tokens with what is said beside them. @param {string} text @returns {Tagged[]} */
function tokensIn(text) {
  const seen = new Set();
  return Array.from(
    text.matchAll(/^\s*(--il-[\w-]+): ([^;]+);[ \t]*(?:(?:\n[ \t]*)?\/\* (.*?) \*\/)?/gm),
    ([, name = "", initial = "", description = ""]) => ({ name, description, default: initial.trim() }),
  ).filter(({ name }) => !seen.has(name) && seen.add(name));
}

/** Names that a page never calls. */
const INNER = /Callback$|^(constructor|render|updated|willUpdate|createRenderRoot)$/;

/** @param {ClassSource[]} chain @returns {Member[]} */
function membersOf(chain) {
  /** @type {Map<string, Member>} */
  const members = new Map();
  const doc = "(?:(/\\*\\*(?:(?!\\*/)[^])*\\*/)\\n {2})?";
  const field = new RegExp(`^ {2}${doc}declare (readonly )?(\\w+): ([^;]+);`, "gm");
  const getter = new RegExp(`^ {2}${doc}(?:override )?get (\\w+)\\(\\): ([^{]+) \\{`, "gm");
  const method = new RegExp(`^ {2}${doc}(?:override )?(?:async )?(\\w+)\\([^)]*\\): ([^{;]+)[{;]`, "gm");
  for (const [index, { name: owner, file, body }] of chain.entries()) {
    /** @param {string} kind @param {string} name @param {string | undefined} doc @param {Partial<Member>} more */
    const add = (kind, name, doc, more) => {
      if (members.has(name) || INNER.test(name) || doc?.includes("@internal")) return;
      const description = doc === undefined ? "" : proseOf(doc);
      members.set(name, {
        kind,
        name,
        ...(description === "" ? {} : { description }),
        ...more,
        ...(index === 0 ? {} : { inheritedFrom: { name: owner, module: published(file) } }),
      });
    };
    for (const [, doc, readonly, name = "", type = ""] of body.matchAll(field))
      add("field", name, doc, { type: { text: type.trim() }, ...(readonly ? { readonly: true } : {}) });
    for (const [, doc, name = "", type = ""] of body.matchAll(getter)) {
      const isSet = chain.some((one) => new RegExp(`^ {2}(?:override )?set ${name}\\(`, "m").test(one.body));
      add("field", name, doc, { type: { text: type.trim() }, ...(isSet ? {} : { readonly: true }) });
    }
    for (const [, doc, name = ""] of body.matchAll(method)) add("method", name, doc, {});
  }
  return [...members.values()];
}

/**
 * Those that a class names in a comment, and those of its reactive properties.
 *
 * @param {ClassSource[]} chain
 * @param {Member[]} members
 */
function attributesOf(chain, members) {
  const named = tagged(
    chain.map(({ doc }) => doc),
    "attr",
  );
  const reactive = chain.flatMap(({ body }) => {
    const [, block = ""] =
      /(?:const PROPERTIES|static override properties: PropertyDeclarations) = \{\n([^]*?)\n\s*\}/.exec(
        body,
      ) ?? [];
    return Array.from(block.matchAll(/^\s*(\w+): \{([^}]*)\}/gm), ([, property = "", said = ""]) => {
      if (said.includes("attribute: false")) return undefined;
      const name = /attribute: "([^"]+)"/.exec(said)?.[1] ?? property.toLowerCase();
      return { name, description: members.find((member) => member.name === property)?.description ?? "" };
    });
  });
  const all = [...named, ...reactive.filter((attribute) => attribute !== undefined)];
  return all.map((attribute) => {
    const field = members.find(({ name }) => name.toLowerCase() === attribute.name.replaceAll("-", ""));
    return field === undefined
      ? attribute
      : { ...attribute, fieldName: field.name, type: attributeType(field) };
  });
}

/** @param {Member} field */
function attributeType({ type }) {
  return { text: (type?.text ?? "string").replace(/ \| undefined$/, "") };
}
