import { syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { tagHighlighter, tags } from "@lezer/highlight";

/** Code in one ink: weight, slant and lightness tell its parts apart. Colours belong to people. */
export const oneInk: Extension = syntaxHighlighting(
  tagHighlighter([
    { tag: [tags.keyword, tags.tagName, tags.bool], class: "tok-keyword" },
    { tag: [tags.string, tags.number, tags.regexp, tags.attributeValue, tags.url], class: "tok-string" },
    { tag: [tags.comment, tags.meta], class: "tok-comment" },
    { tag: tags.heading, class: "tok-heading" },
    { tag: tags.strong, class: "tok-strong" },
    { tag: tags.emphasis, class: "tok-emphasis" },
    { tag: tags.strikethrough, class: "tok-strike" },
    { tag: tags.link, class: "tok-link" },
    { tag: tags.monospace, class: "tok-inline" },
    // The last is the box of a task in Markdown.
    {
      tag: [tags.processingInstruction, tags.contentSeparator, tags.labelName, tags.atom],
      class: "tok-mark",
    },
  ]),
);
