import { EditorSelection, type Extension } from "@codemirror/state";
import {
  Direction,
  type EditorView,
  type LayerMarker,
  layer,
  type PluginValue,
  RectangleMarker,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { firstNameOf } from "../people/people.ts";
import { plainName } from "../words/marked.ts";
import {
  caretField,
  caretsChangeAt,
  isFlagged,
  isIdle,
  isPresent,
  presentPeople,
  type RemoteCaret,
  setNow,
} from "./caret-field.ts";
import { offScreenLane } from "./lane.ts";
import { CaretMarker, type CaretPlace, MarginMarker } from "./markers.ts";

/** From the text to its margin mark, in px. */
const MARK_DISTANCE = 24;
/** The same where the margin is narrow (phones). */
const MARK_DISTANCE_NARROW = 14;
/** The same in code, where the gutter is the margin. */
const MARK_DISTANCE_CODE = 11;
/** Names stand in the margin if it is so wide, in px. */
const NAMES_NEED = 120;
/** From the mark to its names and from these to the edge, in px. */
const NAMES_EDGE = 24;
/** With more people than that, flags only within so many lines of the own caret. */
const FLAG_REACH = 10;
const CROWD = 8;
/** Rough width of a flag's letter and of its padding, in px: only to choose its side. */
const FLAG_LETTER = 7;
const FLAG_PADDING = 14;
/** How far a flag stands out above its line, in px. */
const FLAG_RISE = 13;

/**
 * The carets, selections, names and margin marks of others, and the own selection. Everything is drawn in layers beside
 * the text, never in it: what a screen reader reads, how lines wrap and how the caret moves stays as if one were alone.
 */
export const remoteCarets: Extension = [
  caretField,
  layer({
    above: false,
    class: "il-selections",
    update: (update) => update.docChanged || update.selectionSet || caretsChanged(update),
    markers: selectionMarkers,
  }),
  layer({ above: true, class: "il-carets", update: looksChanged, markers: caretMarkers }),
  layer({ above: true, class: "il-margins", update: looksChanged, markers: marginMarkers }),
  offScreenLane,
  ViewPlugin.define((view) => new CaretClock(view)),
];

function caretsChanged(update: ViewUpdate): boolean {
  return update.startState.field(caretField) !== update.state.field(caretField);
}

function looksChanged(update: ViewUpdate): boolean {
  return update.docChanged || update.viewportChanged || caretsChanged(update);
}

/** The carets that are in what is drawn of the text, and whose owners are here. */
function* caretsInView(view: EditorView): Generator<RemoteCaret> {
  const { carets, now } = view.state.field(caretField);
  const { from, to } = view.viewport;
  for (const caret of carets) {
    if (isPresent(caret, now) && caret.head >= from && caret.head <= to) yield caret;
  }
}

function placeOf(view: EditorView, head: number): CaretPlace | undefined {
  const [rectangle] = RectangleMarker.forRange(view, "", EditorSelection.cursor(head, -1));
  if (rectangle === undefined) return undefined;
  const height = view.defaultLineHeight;
  return { left: rectangle.left, top: rectangle.top + (rectangle.height - height) / 2, height };
}

function caretMarkers(view: EditorView): LayerMarker[] {
  const state = view.state.field(caretField);
  if (state.isQuiet) return [];
  const markers: LayerMarker[] = [];
  const width = view.scrollDOM.clientWidth;
  const isCrowded = presentPeople(state) > CROWD;
  const own = isCrowded ? view.lineBlockAt(view.state.selection.main.head).top : 0;
  for (const caret of caretsInView(view)) {
    const place = placeOf(view, caret.head);
    if (place === undefined) continue;
    const isNear = !isCrowded || Math.abs(place.top - own) <= FLAG_REACH * place.height;
    const name = plainName(width < 640 ? firstNameOf(caret.name) : caret.name);
    const flagWidth = name.length * FLAG_LETTER + FLAG_PADDING;
    const isRightToLeft = view.textDirectionAt(caret.head) === Direction.RTL;
    markers.push(
      new CaretMarker(place, {
        peer: caret.peer,
        color: caret.color,
        name,
        isIdle: isIdle(caret, state.now),
        isFlagged: isFlagged(caret, state) && (isNear || caret.user === state.highlighted),
        isBelow: place.top - view.scrollDOM.scrollTop < FLAG_RISE,
        isMirrored: isRightToLeft ? place.left > flagWidth : place.left + flagWidth > width,
      }),
    );
  }
  return markers;
}

function marginMarkers(view: EditorView): LayerMarker[] {
  const { now, isQuiet } = view.state.field(caretField);
  const lines = new Map<number, { place: CaretPlace; carets: RemoteCaret[] }>();
  for (const caret of caretsInView(view)) {
    const place = placeOf(view, caret.head);
    if (place === undefined) continue;
    const key = Math.round(place.top);
    const line = lines.get(key);
    if (line === undefined) lines.set(key, { place, carets: [caret] });
    else if (!line.carets.some(({ user }) => user === caret.user)) line.carets.push(caret);
  }
  if (lines.size === 0) return [];
  const content = view.contentDOM.getBoundingClientRect();
  const scroller = view.scrollDOM.getBoundingClientRect();
  const isRightToLeft = view.textDirection === Direction.RTL;
  const room = isRightToLeft ? scroller.right - content.right : content.left - scroller.left;
  const distance = view.dom.classList.contains("code")
    ? MARK_DISTANCE_CODE
    : room < MARK_DISTANCE + 4
      ? MARK_DISTANCE_NARROW
      : MARK_DISTANCE;
  const start = content.left - scroller.left + view.scrollDOM.scrollLeft;
  const left = isRightToLeft ? start + content.width + distance : start - distance;
  const hasNames = room >= NAMES_NEED && !isQuiet;
  return Array.from(lines.values(), ({ place, carets }) => {
    const named = hasNames ? carets.filter((caret) => !isIdle(caret, now)) : [];
    return new MarginMarker(
      { left, top: place.top, height: place.height },
      {
        colors: carets.map(({ color }) => color),
        names: named.map(({ name, color }) => ({ name: plainName(firstNameOf(name)), color })),
        room: Math.floor(room - distance - NAMES_EDGE),
        isRightToLeft,
      },
    );
  });
}

/** The selections of others and the own one, each line in full height. */
function selectionMarkers(view: EditorView): LayerMarker[] {
  const { from, to } = view.viewport;
  const markers: LayerMarker[] = [];
  const add = (anchor: number, head: number, className: string): void => {
    const start = Math.max(from, Math.min(anchor, head));
    const end = Math.min(to, Math.max(anchor, head));
    if (start < end) markers.push(...fullLines(view, start, end, className));
  };
  const { carets, now, isQuiet } = view.state.field(caretField);
  for (const caret of isQuiet ? [] : carets) {
    if (isPresent(caret, now)) add(caret.anchor, caret.head, `selection person-${caret.color}`);
  }
  for (const { anchor, head } of view.state.selection.ranges) add(anchor, head, "selection own");
  return markers;
}

/** CodeMirror's rectangles reach from letter top to letter bottom; the first and last grow to their lines' height. */
function fullLines(view: EditorView, from: number, to: number, className: string): RectangleMarker[] {
  const rectangles = RectangleMarker.forRange(view, className, EditorSelection.range(from, to));
  let top = Infinity;
  let bottom = -Infinity;
  for (const rectangle of rectangles) {
    top = Math.min(top, rectangle.top);
    bottom = Math.max(bottom, rectangle.top + rectangle.height);
  }
  const letters = view.coordsAtPos(from, 1);
  const height = letters === null ? view.defaultLineHeight : letters.bottom - letters.top;
  const pad = Math.max(0, (view.defaultLineHeight - height) / 2);
  return rectangles.map((rectangle) => {
    const above = rectangle.top === top ? pad : 0;
    const below = rectangle.top + rectangle.height === bottom ? pad : 0;
    return new RectangleMarker(
      className,
      rectangle.left,
      rectangle.top - above,
      rectangle.width,
      rectangle.height + above + below,
    );
  });
}

/** Lets flags go and carets grow faint when their time has come. */
class CaretClock implements PluginValue {
  readonly #view: EditorView;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(view: EditorView) {
    this.#view = view;
  }

  update(update: ViewUpdate): void {
    if (caretsChanged(update)) this.#wind();
  }

  destroy(): void {
    clearTimeout(this.#timer);
  }

  #wind(): void {
    clearTimeout(this.#timer);
    const now = Date.now();
    const next = caretsChangeAt(this.#view.state, now);
    if (next === undefined) return;
    this.#timer = setTimeout(() => {
      if (this.#view.composing) this.#wind();
      else this.#view.dispatch({ effects: setNow.of(Date.now()) });
    }, next - now);
  }
}
