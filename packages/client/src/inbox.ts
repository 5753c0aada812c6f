/**
 * Frames of one socket in the order they came, though a compressed one takes a moment to unpack: what comes behind it
 * waits for it.
 */
export class Inbox {
  readonly #inflate: (bytes: ArrayBuffer) => Promise<string>;
  readonly #onFrame: (frame: string) => void;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** `onFrame` gets an empty frame for what cannot be unpacked. */
  constructor(inflate: (bytes: ArrayBuffer) => Promise<string>, onFrame: (frame: string) => void) {
    this.#inflate = inflate;
    this.#onFrame = onFrame;
  }

  take(data: unknown): void {
    if (typeof data === "string" && this.#waiting === 0) return this.#onFrame(data);
    this.#waiting++;
    const frame = data instanceof ArrayBuffer ? this.#inflate(data) : Promise.resolve(data);
    this.#last = this.#deliver(frame, this.#last);
  }

  async #deliver(frame: Promise<unknown>, before: Promise<void>): Promise<void> {
    // Both at once: a fault of the one must not go unheard while the other is waited for.
    const [unpacked] = await Promise.allSettled([frame, before]);
    this.#waiting--;
    const value = unpacked.status === "fulfilled" ? unpacked.value : undefined;
    this.#onFrame(typeof value === "string" ? value : "");
  }
}
