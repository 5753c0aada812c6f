import { history, historyKeymap, standardKeymap } from "@codemirror/commands";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { openDocument, platformEnvironment, type WebSocketLike } from "@interline/client";
import "@interline/editor/define";
import type { InterlineEditor } from "@interline/editor";

declare global {
  interface Window {
    /** Puts an editor with a text into the page. Resolves to how long until it could be typed in, in ms. */
    showEditor(kind: "ours" | "CodeMirror", text: string): Promise<number>;
    /** From now on so many edits of others come each second, until it is told again with 0. */
    feed(perSecond: number): void;
    /** So many people come, and move their carets so often a second, until it is told again with 0. */
    crowd(people: number, movesPerSecond: number): void;
    /** From each key to the frame that shows it, in ms, since this was asked last. */
    keyMs(): number[];
  }
}

/** What a server would say to one client that is alone with others' edits from a recording. Speaks JSON, as a server does. */
class Recording {
  readonly socket: WebSocketLike;
  #version = 1;
  #length: number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #next = 1;

  constructor(text: string) {
    this.#length = Array.from(text).length;
    this.socket = {
      protocol: "",
      binaryType: "arraybuffer",
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send: (frame: string) => this.#heard(JSON.parse(frame) as unknown[], text),
      close: () => clearInterval(this.#timer),
    };
    setTimeout(() => (this.socket.onopen as (() => void) | null)?.());
  }

  feed(perSecond: number): void {
    clearInterval(this.#timer);
    if (perSecond === 0) return;
    // The recording: places and letters that are the same in every run.
    this.#timer = setInterval(() => {
      const at = Math.floor(this.#share() * this.#length);
      this.#length += 1;
      this.#say("op", 1, ++this.#version, `e${this.#version}`, [at, "r"]);
    }, 1000 / perSecond);
  }

  crowd(people: number, movesPerSecond: number): void {
    clearInterval(this.#timer);
    if (movesPerSecond === 0) return;
    const joined = Array.from({ length: people }, (_, index) => {
      const at = Math.floor(this.#share() * 2_000);
      return [index + 2, [`p${index}`, `Person ${index}`, 1 + (index % 12)], 0, false, at, at];
    });
    this.#say("peers", 1, this.#version, joined, []);
    this.#timer = setInterval(() => {
      const moved = joined.map(([peer]) => {
        const at = Math.floor(this.#share() * 2_000);
        return [peer, at, at];
      });
      this.#say("selections", 1, this.#version, moved);
    }, 1000 / movesPerSecond);
  }

  /** The next number in [0, 1). */
  #share(): number {
    this.#next = (this.#next * 48_271) % 2_147_483_647;
    return this.#next / 2_147_483_647;
  }

  #say(...message: unknown[]): void {
    this.socket.onmessage?.({ data: JSON.stringify(message) });
  }

  #heard(message: unknown[], text: string): void {
    const answer = (...said: unknown[]): unknown => setTimeout(() => this.#say(...said));
    switch (message[0]) {
      case "hello":
        answer("welcome", 1, 15_000, [524_288, 16_000_000, 4_000], "1.3", "bench");
        break;
      case "open":
        answer("opened", 1, 1, 0, 0, 1);
        answer("op", 1, 1, "e1", [text]);
        break;
      case "submit": {
        const [, , seq, , , operation] = message as [string, number, number, number, number, unknown[]];
        for (const part of operation) {
          if (typeof part === "string") this.#length += Array.from(part).length;
          else if (typeof part === "object") this.#length -= (part as { d: number }).d;
        }
        answer("ack", 1, seq, ++this.#version, `e${this.#version}`);
        break;
      }
      case "ping":
        answer("pong");
    }
  }
}

let recording: Recording | undefined;
const told: number[] = [];
addEventListener(
  "keydown",
  () => {
    const at = performance.now();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener("message", () => told.push(performance.now() - at));
      port1.start();
      port2.postMessage(0);
    });
  },
  { capture: true },
);

window.showEditor = async (kind, text) => {
  const start = performance.now();
  if (kind === "CodeMirror") {
    const extensions = [
      history(),
      drawSelection({ cursorBlinkRate: 0 }),
      EditorView.lineWrapping,
      keymap.of([...standardKeymap, ...historyKeymap]),
    ];
    const view = new EditorView({
      parent: document.body,
      state: EditorState.create({ doc: text, extensions }),
    });
    view.dom.style.height = "600px";
    view.focus();
  } else {
    const made = new Recording(text);
    recording = made;
    const session = openDocument({
      url: "ws://recording/sync",
      document: "bench",
      user: { id: "bench", name: "Bench", color: 1 },
      store: null,
      environment: { ...platformEnvironment(), openSocket: () => made.socket },
    });
    const editor = document.createElement("interline-editor") as InterlineEditor;
    editor.session = session;
    editor.style.height = "600px";
    document.body.append(editor);
    await new Promise((resolve) => editor.addEventListener("il-ready", resolve, { once: true }));
    editor.focus();
  }
  return performance.now() - start;
};
window.feed = (perSecond) => recording?.feed(perSecond);
window.crowd = (people, movesPerSecond) => recording?.crowd(people, movesPerSecond);
window.keyMs = () => told.splice(0);
