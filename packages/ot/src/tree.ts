import { countPoints, splitsPair, unitOfPoint } from "./unicode.ts";

/** A leaf holds at most this many UTF-16 code units: short enough to copy per edit, long enough to keep the tree low. */
export const LEAF_UNITS = 512;
/** A branch holds at most this many children. */
const BRANCH_CHILDREN = 16;

interface Sizes {
  /** Length in UTF-16 code units. */
  readonly units: number;
  /** Length in code points. */
  readonly points: number;
  /** How many line feeds it has. */
  readonly feeds: number;
}

export interface Leaf extends Sizes {
  readonly height: 0;
  readonly string: string;
}

interface Branch extends Sizes {
  readonly height: number;
  readonly children: readonly Node[];
}

/**
 * A B-tree of short strings, in which all leaves are equally deep. Immutable: an edit copies one leaf and the path above it,
 * everything else is shared. No leaf is empty but one that is the whole tree.
 */
export type Node = Leaf | Branch;

/** A leaf, and what stands before it. */
export interface Place {
  readonly leaf: Leaf;
  readonly units: number;
  readonly points: number;
  readonly feeds: number;
}

export function leaf(string: string, points: number = countPoints(string)): Leaf {
  let feeds = 0;
  for (let at = string.indexOf("\n"); at >= 0; at = string.indexOf("\n", at + 1)) feeds++;
  return { height: 0, units: string.length, points, feeds, string };
}

/** The tree of a well-formed string. */
export function treeOf(string: string): Node {
  return grow(cut(string));
}

/** The tree with code points `from` to `to` replaced. Cost: O(log n + removed + inserted). */
export function replaceRange(root: Node, from: number, to: number, inserted: string): Node {
  return grow(splice(root, from, to, inserted));
}

/** The tree with another string, of `points` code points, in place of the leaf that begins at code point `start`. Cost: O(log n + string). */
export function replaceLeaf(root: Node, start: number, string: string, points: number): Node {
  return grow(spliceLeaf(root, start, string, points));
}

/**
 * The leaf in which the sizes before it pass `target`; where two leaves meet there the first one, or, with `isAfter`, the second.
 */
export function seek(root: Node, by: keyof Sizes, target: number, isAfter = false): Place {
  let node = root;
  let units = 0;
  let points = 0;
  let feeds = 0;
  let rest = target;
  while ("children" in node) {
    const { children } = node;
    let below = children[0] as Node;
    for (let index = 1; index < children.length; index++) {
      const size = below[by];
      if (rest < size || (rest === size && !isAfter)) break;
      rest -= size;
      units += below.units;
      points += below.points;
      feeds += below.feeds;
      below = children[index] as Node;
    }
    node = below;
  }
  return { leaf: node, units, points, feeds };
}

/** Offset in UTF-16 code units of a code point in a string. Without pairs, as nearly always, both are one number. */
export function unitIn(string: string, points: number, point: number): number {
  return points === string.length ? point : unitOfPoint(string, point);
}

export function* leaves(node: Node): Generator<Leaf> {
  if (!("children" in node)) yield node;
  else for (const child of node.children) yield* leaves(child);
}

function branch(children: readonly Node[]): Branch {
  let units = 0;
  let points = 0;
  let feeds = 0;
  for (const child of children) {
    units += child.units;
    points += child.points;
    feeds += child.feeds;
  }
  return { height: (children[0]?.height ?? 0) + 1, units, points, feeds, children };
}

/** Cuts a string into leaves of even length, never inside a pair. Who knows its code points saves a pass over it. */
function cut(string: string, points: number = countPoints(string)): Leaf[] {
  const count = Math.ceil(string.length / LEAF_UNITS);
  if (count <= 1) return string === "" ? [] : [leaf(string, points)];
  const size = Math.ceil(string.length / count);
  const pieces: Leaf[] = [];
  for (let start = 0; start < string.length; ) {
    let end = Math.min(string.length, start + size);
    if (splitsPair(string, end)) end--;
    pieces.push(leaf(string.slice(start, end)));
    start = end;
  }
  return pieces;
}

/** Puts nodes of one height under as few branches as needed, evenly, until one root is left. */
function grow(nodes: readonly Node[]): Node {
  let level = nodes;
  while (level.length > 1) level = group(level);
  let root = level[0] ?? leaf("");
  while ("children" in root && root.children.length === 1 && root.children[0]) root = root.children[0];
  return root;
}

function group(nodes: readonly Node[]): Branch[] {
  const count = Math.ceil(nodes.length / BRANCH_CHILDREN);
  const size = Math.ceil(nodes.length / count);
  const branches: Branch[] = [];
  for (let start = 0; start < nodes.length; start += size) {
    branches.push(branch(nodes.slice(start, start + size)));
  }
  return branches;
}

/**
 * The nodes, of the height of `node`, that stand in its place after code points `from` to `to` were replaced.
 * None if nothing is left.
 */
function splice(node: Node, from: number, to: number, inserted: string): Node[] {
  if (!("children" in node)) {
    const head = node.string.slice(0, unitIn(node.string, node.points, from));
    const tail = node.string.slice(unitIn(node.string, node.points, to));
    return cut(head + inserted + tail);
  }

  const children: Node[] = [];
  let start = 0;
  let edited = -1;
  for (const child of node.children) {
    const end = start + child.points;
    const holdsFrom = edited < 0 && from <= end;
    if (holdsFrom || (from < end && to > start)) {
      const below = splice(
        child,
        Math.max(0, from - start),
        Math.min(child.points, to - start),
        holdsFrom ? inserted : "",
      );
      if (edited < 0) edited = children.length;
      children.push(...below);
    } else children.push(child);
    start = end;
  }
  return gathered(children, edited);
}

/** As `splice`, for the whole leaf that begins at `start`. */
function spliceLeaf(node: Node, start: number, string: string, points: number): Node[] {
  if (!("children" in node)) return cut(string, points);
  let rest = start;
  let index = 0;
  for (const last = node.children.length - 1; index < last; index++) {
    const before = (node.children[index] as Node).points;
    if (rest < before) break;
    rest -= before;
  }
  const below = spliceLeaf(node.children[index] as Node, rest, string, points);
  return gathered([...node.children.slice(0, index), ...below, ...node.children.slice(index + 1)], index);
}

/** Children of which those from index `edited` on are new, under as many branches as they need. */
function gathered(children: Node[], edited: number): Node[] {
  joinSmall(children, Math.max(0, edited - 1));
  if (children.length === 0) return [];
  return children.length <= BRANCH_CHILDREN ? [branch(children)] : group(children);
}

/** Joins neighbours that fit into one node, beginning at index `first`, so that deletions leave no crumbs. */
function joinSmall(nodes: Node[], first: number): void {
  for (let index = first; index + 1 < nodes.length && index < first + 4; ) {
    const joined = join(nodes[index] as Node, nodes[index + 1] as Node);
    if (joined === undefined) index++;
    else nodes.splice(index, 2, joined);
  }
}

function join(a: Node, b: Node): Node | undefined {
  if ("children" in a && "children" in b) {
    return a.children.length + b.children.length <= BRANCH_CHILDREN / 2
      ? branch([...a.children, ...b.children])
      : undefined;
  }
  if ("children" in a || "children" in b) return undefined;
  return a.units + b.units <= LEAF_UNITS / 2 ? leaf(a.string + b.string, a.points + b.points) : undefined;
}
