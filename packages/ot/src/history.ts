import { apply } from "./apply.ts";
import { composeAll } from "./composer.ts";
import type { Operation } from "./operation.ts";
import { Text } from "./text.ts";

/** So many pieces of one level make a piece of the next. */
const FAN_OUT = 16;
/** About what an operation holds beside its components, and each of these, in bytes. */
const OPERATION_BYTES = 64;
const COMPONENT_BYTES = 8;
/** A snapshot is never nearer to the one before than so many bytes of operations. */
const MIN_SNAPSHOT_BYTES = 16_384;

/** @public */
export interface HistoryOptions {
  /** Version of the first text. Default 0. */
  readonly version?: number;
  /** About how many bytes of operations and texts are kept; the oldest versions are forgotten first. Default 64 MiB. */
  readonly maxBytes?: number;
}

/** What happened from one version to another, as one operation. @public */
export interface HistoryPiece {
  readonly from: number;
  readonly to: number;
  readonly operation: Operation;
}

interface Snapshot {
  readonly version: number;
  readonly text: Text;
  readonly bytes: number;
}

/** Pieces of one length, side by side. */
interface Level {
  /** How many versions a piece spans. */
  readonly span: number;
  /** Number of the first piece that is held: it begins at version `first × span`. */
  first: number;
  readonly operations: Operation[];
}

/**
 * The versions of a text, to go back to any and to tell what happened between any two. Version v is the text after v operations.
 *
 * Committed operations are kept singly and, 16 at a time, composed: levels of 16, 256, 4,096 … versions. Whoever is behind gets a
 * few large pieces instead of each operation; this is legal because a pending operation, on the left, moves over a composed
 * piece as over its parts (see `compose`). A text is kept whenever the operations since the last one weigh as much as the text.
 *
 * Laws: (`seek-model`) `textAt(v)` = all operations up to v applied one by one; `between(v, w)` composes to the value of its
 * operations one by one. Cost: `append` O(log n) on average; `between` O(log n) pieces; `textAt` O(text). Memory: about
 * `maxBytes`, and always the last text.
 *
 * @example
 * const history = new History(Text.of("a"));
 * history.append(replaceOperation(1, 1, "b", 1));
 * history.textAt(0)?.toString(); // "a"
 * @public
 */
export class History {
  readonly #maxBytes: number;
  /** Oldest first; the first is at the first version. */
  readonly #snapshots: Snapshot[];
  readonly #levels: Level[];
  #text: Text;
  #version: number;
  #bytes: number;
  #bytesSinceSnapshot = 0;

  constructor(text: Text = Text.empty, options: HistoryOptions = {}) {
    const { version = 0, maxBytes = 64 * 1024 * 1024 } = options;
    const snapshot: Snapshot = { version, text, bytes: textBytes(text) };
    this.#maxBytes = maxBytes;
    this.#snapshots = [snapshot];
    this.#levels = [{ span: 1, first: version, operations: [] }];
    this.#text = text;
    this.#version = version;
    this.#bytes = snapshot.bytes;
  }

  /** The oldest version that is still known. */
  get firstVersion(): number {
    return this.#snapshots[0]?.version ?? this.#version;
  }

  /** The newest version. */
  get version(): number {
    return this.#version;
  }

  /** The newest text. */
  get text(): Text {
    return this.#text;
  }

  /** About how much is held, in bytes. Texts share what is the same in them, so it is less. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds the operation that makes the next version.
   * @throws OtError `ERR_LENGTH_MISMATCH` if it does not fit the newest text; nothing has changed then.
   */
  append(operation: Operation): void {
    this.#text = apply(this.#text, operation);
    this.#version++;
    const bytes = operationBytes(operation);
    this.#bytes += bytes;
    this.#bytesSinceSnapshot += bytes;
    this.#levels[0]?.operations.push(operation);
    this.#composeFull();
    if (this.#bytesSinceSnapshot >= Math.max(MIN_SNAPSHOT_BYTES, textBytes(this.#text))) this.#takeSnapshot();
  }

  /**
   * What happened from one version to another, in order, in as few pieces as there are: about 15 of each level at either
   * end. Undefined if `from` is forgotten, or `to` has not been.
   */
  between(from: number, to: number): readonly HistoryPiece[] | undefined {
    if (!(from >= this.firstVersion && from <= to && to <= this.#version)) return undefined;
    const pieces: HistoryPiece[] = [];
    for (let at = from; at < to; ) {
      const piece = this.#longest(at, to);
      if (piece === undefined) return undefined;
      pieces.push(piece);
      at = piece.to;
    }
    return pieces;
  }

  /** The text of a version; undefined if it is forgotten or has not been. */
  textAt(version: number): Text | undefined {
    const snapshot = this.#snapshots.findLast((snapshot) => snapshot.version <= version);
    const pieces = snapshot && this.between(snapshot.version, version);
    return pieces?.reduce((text, piece) => apply(text, piece.operation), snapshot?.text ?? Text.empty);
  }

  /** The longest piece that begins at one version and does not go beyond another. */
  #longest(from: number, to: number): HistoryPiece | undefined {
    let longest: HistoryPiece | undefined;
    for (const { span, first, operations } of this.#levels) {
      if (from % span !== 0 || from + span > to) break;
      const operation = operations[from / span - first];
      if (operation !== undefined) longest = { from, to: from + span, operation };
    }
    return longest;
  }

  /** Composes the pieces that the newest version makes full, on every level. */
  #composeFull(): void {
    for (let index = 0; ; index++) {
      const level = this.#levels[index];
      if (level === undefined) return;
      const span = level.span * FAN_OUT;
      const from = this.#version - span;
      if (this.#version % span !== 0 || from < this.firstVersion || level.operations.length < FAN_OUT) return;
      const operation = composeAll(level.operations.slice(-FAN_OUT));
      const next = this.#levels[index + 1];
      if (next === undefined) this.#levels.push({ span, first: from / span, operations: [operation] });
      else {
        if (next.operations.length === 0) next.first = from / span;
        next.operations.push(operation);
      }
      this.#bytes += operationBytes(operation);
    }
  }

  #takeSnapshot(): void {
    const bytes = textBytes(this.#text);
    this.#snapshots.push({ version: this.#version, text: this.#text, bytes });
    this.#bytes += bytes;
    this.#bytesSinceSnapshot = 0;
    while (this.#bytes > this.#maxBytes && this.#snapshots.length > 1) this.#forgetOldest();
  }

  /** Forgets the versions before the second snapshot. */
  #forgetOldest(): void {
    this.#bytes -= this.#snapshots.shift()?.bytes ?? 0;
    for (const level of this.#levels) {
      const first = Math.ceil(this.firstVersion / level.span);
      const forgotten = level.operations.splice(0, Math.max(0, first - level.first));
      level.first = Math.max(first, level.first);
      for (const operation of forgotten) this.#bytes -= operationBytes(operation);
    }
  }
}

function operationBytes(operation: Operation): number {
  let bytes = OPERATION_BYTES;
  for (const component of operation) {
    bytes += COMPONENT_BYTES;
    if (typeof component === "string") bytes += 2 * component.length;
  }
  return bytes;
}

function textBytes(text: Text): number {
  return 2 * text.units;
}
