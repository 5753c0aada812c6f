import { EditorSelection } from "@codemirror/state";
import { EditorView, type ViewUpdate } from "@codemirror/view";
import type { CSSResult } from "lit";
import { Following } from "./following/following.ts";
import { type Chips, ChipsView } from "./following/chips.ts";
import { nextOf } from "./following/follow.ts";
import { EditLog } from "./log/edit-log.ts";
import type { LogPanel } from "./log/log-panel.ts";
import { AuthorGuess, authorsOf, type Typist } from "./people/authors.ts";
import { type Named, PeopleAnnouncer } from "./people/people-announcer.ts";
import { isMac, type PeopleCommand } from "./people/people-keys.ts";
import type { Person } from "./people/people.ts";
import { caretField, caretOf } from "./surface/caret-field.ts";
import { marked, unmarked } from "./words/marked.ts";
import type { Words } from "./words/words.ts";

/** What an editor gives to those who deal with other people. */
export interface CompanyParts {
  readonly view: EditorView;
  /** The live region. */
  readonly region: HTMLElement;
  /** The words, as of now. */
  readonly words: () => Words;
  readonly addStyles: (styles: CSSResult) => void;
  readonly isQuiet: () => boolean;
  readonly setQuiet: (isQuiet: boolean) => void;
  /** Called when the view follows somebody else, or nobody. */
  readonly onFollowing: (user: string | undefined) => void;
}

/**
 * What an editor does about other people while there are any: says who comes and who is near, keeps the log, follows, and shows the chips
 * over the text. Loaded when it is needed (`people/others.ts`).
 */
export class Company {
  readonly #parts: CompanyParts;
  readonly #announcer: PeopleAnnouncer;
  readonly #log = new EditLog();
  readonly #guess = new AuthorGuess();
  readonly #following: Following;
  readonly #chips: ChipsView;
  #panel: LogPanel | undefined;
  #people: readonly Person[];
  #highlighted: string | undefined;
  #described: string | undefined;
  /** Where the writer's line began when they were told who edits it. */
  #line = 0;

