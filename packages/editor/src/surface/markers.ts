import type { LayerMarker } from "@codemirror/view";

/** Place of a caret in the coordinates of a layer, in px. */
export interface CaretPlace {
  readonly left: number;
  /** Of the line the caret is on, not of its letters. */
  readonly top: number;
  readonly height: number;
}

export interface CaretLook {
  readonly peer: number;
  readonly color: number;
  readonly name: string;
  readonly isIdle: boolean;
  readonly isFlagged: boolean;
  /** Where the flag has no room above: below the line. */
  readonly isBelow: boolean;
  /** Where the flag has no room towards the end of the line: on the other side of the caret. */
  readonly isMirrored: boolean;
}

/** Somebody's caret with head and flag. The bar is a border, so that forced colours keep it. */
export class CaretMarker implements LayerMarker {
  readonly place: CaretPlace;
  readonly look: CaretLook;

  constructor(place: CaretPlace, look: CaretLook) {
    this.place = place;
    this.look = look;
  }

  eq(other: LayerMarker): boolean {
    return (
      other instanceof CaretMarker && sameFields(this.place, other.place) && sameFields(this.look, other.look)
    );
  }

  draw(): HTMLElement {
    const caret = document.createElement("div");
    const flag = document.createElement("div");
    caret.append(document.createElement("i"), flag);
    flag.className = "flag";
    this.#show(caret, flag);
    return caret;
  }

  update(caret: HTMLElement, old: LayerMarker): boolean {
    if (!(old instanceof CaretMarker) || old.look.peer !== this.look.peer) return false;
    const flag = caret.lastElementChild;
    if (!(flag instanceof HTMLElement)) return false;
    this.#show(caret, flag);
    return true;
  }

  #show(caret: HTMLElement, flag: HTMLElement): void {
    const { left, top, height } = this.place;
    const { color, name, isIdle, isFlagged, isBelow, isMirrored } = this.look;
    caret.className = "caret";
    caret.classList.toggle("idle", isIdle);
    caret.classList.toggle("flagged", isFlagged);
    caret.classList.toggle("below", isBelow);
    caret.classList.toggle("mirrored", isMirrored);
    caret.dataset["person"] = String(color);
    caret.style.transform = `translate(${left}px, ${top}px)`;
    caret.style.height = `${height}px`;
    if (flag.textContent !== name) flag.textContent = name;
  }
}

interface MarginName {
  readonly name: string;
  readonly color: number;
}

/** The marks beside one line, and the names of who is on it. */
export class MarginMarker implements LayerMarker {
  readonly left: number;
  readonly top: number;
  readonly height: number;
  /** Colours of the marks, the nearest to the text first. */
  readonly colors: readonly number[];
  /** First names, each in the hue of its owner; none where there is no room, or nobody is active. */
  readonly names: readonly MarginName[];
  /** Longer names are cut off, in px. */
  readonly room: number;
  readonly isRightToLeft: boolean;

  constructor(place: CaretPlace, look: Pick<MarginMarker, "colors" | "names" | "room" | "isRightToLeft">) {
    this.left = place.left;
    this.top = place.top;
    this.height = place.height;
    this.colors = look.colors;
    this.names = look.names;
    this.room = look.room;
    this.isRightToLeft = look.isRightToLeft;
  }

  eq(other: LayerMarker): boolean {
    return (
      other instanceof MarginMarker &&
      this.left === other.left &&
      this.top === other.top &&
      this.height === other.height &&
      this.room === other.room &&
      JSON.stringify(this.names) === JSON.stringify(other.names) &&
      this.isRightToLeft === other.isRightToLeft &&
      this.colors.join() === other.colors.join()
    );
  }

  draw(): HTMLElement {
    const margin = document.createElement("div");
    margin.className = "margin";
    margin.dir = this.isRightToLeft ? "rtl" : "ltr";
    margin.style.transform = `translate(${this.left}px, ${this.top}px)`;
    margin.style.height = `${this.height}px`;
    for (const color of this.colors) {
      const mark = document.createElement("i");
      mark.dataset["person"] = String(color);
      margin.append(mark);
    }
    if (this.names.length > 0) margin.append(this.#drawNames());
    return margin;
  }

  #drawNames(): HTMLElement {
    const names = document.createElement("span");
    names.style.maxWidth = `${this.room}px`;
    for (const { name, color } of this.names) {
      const shown = document.createElement("bdi");
      shown.textContent = name;
      shown.dataset["person"] = String(color);
      names.append(names.hasChildNodes() ? ", " : "", shown);
    }
    return names;
  }
}

function sameFields<Fields extends object>(a: Fields, b: Fields): boolean {
  return (Object.keys(a) as (keyof Fields)[]).every((key) => a[key] === b[key]);
}
