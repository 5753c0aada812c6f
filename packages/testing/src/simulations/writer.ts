import { opposite, type OtType, type Side } from "../ot-type.ts";

/** A type that can be simulated: pending edits are composed. */
export type ComposingType<Snapshot, Op> = OtType<Snapshot, Op> &
  Required<Pick<OtType<Snapshot, Op>, "compose">>;

/** A committed operation and who made it. */
export interface Committed<Snapshot, Op> {
  readonly operation: Op;
  readonly author: Writer<Snapshot, Op>;
}

/**
 * A client with one operation in flight and the edits made meanwhile composed into a buffer. What it shows is always the
 * server's text at `version`, then what is in flight, then the buffer.
 */
export class Writer<Snapshot, Op> {
  shown: Snapshot;
  /** How many committed operations it has received. */
  version = 0;

  readonly #type: ComposingType<Snapshot, Op>;
  readonly #pendingSide: Side;
  #inFlight: Op | undefined;
  #buffer: Op | undefined;

  constructor(type: ComposingType<Snapshot, Op>, document: Snapshot, pendingSide: Side) {
    this.#type = type;
    this.#pendingSide = pendingSide;
    this.shown = document;
  }

  /** True if all that was written here is committed and known to be. */
  get isSettled(): boolean {
    return this.#inFlight === undefined && this.#buffer === undefined;
  }

  edit(operation: Op): void {
    this.shown = this.#type.apply(this.shown, operation);
    this.#buffer = this.#buffer === undefined ? operation : this.#type.compose(this.#buffer, operation);
  }

  /** What is to be committed now, made for `version`, or undefined if there is nothing or something is in flight. */
  send(): Op | undefined {
    if (this.#inFlight !== undefined) return undefined;
    this.#inFlight = this.#buffer;
    this.#buffer = undefined;
    return this.#inFlight;
  }

  /** Its own operation came back as the next one. */
  acknowledge(): void {
    this.#inFlight = undefined;
    this.version++;
  }

  /** `count` committed operations of others, composed into one. */
  receive(remote: Op, count: number): void {
    let incoming = remote;
    if (this.#inFlight !== undefined) {
      const mine = this.#inFlight;
      this.#inFlight = this.#type.transform(mine, incoming, this.#pendingSide);
      incoming = this.#type.transform(incoming, mine, opposite(this.#pendingSide));
    }
    if (this.#buffer !== undefined) {
      const mine = this.#buffer;
      this.#buffer = this.#type.transform(mine, incoming, this.#pendingSide);
      incoming = this.#type.transform(incoming, mine, opposite(this.#pendingSide));
    }
    this.shown = this.#type.apply(this.shown, incoming);
    this.version += count;
  }
}
