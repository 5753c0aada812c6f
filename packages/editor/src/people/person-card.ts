import type { GonePerson } from "@interline/client";
import { html, nothing, type TemplateResult } from "lit";
import { marked, plainName, unmarked } from "../words/marked.ts";
import type { Words } from "../words/words.ts";
import { initialsOf, isGuest, lastSeenWords } from "./people.ts";

/** Beside the name of somebody without a login: whoever they say they are, nobody has checked it. */
function guestLabel(words: string): TemplateResult {
  return html`<i class="guest" .textContent=${words}></i>`;
}

/** What a card says of somebody. */
export function about(
  name: string,
  isGuestHere: boolean,
  state: string,
  { guest }: Words["people"],
): TemplateResult {
  return html`<b><bdi translate="no" .textContent=${plainName(name)}></bdi></b>${
    isGuestHere ? guestLabel(guest) : nothing
  }<span .textContent=${state}></span>`;
}

export const moon: TemplateResult = html`<svg class="moon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.5"
  stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path
  d="M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 8.268c.344-.215.825-.004.803.401"/></svg>`;

/** It can be looked at, but there is no caret to go to. */
export function latePerson(
  { user, goneAt }: GonePerson,
  now: number,
  isStop: boolean,
  people: Words["people"],
): TemplateResult {
  const words = lastSeenWords({ goneAt }, now, people);
  const guest = isGuest(user.id);
  const spoken = unmarked(people.spokenGone(marked(user.name), words, guest));
  return html`<li>
    <button type="button" class="avatar gone" aria-disabled="true" data-user=${user.id} tabindex=${isStop ? 0 : -1}>
      <span aria-hidden="true" translate="no" .textContent=${initialsOf(user.name)}></span>
      <span class="spoken" .textContent=${spoken}></span>
    </button>
    <div class="card" aria-hidden="true">${about(user.name, guest, words, people)}</div>
  </li>`;
}