  /** @param first who was here when the text became known */
  constructor(parts: CompanyParts, first: readonly Person[]) {
    this.#parts = parts;
    this.#people = first;
    const { view, region } = parts;
    this.#announcer = new PeopleAnnouncer({
      say: (words) => {
        region.textContent = words;
      },
      words: () => parts.words().announcements,
      isComposing: () => view.composing,
      clock: {
        now: () => Date.now(),
        setTimeout: (run, delay) => setTimeout(run, delay),
        clearTimeout: (timer) => clearTimeout(timer as number),
      },
    });
    this.#announcer.update(named(first));
    this.#chips = new ChipsView(view, parts.addStyles, {
      goTo: (user) => this.#goTo(user),
      unfollow: () => this.#stopFollowing(),
      show: () => this.#setQuiet(false),
    });
    this.#following = new Following(view, () => {
      parts.onFollowing(this.#following.user);
      this.refresh();
    });
    this.#guess.since(this.#typists());
    this.refresh();
  }

  /** Id of the user whom the view follows, also while the writer looks elsewhere. */
  get following(): string | undefined {
    return this.#following.user;
  }

  /** Who is here now besides the writer. */
  people(people: readonly Person[]): void {
    this.#people = people;
    this.#announcer.update(named(people));
    const { user } = this.#following;
    if (user !== undefined && !people.some(({ id }) => id === user)) this.#following.left();
    this.refresh();
  }

  /** The view changed. `isRemote`: by others. */
  updated(update: ViewUpdate, isRemote: boolean): void {
    if (update.docChanged && isRemote) this.#changedByOthers(update);
    else if (update.docChanged) {
      this.#log.moved(update.changes);
      this.#announcer.typed();
      this.#following.typed();
    }
    const { from } = update.state.doc.lineAt(update.state.selection.main.head);
    if (update.selectionSet && from !== this.#line) this.#announcer.leftLine();
    this.#line = from;
    this.#following.updated(update);
    this.refresh();
  }

  /** Lets the view go along with somebody; undefined: with nobody any more. */
  follow(user: string | undefined): void {
    if (user === undefined) this.#stopFollowing();
    else {
      this.#following.follow(user);
      this.#answer(this.#parts.words().announcements.followingNow(this.#nameOf(user)));
    }
  }

  /** An avatar or a tick is pointed at; undefined: none any more. */
  highlight(user: string | undefined): void {
    this.#highlighted = user;
    this.refresh();
  }

  command(command: PeopleCommand): void {
    switch (command) {
      case "follow":
      case "jump":
        this.#next(command);
        break;
      case "log":
        void this.#showLog();
        break;
      case "quiet":
        this.#setQuiet(!this.#parts.isQuiet());
    }
  }

  /** True if there was something to end. */
  escape(): boolean {
    const isFollowing = this.#following.user !== undefined;
    if (isFollowing) this.#stopFollowing();
    return isFollowing;
  }

  /** Draws again what stands over the text. */
  refresh(): void {
    this.#describe();
    this.#chips.show(this.#chipsNow());
    this.#panel?.refresh();
  }

  /** Ends it. Safe to call twice. */
  close(): void {
    this.#announcer.close();
    this.#following.close();
    this.#chips.close();
    this.#panel?.close();
  }

  /** Says the keys in the description of the text, unless something else is said there. */
  #describe(): void {
    const { view, words } = this.#parts;
    const { ariaDescription } = view.contentDOM;
    if (ariaDescription !== null && ariaDescription !== this.#described) return;
    this.#described = words().editor.keys(isMac());
    if (ariaDescription !== this.#described) view.contentDOM.ariaDescription = this.#described;
  }

  #chipsNow(): Chips {
    const { state } = this.#parts.view;
    const { user, isPaused } = this.#following;
    const followed = this.#person(user);
    const sought = this.#person(this.#highlighted ?? user);
    return {
      words: this.#parts.words(),
      followed: followed && { ...followed, isPaused },
      sought: sought && caretOf(state.field(caretField), sought.id) && sought,
      hidden: this.#parts.isQuiet() ? this.#people.length : 0,
    };
  }

  #changedByOthers({ changes, startState, state }: ViewUpdate): void {
    const all = this.#typists();
    const fresh = this.#guess.since(all);
    const authors = (from: number, to: number): Person[] =>
      authorsOf(fresh, all, from, to).flatMap((user) => this.#person(user) ?? []);
    this.#log.others(changes, startState.doc, authors, Date.now());
    const line = state.doc.lineAt(state.selection.main.head);
    changes.iterChangedRanges((_fromBefore, _toBefore, from, to) => {
      if (from > line.to || to < line.from) return;
      const who = authors(from, to);
      if (who.length === 1) for (const person of named(who)) this.#announcer.editedLine(person);
    });
  }

  #typists(): Typist[] {
    return this.#parts.view.state
      .field(caretField)
      .carets.map(({ user, peer, typedAt, head }) => ({ user, peer, typedAt, head }));
  }

  /** Follows the next person, or goes to them: those whom there is somewhere to go to. */
  #next(command: "follow" | "jump"): void {
    const carets = this.#parts.view.state.field(caretField);
    const users = this.#people.map(({ id }) => id).filter((id) => caretOf(carets, id) !== undefined);
    const { user } = this.#following;
    const next = command === "jump" && user !== undefined ? user : nextOf(users, user ?? this.#jumpedTo);
    if (next === undefined) this.#answer(this.#parts.words().announcements.nobody);
    else if (command === "follow") this.follow(next);
    else {
      this.#jumpedTo = next;
      this.#goTo(next);
    }
  }

  /** Whom the writer went to last. */
  #jumpedTo: string | undefined;

  #goTo(user: string): void {
    const { view } = this.#parts;
    const caret = caretOf(view.state.field(caretField), user);
    if (caret === undefined) return;
    // Whoever goes back to the one they follow goes on following.
    if (user === this.#following.user) this.#following.follow(user);
    else this.#following.scrolled();
    view.dispatch({ effects: EditorView.scrollIntoView(caret.head, { y: "center" }) });
  }

  #stopFollowing(): void {
    const { user } = this.#following;
    if (user === undefined) return;
    this.#following.stop();
    this.#answer(this.#parts.words().announcements.followingEnded(this.#nameOf(user)));
  }

  #setQuiet(isQuiet: boolean): void {
    const { quietOn, quietOff } = this.#parts.words().announcements;
    this.#parts.setQuiet(isQuiet);
    this.#answer(isQuiet ? quietOn(this.#people.length) : quietOff);
    this.refresh();
  }

  async #showLog(): Promise<void> {
    const { LogPanel } = await import("./log/log-panel.ts");
    const { view, words, addStyles } = this.#parts;
    this.#panel ??= new LogPanel(view, addStyles, {
      entries: () => this.#log.entries,
      words,
      goTo: (position) => {
        this.#following.scrolled();
        view.dispatch({
          selection: EditorSelection.cursor(position),
          effects: EditorView.scrollIntoView(position, { y: "center" }),
        });
        view.focus();
      },
    });
    this.#panel.open();
  }

  #person(user: string | undefined): Person | undefined {
    return this.#people.find(({ id }) => id === user);
  }

  #nameOf(user: string): string {
    const name = this.#person(user)?.name;
    return name === undefined ? this.#parts.words().log.somebody : marked(name);
  }

  #answer(words: string): void {
    this.#announcer.answer(unmarked(words));
  }
}

function named(people: readonly Person[]): Named[] {
  return people.map(({ id, name }) => ({ id, name: unmarked(marked(name)) }));
}
