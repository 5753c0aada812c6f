import "@interline/editor/define";
import { openDocument } from "@interline/client";
import { setWords, type WordsChange } from "@interline/editor";

declare global {
  interface Window {
    setWords(words: WordsChange | undefined): void;
    /** What the elements say, in this order: status, people, name of the text. */
    said(): (string | null | undefined)[];
  }
}

/**
 * A page in no language of its own with the three elements, one of them in two shadow roots, on a server that does not answer. All that
 * the people have to say is the name of their row, for which somebody must be there: the session says that Bea is.
 */
const opened = openDocument({
  url: "ws://127.0.0.1:9/sync",
  document: "words",
  user: { id: "ana", name: "Ana", color: 12 },
  store: null,
});
const bea = { id: "bea", name: "Bea", color: 3 };
const peer = {
  peer: 1,
  user: bea,
  isAway: false,
  selection: undefined,
  activeAt: Date.now(),
  typedAt: undefined,
};
const session = new Proxy(opened, {
  get(target, name) {
    if (name === "peers") return [peer];
    const value: unknown = Reflect.get(target, name, target);
    return typeof value === "function" ? value.bind(target) : value;
  },
});

const status = document.createElement("interline-status");
const people = document.createElement("interline-people");
const editor = document.createElement("interline-editor");
for (const element of [status, people, editor]) element.session = session;

const outer = document.createElement("div");
const inner = document.createElement("div");
outer.id = "outer";
inner.id = "inner";
outer.attachShadow({ mode: "open" }).append(inner);
inner.attachShadow({ mode: "open" }).append(status);
document.body.append(outer, people, editor);

window.setWords = setWords;
window.said = () => [
  status.shadowRoot?.querySelector(".words")?.textContent,
  people.shadowRoot?.querySelector("ul")?.ariaLabel,
  editor.shadowRoot?.querySelector('[role="textbox"]')?.ariaLabel,
];
