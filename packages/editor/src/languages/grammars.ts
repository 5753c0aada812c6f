import { type Language, type LanguageSupport, StreamLanguage, type StreamParser } from "@codemirror/language";

/** A grammar: its language, and what else its package brings for it. */
type Load = () => Promise<LanguageSupport | Language>;

const stream = (parser: StreamParser<unknown>): Language => StreamLanguage.define(parser);

const javascript =
  (options: { readonly jsx?: boolean; readonly typescript?: boolean }): Load =>
  async () =>
    (await import("@codemirror/lang-javascript")).javascript(options);

const cLike: Load = async () => (await import("@codemirror/lang-cpp")).cpp();
const shell: Load = async () => stream((await import("@codemirror/legacy-modes/mode/shell")).shell);

/** By the name of a language, as in the attribute `language`. Each is loaded when it is first needed. */
const GRAMMARS: Readonly<Record<string, Load>> = {
  c: cLike,
  cpp: cLike,
  css: async () => (await import("@codemirror/lang-css")).css(),
  csharp: async () => stream((await import("@codemirror/legacy-modes/mode/clike")).csharp),
  diff: async () => stream((await import("@codemirror/legacy-modes/mode/diff")).diff),
  dockerfile: async () => stream((await import("@codemirror/legacy-modes/mode/dockerfile")).dockerFile),
  go: async () => (await import("@codemirror/lang-go")).go(),
  html: async () => (await import("@codemirror/lang-html")).html({ autoCloseTags: false }),
  java: async () => (await import("@codemirror/lang-java")).java(),
  javascript: javascript({ jsx: true }),
  json: async () => (await import("@codemirror/lang-json")).json(),
  jsx: javascript({ jsx: true }),
  kotlin: async () => stream((await import("@codemirror/legacy-modes/mode/clike")).kotlin),
  lua: async () => stream((await import("@codemirror/legacy-modes/mode/lua")).lua),
  markdown: async () => {
    const { markdown, markdownLanguage } = await import("@codemirror/lang-markdown");
    return markdown({
      base: markdownLanguage,
      addKeymap: false,
      completeHTMLTags: false,
      pasteURLAsLink: false,
    });
  },
  php: async () => (await import("@codemirror/lang-php")).php(),
  python: async () => (await import("@codemirror/lang-python")).python(),
  ruby: async () => stream((await import("@codemirror/legacy-modes/mode/ruby")).ruby),
  rust: async () => (await import("@codemirror/lang-rust")).rust(),
  shell,
  sql: async () => (await import("@codemirror/lang-sql")).sql(),
  swift: async () => stream((await import("@codemirror/legacy-modes/mode/swift")).swift),
  toml: async () => stream((await import("@codemirror/legacy-modes/mode/toml")).toml),
  tsx: javascript({ jsx: true, typescript: true }),
  typescript: javascript({ typescript: true }),
  xml: async () => (await import("@codemirror/lang-xml")).xml({ autoCloseTags: false }),
  yaml: async () => (await import("@codemirror/lang-yaml")).yaml(),
};

/** Other names of them: what people write behind a fence, and how files end. */
const ALIASES: Readonly<Record<string, string>> = {
  "c++": "cpp",
  "c#": "csharp",
  bash: "shell",
  cs: "csharp",
  docker: "dockerfile",
  golang: "go",
  h: "c",
  htm: "html",
  js: "javascript",
  kt: "kotlin",
  md: "markdown",
  mjs: "javascript",
  patch: "diff",
  py: "python",
  rb: "ruby",
  rs: "rust",
  sh: "shell",
  ts: "typescript",
  yml: "yaml",
  zsh: "shell",
};

/** The grammar of a language by its name; undefined: there is none. */
export async function grammarOf(name: string): Promise<LanguageSupport | Language | undefined> {
  const key = name.trim().toLowerCase();
  const known = ALIASES[key] ?? key;
  return Object.hasOwn(GRAMMARS, known) ? await GRAMMARS[known]?.() : undefined;
}
