import type { GonePerson } from "@interline/client";
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import { repeat } from "lit/directives/repeat.js";
import { PersonEvent } from "../events.ts";
import { peopleStyles } from "./interline-people.styles.ts";
import {
  initialsOf,
  lateOf,
  nextMinuteOf,
  type Person,
  peopleOf,
  presenceEndsAt,
  presenceOf,
  presenceWords,
} from "./people.ts";
import type { PeopleList } from "./people-list.ts";
import { about, latePerson, moon } from "./person-card.ts";
import { personStyles } from "./person.styles.ts";
import { onFollowing, viewOf } from "./views.ts";
import { isLive, type Session } from "../session.ts";
import { marked, plainName, unmarked } from "../words/marked.ts";
import { SpeakingElement } from "../words/speaking-element.ts";

/** Who went is shown where there is room, so many at most. */
const LATE_SHOWN = 3;
/** Stands for the button with the rest among the ids of people. */
const MORE = "";

/**
 * `<interline-people>`: who else has the document open, and who had lately. A list with one tab stop; arrows move inside.
 *
 * An editor of the same session goes to people, follows them and shows their names as asked here, unless a host prevents the event.
 *
 * @fires {PersonEvent} il-person - somebody is to be gone to
 * @fires {FollowEvent} il-follow - somebody is to be followed, or nobody any more
 * @fires {PersonEvent} il-highlight - an avatar is pointed at or focused, or is not any more
 * @cssstate populated - somebody is in it
 * @public
 */
export class InterlinePeople extends SpeakingElement {
  static override styles: CSSResultGroup = [personStyles, peopleStyles];
  static override properties: PropertyDeclarations = {
    session: { attribute: false },
    self: { type: String },
    shown: { type: Number },
  };

  /** The document. */
  declare session: Session | undefined;
  /** Id of the writer, who is not in the row. Only needed where the session does not say it. */
  declare self: string | undefined;
  /** So many fit, then "+4". Default 5. */
  declare shown: number;

  #stop: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Id of the person whose avatar is the tab stop. */
  #stopAt: string | undefined;
  #list: PeopleList | undefined;

  readonly #internals: ElementInternals;

  constructor() {
    super();
    this.#internals = this.attachInternals();
    this.shown = 5;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#listen();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    for (const stop of this.#stop.splice(0)) stop();
    this.#list?.close();
    this.#list = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("session")) this.#listen();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { session } = this;
    if (session === undefined) return nothing;
    const now = Date.now();
    const { people, late } = this.#present();
    const isPopulated = people.length + late.length > 0;
    if (isPopulated) this.#internals.states.add("populated");
    else this.#internals.states.delete("populated");
    if (!isPopulated) return nothing;
    this.#wind(people, late, now);
    const isKnown = isLive(session);
    const shown = people.slice(0, this.shown);
    const rest = people.length - shown.length;
    const ids = [
      ...shown.map(({ id }) => id),
      ...(rest > 0 ? [MORE] : []),
      ...late.map(({ user }) => user.id),
    ];
    const stop = ids.find((id) => id === this.#stopAt) ?? ids[0];
    return html`<ul role="list" aria-label=${this.said.people.list} @keydown=${this.#onKey}>
      ${repeat(
        shown,
        ({ id }) => id,
        (person) =>
          this.#person(person, isKnown ? presenceOf(person, now) : "unknown", now, person.id === stop),
      )}
      ${rest === 0 ? nothing : this.#more(rest, stop === MORE)}
      ${late.map((person) => latePerson(person, now, person.user.id === stop, this.said.people))}
    </ul>`;
  }

  protected override updated(): void {
    this.#list?.refresh();
  }

  /** Who is here, and who was lately, as many as there is room for. */
  #present(): { people: Person[]; late: GonePerson[] } {
    const { session } = this;
    if (session === undefined) return { people: [], late: [] };
    const self = session.self ?? this.self;
    const people = peopleOf(session.peers, self);
    const room = Math.min(LATE_SHOWN, Math.max(0, this.shown - people.length));
    return { people, late: lateOf(session.gone, people, self).slice(0, room) };
  }

