import "@interline/editor/define";
import { openDocument, type RemotePeer, type SharedDocument } from "@interline/client";
import { Text } from "@interline/ot";

interface Seen {
  /** Scripts of a name that ran. */
  readonly hits: number;
  /** Elements and attributes that no part of ours makes. */
  readonly strangers: readonly string[];
  readonly isWide: boolean;
  readonly hasControls: boolean;
  readonly text: string;
}

declare global {
  interface Window {
    hit(): void;
    isReady(): boolean;
    /** Shows these people everywhere that people are shown, and says what came of it. */
    showPeople(people: readonly { name: string; color: unknown; id: string }[]): Promise<Seen>;
  }
}

let hits = 0;
window.hit = () => hits++;

/** A session of our own making, which checks nothing: whoever embeds the elements may bring any. */
const opened = openDocument({
  url: "ws://127.0.0.1:9/sync",
  document: "names",
  user: { id: "me", name: "Me", color: 1 },
  store: null,
  isNew: true,
});
let peers: readonly RemotePeer[] = [];
const text = Text.of("one\ntwo");
const listeners = new Map<string, Set<(...told: unknown[]) => void>>();
const session = new Proxy(opened, {
  get(target, name) {
    if (name === "peers") return peers;
    if (name === "isReady") return true;
    if (name === "text") return text;
    if (name === "status") return { ...target.status, state: "synced" };
    if (name === "on") {
      return (type: string, listener: (...told: unknown[]) => void) => {
        const all = listeners.get(type) ?? new Set();
        listeners.set(type, all.add(listener));
        return () => all.delete(listener);
      };
    }
    const value: unknown = Reflect.get(target, name, target);
    return typeof value === "function" ? value.bind(target) : value;
  },
});

const people = document.createElement("interline-people");
const editor = document.createElement("interline-editor");
people.shown = 3;
editor.style.cssText = "display: block; block-size: 300px";
editor.flags = "always";
for (const element of [people, editor]) element.session = session as SharedDocument;
document.body.append(people, editor);

const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()));
window.isReady = () => editor.value === "one\ntwo";

const TAGS = new Set(
  "bdi b br button div h2 header i li ol p path slot span style svg ul interline-editor interline-people".split(
    " ",
  ),
);

window.showPeople = async (others) => {
  const now = Date.now();
  peers = others.map(({ name, color, id }, index) => ({
    peer: index,
    user: { id, name, color: color as number },
    isAway: false,
    selection: { anchor: index % 3, head: (index * 2) % 7 },
    activeAt: now,
    typedAt: now,
  }));
  for (const listener of listeners.get("peers") ?? []) listener(peers);
  editor.highlighted = others[0]?.id;
  editor.follow(others.at(-1)?.id);
  editor.quiet = false;
  for (let frames = 0; frames < 3; frames++) await frame();
  people.shadowRoot?.querySelector<HTMLElement>(".more")?.click();
  for (let frames = 0; frames < 3; frames++) await frame();
  const strangers: string[] = [];
  let shown = "";
  for (const root of [people.shadowRoot, editor.shadowRoot]) {
    for (const element of root?.querySelectorAll("*") ?? []) {
      if (!TAGS.has(element.localName)) strangers.push(element.localName);
      for (const { name } of element.attributes) if (name.startsWith("on")) strangers.push(name);
      if (element.matches("bdi, .flag, .spoken, [aria-label]")) {
        shown += (element.textContent ?? "") + (element.ariaLabel ?? "");
      }
    }
  }
  return {
    hits,
    strangers,
    isWide: document.documentElement.scrollWidth > innerWidth,
    hasControls: /[\p{Cc}\u2028\u2029\p{Bidi_Control}]/u.test(shown.replaceAll(/\s/g, " ")),
    text: editor.value,
  };
};
