/**
 * Where somebody is in a text, in code points, as presence of ShareDB: a caret; an anchor and a head, as a pair or by name; or a
 * range of `length` from `index` on, as npm `rich-text` has it. Other fields of an object, such as a name, stay. `null`: nowhere.
 * @public
 */
export type TextPresence =
  | null
  | number
  | readonly number[]
  | { readonly anchor: number; readonly head: number }
  | { readonly index: number; readonly length?: number };

/**
 * The presence with each position in it moved. A value that holds no position is returned unchanged: a peer
 * sent it, so it is never an error.
 */
export function movedPresence<P>(presence: P, move: (position: number) => number): P;
export function movedPresence(presence: unknown, move: (position: number) => number): unknown {
  const moved = (value: unknown): unknown => (typeof value === "number" ? move(value) : value);
  if (Array.isArray(presence)) return presence.map(moved);
  if (typeof presence !== "object" || presence === null) return moved(presence);
  const { anchor, head, index, length } = presence as Readonly<Record<string, unknown>>;
  if (typeof anchor === "number" && typeof head === "number") {
    return { ...presence, anchor: move(anchor), head: move(head) };
  }
  if (typeof index !== "number") return presence;
  const start = move(index);
  return typeof length === "number"
    ? { ...presence, index: start, length: move(index + length) - start }
    : { ...presence, index: start };
}