  #more(count: number, isStop: boolean): TemplateResult {
    const { more, spokenMore } = this.said.people;
    return html`<li>
      <button
        type="button"
        class="avatar more"
        data-user=${MORE}
        aria-haspopup="dialog"
        aria-label=${spokenMore(count)}
        tabindex=${isStop ? 0 : -1}
        @click=${(event: Event) => this.#openList(event)}
        .textContent=${more(count)}
      ></button>
    </li>`;
  }

  #person(person: Person, presence: string, now: number, isStop: boolean): TemplateResult {
    const { people } = this.said;
    const { id, isGuest: guest } = person;
    const name = marked(person.name);
    const words = presence === "unknown" ? people.unknown : presenceWords(person, now, people);
    const isFollowed = this.#following() === id;
    const follow = isFollowed ? people.stopFollowing : people.follow;
    const followPerson = isFollowed ? people.stopFollowingPerson : people.followPerson;
    return html`<li
      @pointerenter=${() => this.#highlight(id)}
      @pointerleave=${(event: Event) => this.#left(event)}
      @focusin=${(event: FocusEvent) => this.#focused(event, id)}
      @focusout=${(event: FocusEvent) => this.#left(event)}
    >
      <button
        type="button"
        class="avatar ${presence}"
        data-person=${person.color}
        data-user=${id}
        tabindex=${isStop ? 0 : -1}
        @click=${(event: PointerEvent) => this.#pressed(event, id)}
      >
        <span aria-hidden="true" translate="no" .textContent=${initialsOf(plainName(person.name))}></span>
        <span class="spoken" .textContent=${unmarked(people.spoken(name, words, guest))}></span>
        ${presence === "away" ? moon : nothing}
      </button>
      <div class="card">
        <div aria-hidden="true">${about(person.name, guest, words, people)}</div>
        <div class="acts">
          <button type="button" class="act" aria-label=${unmarked(people.goToPerson(name))}
            @click=${() => this.#act("il-person", id)} .textContent=${people.goTo}></button>
          <button type="button" class="act" aria-label=${unmarked(followPerson(name))}
            @click=${() => this.#act("il-follow", isFollowed ? undefined : id)} .textContent=${follow}></button>
        </div>
      </div>
    </li>`;
  }

  /** A finger cannot point without pressing: it gets the list, where everything can be pressed. */
  #pressed(event: PointerEvent, id: string): void {
    if (event.pointerType === "touch") this.#openList(event, id);
    else this.#act("il-person", id);
  }

  #act(type: "il-person" | "il-follow", user: string | undefined): void {
    const { session } = this;
    if (!this.dispatchEvent(new PersonEvent(type, user)) || session === undefined) return;
    const view = viewOf(session);
    if (type === "il-follow") view?.follow(user);
    else if (user !== undefined) view?.scrollToPerson(user);
  }

  #highlight(user: string | undefined): void {
    if (!this.dispatchEvent(new PersonEvent("il-highlight", user)) || this.session === undefined) return;
    const view = viewOf(this.session);
    if (view !== undefined) view.highlighted = user;
  }

  /**
   * The card opens for who comes by keys. It must not close between its avatar and its buttons, while neither has the focus: Chromium would
   * give it to nobody.
   */
  #focused({ target, currentTarget: row }: FocusEvent, id: string): void {
    if ((target as Element).matches(":focus-visible")) (row as Element).classList.add("open");
    this.#highlight(id);
  }

  /** Neither pointer nor focus is on somebody any more. */
  #left({
    currentTarget: row,
    type,
    relatedTarget = null,
  }: Event & { relatedTarget?: EventTarget | null }): void {
    if (!(row instanceof Element)) return;
    if (type === "focusout" && row.contains(relatedTarget as Node | null)) return;
    row.classList.remove("shut", "open");
    this.#highlight(undefined);
  }

  #following(): string | undefined {
    return this.session && viewOf(this.session)?.following;
  }

  /** @param user who is to be looked at first */
  #openList(event: Event, user?: string): void {
    const anchor = event.currentTarget as HTMLElement;
    void this.#loadList().then((list) => list.open(anchor, user));
  }

  async #loadList(): Promise<PeopleList> {
    const { PeopleList: List } = await import("./people-list.ts");
    this.#list ??= new List(this.renderRoot as ShadowRoot, (styles) => this.addStyles(styles), {
      words: () => this.said.people,
      people: () => this.#present().people,
      isKnown: () => this.session !== undefined && isLive(this.session),
      following: () => this.#following(),
      act: (type, user) => this.#act(type, user),
    });
    return this.#list;
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const row = target.closest("li");
    if (event.key === "Escape" && row?.matches(":hover, :focus-within") === true) {
      row.classList.add("shut");
      row.querySelector("button")?.focus();
      return;
    }
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>("ul > li > .avatar")];
    const index = buttons.indexOf(target);
    if (index < 0) return;
    const isRightToLeft = getComputedStyle(this).direction === "rtl";
    const steps: Record<string, number> = {
      ArrowRight: index + (isRightToLeft ? -1 : 1),
      ArrowLeft: index + (isRightToLeft ? 1 : -1),
      Home: 0,
      End: buttons.length - 1,
    };
    const next = steps[event.key];
    const button = next === undefined ? undefined : buttons[(next + buttons.length) % buttons.length];
    if (button === undefined) return;
    event.preventDefault();
    this.#stopAt = button.dataset["user"];
    this.requestUpdate();
    button.focus();
  };

  #listen(): void {
    for (const stop of this.#stop.splice(0)) stop();
    const update = (): void => this.requestUpdate();
    const { session } = this;
    if (session === undefined) return;
    this.#stop = [
      session.on("peers", update),
      session.on("ready", update),
      session.on("status", update),
      session.on("remote", update),
      onFollowing(session, update),
    ];
    update();
  }

  /** Draws again when somebody stops typing or counts as away, and when another minute has passed. */
  #wind(people: readonly Person[], late: readonly GonePerson[], now: number): void {
    clearTimeout(this.#timer);
    const next = Math.min(
      ...people.map((person) => presenceEndsAt(person, now)),
      ...late.map(({ goneAt }) => nextMinuteOf(goneAt, now)),
    );
    this.#timer = setTimeout(() => this.requestUpdate(), Math.max(0, next - now) + 1);
  }
}
