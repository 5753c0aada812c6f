import type { ViewUpdate } from "@codemirror/view";
import type { Company, CompanyParts } from "../company.ts";
import { isMac, peopleCommandOf, type PeopleCommand } from "./people-keys.ts";
import type { Person } from "./people.ts";

/** So many updates wait for the code that takes them, at most: it comes within moments or not at all. */
const WAITING = 500;

/**
 * What an editor does about other people, as far as it is there from the start: it loads the rest (announcing, following, the log, what stands
 * over the text) when somebody comes or is asked for, and hands on to it what happened meanwhile.
 */
export class Others {
  #parts: CompanyParts | undefined;
  #company: Company | undefined;
  #loading: Promise<void> | undefined;
  /** What happened, in order, while it loads. */
  #waiting: ((company: Company) => void)[] = [];
  /** Who was here at first: nobody is told that they came. */
  #first: readonly Person[] | undefined;

  /** Id of the user whom the view follows. */
  get following(): string | undefined {
    return this.#company?.following;
  }

  /** There is a text to be about. */
  attach(parts: CompanyParts): void {
    this.detach();
    this.#parts = parts;
  }

  /** Ends it. Safe to call twice. */
  detach(): void {
    this.#company?.close();
    this.#company = undefined;
    this.#parts = undefined;
    this.#first = undefined;
    this.#waiting = [];
  }

  /** Who is here besides the writer. */
  people(people: readonly Person[]): void {
    const isKnown = this.#first !== undefined;
    this.#first ??= people;
    if (people.length > 0 || (isKnown && this.#company !== undefined))
      this.#tell((company) => company.people(people));
  }

  /** The view changed. `isRemote`: by others. */
  updated(update: ViewUpdate, isRemote: boolean): void {
    if (this.#company !== undefined || this.#loading !== undefined || (isRemote && update.docChanged))
      this.#tell((company) => company.updated(update, isRemote));
  }

  follow(user: string | undefined): void {
    if (user !== undefined || this.#company !== undefined) this.#tell((company) => company.follow(user));
  }

  /** An avatar or a tick is pointed at; undefined: none any more. */
  highlight(user: string | undefined): void {
    if (user !== undefined || this.#company !== undefined) this.#tell((company) => company.highlight(user));
  }

  command(command: PeopleCommand): void {
    this.#tell((company) => company.command(command));
  }

  /** What is shown must be drawn again: in other words, or more or less of it. */
  refresh(): void {
    this.#company?.refresh();
  }

  /** True if a key was for this. */
  key(event: KeyboardEvent): boolean {
    if (event.defaultPrevented) return false;
    const command = peopleCommandOf(event, isMac());
    if (command !== undefined) this.command(command);
    return command !== undefined || (event.key === "Escape" && this.#company?.escape() === true);
  }

  #tell(what: (company: Company) => void): void {
    if (this.#company !== undefined) {
      what(this.#company);
      return;
    }
    if (this.#waiting.length < WAITING) this.#waiting.push(what);
    this.#loading ??= this.#load();
  }

  async #load(): Promise<void> {
    // Without a network, or where the server has another build by now, it does not come: the next occasion tries again.
    const loaded = await import("../company.ts").catch(() => undefined);
    this.#loading = undefined;
    const waiting = this.#waiting.splice(0);
    if (loaded === undefined || this.#parts === undefined) return;
    const company = new loaded.Company(this.#parts, this.#first ?? []);
    this.#company = company;
    for (const what of waiting) what(company);
  }
}
