import type { GonePerson } from "@interline/client";
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import { PersonEvent } from "../events.ts";
import { peopleStyles } from "./interline-people.styles.ts";
import {
  initialsOf,
  isGuest,
  lastSeenWords,
  lateOf,
  nextMinuteOf,
  type Person,
  peopleOf,
  presenceEndsAt,
  presenceOf,
  presenceWords,
} from "./people.ts";
import { personStyles } from "./person.styles.ts";
import { isLive, type Session } from "../session.ts";
import { SpeakingElement } from "../words/speaking-element.ts";

/** Who went is shown where there is room, so many at most. */
const LATE_SHOWN = 3;

/**
 * `<interline-people>`: who else has the document open, and who had lately. A list with one tab stop; arrows move inside. Has the
 * custom state `populated` while anybody is in it.
 *
 * @fires il-person when an avatar is pressed, il-highlight while one is pointed at or focused
 * @public
 */
export class InterlinePeople extends SpeakingElement {
  static override styles: CSSResultGroup = [personStyles, peopleStyles];
  static override properties: PropertyDeclarations = {
    session: { attribute: false },
    self: { type: String },
    shown: { type: Number },
  };

  declare session: Session | undefined;
  /** Id of the writer, who is not in the row. Only needed where the session does not say it. */
  declare self: string | undefined;
  /** So many fit, then "+4". Default 5. */
  declare shown: number;

  #stop: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Id of the person whose avatar is the tab stop. */
  #stopAt: string | undefined;

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
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("session")) this.#listen();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { session } = this;
    if (session === undefined) return nothing;
    const now = Date.now();
    const self = session.self ?? this.self;
    const people = peopleOf(session.peers, self);
    const room = Math.min(LATE_SHOWN, Math.max(0, this.shown - people.length));
    const late = lateOf(session.gone, people, self).slice(0, room);
    if (people.length + late.length === 0) this.#internals.states.delete("populated");
    else this.#internals.states.add("populated");
    if (people.length + late.length === 0) return nothing;
    this.#wind(people, late, now);
    const isKnown = isLive(session);
    const shown = people.length > this.shown ? people.slice(0, this.shown) : people;
    const rest = people.slice(shown.length);
    const ids = [...shown.map(({ id }) => id), ...late.map(({ user }) => user.id)];
    const stop = ids.find((id) => id === this.#stopAt) ?? ids[0];
    return html`<ul role="list" aria-label=${this.said.people.list} @keydown=${this.#onKey}>
      ${shown.map((person) => this.#avatar(person, isKnown ? presenceOf(person, now) : "unknown", now, person.id === stop))}
      ${
        rest.length === 0
          ? nothing
          : html`<li>
              <span class="more" aria-hidden="true" title=${rest.map(({ name }) => name).join(", ")} .textContent=${`+${rest.length}`}></span>
              <span class="card" .textContent=${rest.map(({ name }) => name).join(", ")}></span>
            </li>`
      }
      ${late.map((person) => this.#lateAvatar(person, now, person.user.id === stop))}
    </ul>`;
  }

  /** It can be looked at, but there is no caret to go to. */
  #lateAvatar({ user, goneAt }: GonePerson, now: number, isStop: boolean): TemplateResult {
    const { people } = this.said;
    const words = lastSeenWords({ goneAt }, now, people);
    return html`<li>
      <button type="button" class="gone" aria-disabled="true" data-user=${user.id} tabindex=${isStop ? 0 : -1}>
        <span aria-hidden="true" translate="no" .textContent=${initialsOf(user.name)}></span>
        <span class="spoken" .textContent=${people.spokenGone(user.name, words, isGuest(user.id))}></span>
      </button>
      <span class="card" aria-hidden="true"><b><bdi translate="no" .textContent=${user.name}></bdi></b>${isGuest(user.id) ? guestLabel(people.guest) : nothing}<span .textContent=${words}></span></span>
    </li>`;
  }

  #avatar(person: Person, presence: string, now: number, isStop: boolean): TemplateResult {
    const { people } = this.said;
    const words = presence === "unknown" ? people.unknown : presenceWords(person, now, people);
    const highlight = (user: string | undefined) => () =>
      this.dispatchEvent(new PersonEvent("il-highlight", user));
    return html`<li>
      <button
        type="button"
        class=${presence}
        data-person=${person.color}
        data-user=${person.id}
        tabindex=${isStop ? 0 : -1}
        @click=${() => this.dispatchEvent(new PersonEvent("il-person", person.id))}
        @pointerenter=${highlight(person.id)}
        @pointerleave=${highlight(undefined)}
        @focus=${highlight(person.id)}
        @blur=${highlight(undefined)}
      >
        <span aria-hidden="true" translate="no" .textContent=${initialsOf(person.name)}></span>
        <span class="spoken" .textContent=${people.spoken(person.name, words, person.isGuest)}></span>
        ${presence === "away" ? moon : nothing}
      </button>
      <span class="card" aria-hidden="true"><b><bdi translate="no" .textContent=${person.name}></bdi></b>${person.isGuest ? guestLabel(people.guest) : nothing}<span .textContent=${words}></span></span>
    </li>`;
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>("button")];
    const index = buttons.indexOf(event.target as HTMLElement);
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

/** Beside the name of somebody without a login: whoever they say they are, nobody has checked it. */
const guestLabel = (words: string): TemplateResult => html`<i class="guest" .textContent=${words}></i>`;

const moon = html`<svg class="moon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.5"
  stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path
  d="M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 8.268c.344-.215.825-.004.803.401"/></svg>`;
