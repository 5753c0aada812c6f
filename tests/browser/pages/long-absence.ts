import { openDocument, type SharedDocument } from "@interline/client";
import "@interline/editor/define";

/** What typing was like while a long absence was merged. */
export interface Watched {
  /** From each key to the moment its letter was in the document, in ms. */
  readonly keyMs: readonly number[];
  /** Tasks that held the page up for 50 ms or more, in ms. */
  readonly longTaskMs: readonly number[];
  /** Components of what others did, in each part that the editor showed. */
  readonly shownComponents: readonly number[];
}

declare global {
  interface Window {
    session: SharedDocument;
    /** Writes letters, `run` of them at a place before another is looked for. `places`: numbers in [0, 1). */
    write(places: readonly number[], run: number): Promise<void>;
    /** From now on the page shows the document. */
    show(): void;
    /** From now on typing is watched. */
    watch(): void;
    watched(): Watched;
  }
}

/** Own edits made in one task. */
const AT_ONCE = 50;

const asked = new URLSearchParams(location.search);
window.session = openDocument({
  url: asked.get("url") ?? "",
  document: asked.get("document") ?? "",
  user: { id: "ana", name: "Ana", color: 1 },
  // It comes back when it is told to.
  backoff: { firstMs: 1_000_000, maxMs: 1_000_000 },
});

window.write = async (places, run) => {
  let edits = 0;
  for (const place of places) {
    let at = Math.floor(place * (window.session.text.points + 1));
    for (let letter = 0; letter < run; letter++) {
      window.session.insert(at++, "a");
      if (++edits % AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve));
    }
  }
};

const editor = document.createElement("interline-editor");
window.show = () => {
  editor.style.cssText = "display: block; block-size: 600px";
  editor.session = window.session;
  const status = document.createElement("interline-status");
  status.session = window.session;
  document.body.append(editor, status);
};

window.watch = () => {
  const keyMs: number[] = [];
  const longTaskMs: number[] = [];
  const shownComponents: number[] = [];
  let pressedAt: number | undefined;
  window.addEventListener("keydown", ({ timeStamp }) => (pressedAt = timeStamp), { capture: true });
  editor.addEventListener("il-remote", ({ operation }) => shownComponents.push(operation.componentCount));
  window.session.on("change", ({ isRemote }) => {
    if (isRemote || pressedAt === undefined) return;
    keyMs.push(performance.now() - pressedAt);
    pressedAt = undefined;
  });
  const tasks = new PerformanceObserver((list) => take(list.getEntries()));
  const take = (entries: PerformanceEntryList): void => {
    longTaskMs.push(...entries.map(({ duration }) => duration));
  };
  tasks.observe({ type: "longtask" });
  window.watched = () => {
    take(tasks.takeRecords());
    return { keyMs, longTaskMs, shownComponents };
  };
};
