import { EditorSelection, type Extension } from "@codemirror/state";
import { EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { drawnHits, hitsChanged } from "./drawn-hits.ts";
import { said } from "../surface/said.ts";
import { atOnce } from "../surface/at-once.ts";
import { styled } from "../surface/styled.ts";
import { drawFindPanel } from "./find-panel.ts";
import { findStyles } from "./find.styles.ts";
import { drawLinePanel } from "./line-panel.ts";
import type { Hit } from "./moved-hits.ts";
import type { Query } from "./query.ts";
import { Search } from "./search.ts";
import { isolated } from "../surface/own-undo.ts";

/** The longest selection that is looked for when the panel opens, in UTF-16 code units. */
const LONGEST_SELECTED = 200;

/** Finding and replacing, and going to a line, in one view. */
export class Find implements PluginValue {
  readonly #view: EditorView;
  readonly #search: Search;
  readonly #panel = document.createElement("div");
  #isOpen = false;
  #hasDetails = false;
  #replacement = "";
  #replaced: number | undefined;
  /** Where the search began: while somebody types the words the first hit from there is shown. */
  #start = 0;
  #query: Query = { text: "", isRegexp: false, matchesCase: false, matchesWords: false };

  constructor(view: EditorView) {
    this.#view = view;
    this.#search = new Search(view, () => this.#searched());
    this.#panel.className = "find";
    this.#panel.part.add("find");
    this.#panel.role = "search";
    this.#panel.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** Opens the panel with what is selected, or `typed`, and the focus in it. */
  open(typed?: string): boolean {
    const { state } = this.#view;
    const { from, to } = state.selection.main;
    const selected = to - from <= LONGEST_SELECTED ? state.sliceDoc(from, to) : "";
    this.#start = from;
    this.#replaced = undefined;
    this.#show();
    if (typed !== undefined && typed !== "") this.#look({ text: typed });
    else if (selected !== "" && !selected.includes("\n")) this.#look({ text: selected });
    else this.#look({});
    this.#focus(".looked", typed === undefined);
    return true;
  }

  /** The same with what to replace by. */
  openReplace(): boolean {
    this.#hasDetails = true;
    this.open();
    if (this.#query.text !== "" && !this.#view.state.readOnly) this.#focus(".written", true);
    return true;
  }

  /** Opens the field for the number of a line. */
  openLine(): boolean {
    this.#end();
    drawLinePanel(this.#panel, this.#view, () => this.close());
    this.#attach();
    this.#focus("input", true);
    return true;
  }

  close(): boolean {
    if (!this.#panel.isConnected) return false;
    this.#end();
    this.#panel.remove();
    this.#view.focus();
    return true;
  }

  /** Selects the next hit; opens the panel where nothing is looked for. */
  next(): boolean {
    return this.#step(true);
  }

  previous(): boolean {
    return this.#step(false);
  }

  /** The hits in the shown text. */
  get hits(): Search["hits"] {
    return this.#search.hits;
  }

  /** Px of the top of the text that the panel may cover. */
  get height(): number {
    return this.#panel.isConnected ? this.#panel.offsetHeight + 16 : 0;
  }

  update(update: ViewUpdate): void {
    if (!this.#isOpen) return;
    if (update.docChanged) this.#start = update.changes.mapPos(this.#start);
    this.#search.update(update);
    if (update.transactions.length > 0) this.#draw();
  }

  destroy(): void {
    this.#isOpen = false;
    this.#search.close();
    this.#panel.remove();
  }

  #step(isForward: boolean): boolean {
    if (this.#query.text === "") return this.open();
    this.#show();
    void this.#go(isForward);
    return true;
  }

  #show(): void {
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#search.look(this.#query);
    }
    this.#attach();
    this.#draw();
  }

  #attach(): void {
    if (!this.#panel.isConnected) this.#view.dom.append(this.#panel);
    const host = this.#view.dom.parentElement;
    if (host !== null) this.#panel.dir = getComputedStyle(host).direction;
  }

  #end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#search.look({ ...this.#query, text: "" });
    this.#search.close();
    this.#view.dispatch({ effects: hitsChanged.of(null) });
  }

  #focus(field: string, isWhole: boolean): void {
    const input = this.#panel.querySelector<HTMLInputElement>(field);
    input?.focus();
    if (isWhole) input?.select();
    else input?.setSelectionRange(input.value.length, input.value.length);
  }

  #look(change: Partial<Query>): void {
    this.#query = { ...this.#query, ...change };
    this.#replaced = undefined;
    this.#search.look(this.#query);
    void this.#showFirst();
  }

  /** While the words are being typed, the first hit from where the search began is selected. */
  async #showFirst(): Promise<void> {
    const query = this.#query;
    await this.#search.settled();
    const hit = this.#search.hits.next(this.#start);
    if (query !== this.#query || !this.#isOpen || hit === undefined) return;
    this.#select(hit);
  }

  async #go(isForward: boolean): Promise<void> {
    await this.#search.settled();
    const { main } = this.#view.state.selection;
    const { hits } = this.#search;
    const onward = hits.numberOf(main) === undefined ? main.from : Math.max(main.to, main.from + 1);
    const hit = isForward ? hits.next(onward) : hits.previous(main.from);
    if (hit === undefined) return;
    this.#replaced = undefined;
    this.#select(hit);
    this.#start = hit.from;
  }

  #select({ from, to }: Hit): void {
    const range = EditorSelection.range(from, to);
    this.#view.dispatch({
      selection: range,
      effects: EditorView.scrollIntoView(range, { y: "nearest", yMargin: this.#view.defaultLineHeight * 3 }),
      userEvent: "select.search",
    });
  }

  /** Replaces the selected hit and goes to the next; where none is selected it goes to one first. */
  async #replace(): Promise<void> {
    const { main } = this.#view.state.selection;
    await this.#search.settled();
    if (this.#search.hits.numberOf(main) === undefined) return this.#go(true);
    const changes = await this.#search.replace(this.#replacement, { from: main.from, to: main.to });
    if (changes === undefined || changes.empty || this.#view.state.readOnly) return;
    this.#view.dispatch({
      changes,
      selection: { anchor: changes.mapPos(main.to, 1) },
      annotations: isolated.of(true),
      userEvent: "input.replace",
    });
    await this.#go(true);
  }

  async #replaceAll(): Promise<void> {
    const changes = await this.#search.replace(this.#replacement);
    if (changes === undefined || this.#view.state.readOnly) return;
    let count = 0;
    changes.iterChanges(() => count++, true);
    if (count > 0) {
      this.#view.dispatch({
        changes: atOnce(changes),
        annotations: isolated.of(true),
        userEvent: "input.replace.all",
      });
    }
    this.#replaced = count;
    this.#draw();
  }

  #searched(): void {
    if (!this.#isOpen) return;
    this.#draw();
    // Not within an update of the view, which may have begun the search.
    queueMicrotask(() => {
      if (this.#isOpen) this.#view.dispatch({ effects: hitsChanged.of(null) });
    });
  }

  #draw(): void {
    if (!this.#isOpen) return;
    const { state } = this.#view;
    const { hits } = this.#search;
    drawFindPanel(
      this.#panel,
      {
        words: state.facet(said)(),
        query: this.#query,
        replacement: this.#replacement,
        state: this.#search.state,
        count: hits.count,
        number: hits.numberOf(state.selection.main),
        replaced: this.#replaced,
        isReadOnly: state.readOnly,
        isOpen: this.#hasDetails,
      },
      {
        look: (change) => this.#look(change),
        write: (replacement) => {
          this.#replacement = replacement;
        },
        go: (isForward) => void this.#go(isForward),
        replace: () => void this.#replace(),
        replaceAll: () => void this.#replaceAll(),
        toggle: () => this.#toggle(),
        close: () => this.close(),
      },
    );
  }

  #toggle(): void {
    this.#hasDetails = !this.#hasDetails;
    this.#draw();
    this.#focus(this.#hasDetails && !this.#view.state.readOnly ? ".written" : ".looked", true);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Escape") this.close();
    else if (event.key === "F3") this.#step(!event.shiftKey);
    else if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    else if (event.key === "h" && event.ctrlKey) this.#toggle();
    else if (event.key === "f") this.#focus(".looked", true);
    else if (event.key.toLowerCase() === "g") this.#step(!event.shiftKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

const plugin = ViewPlugin.fromClass(Find, {
  provide: (find) => [
    EditorView.scrollMargins.of((view) => {
      const height = view.plugin(find)?.height ?? 0;
      return height === 0 ? null : { top: height };
    }),
  ],
});

/** What finding needs in a view. */
export const finding: Extension = [
  plugin,
  drawnHits((view) => view.plugin(plugin)?.hits),
  styled(findStyles),
];

/** Finding in a view; undefined: it has none. */
export function findIn(view: EditorView): Find | undefined {
  return view.plugin(plugin) ?? undefined;
}
