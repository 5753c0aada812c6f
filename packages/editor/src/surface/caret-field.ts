import {
  type EditorState,
  StateEffect,
  type StateEffectType,
  StateField,
  type Text,
  type Transaction,
} from "@codemirror/state";
import type { RemotePeer } from "@interline/client";
import { AWAY_AFTER, IDLE_AFTER } from "../people/people.ts";
import { unitOfPointIn } from "./offsets.ts";

/** A flag stays so long after the last jump, in ms. Agrees with `--il-flag-hold`. */
const FLAG_HOLD = 1_200;
/** Whose caret is seen for the first time has just put it there if they were active so short ago, in ms. */
const JUST_NOW = 3_000;

/** Somebody's caret in the view. Offsets in UTF-16 code units of the shown text. */
export interface RemoteCaret {
  readonly peer: number;
  /** Id of the user: all tabs of one person light up together. */
  readonly user: string;
  readonly name: string;
  readonly color: number;
  readonly anchor: number;
  readonly head: number;
  /** True: nobody can see its owner's page. */
  readonly isAway: boolean;
  /** In ms of the clock, as are the following. */
  readonly activeAt: number;
  readonly typedAt: number | undefined;
  /** The flag is shown until then. */
  readonly flagUntil: number;
}

/** When carets bear their names: after a jump, always, or only while somebody is pointed at. */
export type Flags = "activity" | "always" | "hover";

/** How much of others is shown. */
export interface Manner {
  readonly flags: Flags;
  /** True: no carets, selections and names; only marks in the margin and ticks in the lane. */
  readonly isQuiet: boolean;
}

/** The carets shown, and by which light. */
export interface CaretState extends Manner {
  readonly carets: readonly RemoteCaret[];
  /** Id of the user whose flag is asked for (avatar hovered), if any. */
  readonly highlighted: string | undefined;
  /** The moment that idle, away and flags are judged by, in ms of the clock. */
  readonly now: number;
}

/** Replaces all carets. */
export const setCarets: StateEffectType<{ readonly carets: readonly RemoteCaret[]; readonly now: number }> =
  StateEffect.define();
/** Time went on: flags and faint carets are judged again. */
export const setNow: StateEffectType<number> = StateEffect.define();
/** Shows the flags of one user while set. */
export const setHighlighted: StateEffectType<string | undefined> = StateEffect.define();
/** Shows more or less of others from now on. */
export const setManner: StateEffectType<Manner> = StateEffect.define();

/** Holds the carets of others; they move with every change of the text between two reports of their owners. */
export const caretField: StateField<CaretState> = StateField.define<CaretState>({
  create: () => ({ carets: [], highlighted: undefined, now: 0, flags: "activity", isQuiet: false }),
  update(state, transaction) {
    let next = transaction.docChanged ? { ...state, carets: mapped(state.carets, transaction) } : state;
    for (const effect of transaction.effects) {
      if (effect.is(setCarets)) next = { ...next, carets: effect.value.carets, now: effect.value.now };
      else if (effect.is(setNow)) next = { ...next, now: effect.value };
      else if (effect.is(setHighlighted)) next = { ...next, highlighted: effect.value };
      else if (effect.is(setManner)) next = { ...next, ...effect.value };
    }
    return next;
  },
});

function mapped(carets: readonly RemoteCaret[], { changes }: Transaction): readonly RemoteCaret[] {
  return carets.map((caret) => ({
    ...caret,
    anchor: changes.mapPos(caret.anchor, -1),
    head: changes.mapPos(caret.head, -1),
  }));
}

/**
 * The carets of some peers in `text` (what their code points are counted in). `before` are the same people's carets as
 * shown until now, moved to `text` already: who went to another line or selected something gets a flag for a while.
 */
export function caretsOf(
  peers: readonly RemotePeer[],
  text: Text,
  before: readonly RemoteCaret[],
  now: number,
): RemoteCaret[] {
  const carets: RemoteCaret[] = [];
  for (const { peer, user, selection, isAway, activeAt, typedAt } of peers) {
    if (selection === undefined) continue;
    const head = unitOfPointIn(text, selection.head);
    const anchor = selection.anchor === selection.head ? head : unitOfPointIn(text, selection.anchor);
    const known = before.find((caret) => caret.peer === peer);
    const caret = {
      peer,
      user: user.id,
      name: user.name,
      color: user.color,
      anchor,
      head,
      isAway,
      activeAt,
      typedAt,
    };
    carets.push({
      ...caret,
      flagUntil: jumped(caret, known, text, now) ? now + FLAG_HOLD : (known?.flagUntil ?? 0),
    });
  }
  return carets;
}

function jumped(
  caret: Omit<RemoteCaret, "flagUntil">,
  known: RemoteCaret | undefined,
  text: Text,
  now: number,
): boolean {
  if (known === undefined) return now - caret.activeAt < JUST_NOW;
  if (known.anchor === caret.anchor && known.head === caret.head) return false;
  if (caret.anchor !== caret.head) return true;
  if (caret.typedAt !== known.typedAt) return false;
  return text.lineAt(known.head).number !== text.lineAt(caret.head).number;
}

/** True while somebody's caret is drawn: it goes with its owner. */
export function isPresent(caret: RemoteCaret, now: number): boolean {
  return now - caret.activeAt < AWAY_AFTER;
}

/** True if a caret is drawn faint: its owner is away, or has not moved it for long. */
export function isIdle(caret: RemoteCaret, now: number): boolean {
  return caret.isAway || now - caret.activeAt >= IDLE_AFTER;
}

/** True while a caret bears its name. */
export function isFlagged(caret: RemoteCaret, { now, highlighted, flags }: CaretState): boolean {
  if (caret.user === highlighted) return true;
  return flags === "always" || (flags === "activity" && caret.flagUntil > now);
}

/** How many people's carets are drawn; one person's tabs count once. */
export function presentPeople({ carets, now }: CaretState): number {
  return new Set(carets.filter((caret) => isPresent(caret, now)).map(({ user }) => user)).size;
}

/** The newest caret of a user; undefined: they have none. */
export function caretOf({ carets, now }: CaretState, user: string): RemoteCaret | undefined {
  return carets
    .filter((caret) => caret.user === user && isPresent(caret, now))
    .reduce<RemoteCaret | undefined>(
      (newest, caret) => (newest !== undefined && newest.activeAt >= caret.activeAt ? newest : caret),
      undefined,
    );
}

/** When time alone changes how carets look, in ms of the clock; undefined: never. */
export function caretsChangeAt(state: EditorState, now: number): number | undefined {
  let earliest: number | undefined;
  for (const { activeAt, flagUntil } of state.field(caretField).carets) {
    for (const moment of [flagUntil, activeAt + IDLE_AFTER, activeAt + AWAY_AFTER]) {
      if (moment > now && (earliest === undefined || moment < earliest)) earliest = moment;
    }
  }
  return earliest;
}
