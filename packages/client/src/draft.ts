import { apply, compose, Operation, replaceOperation, type Text } from "@interline/ot";

/**
 * Several edits that become one: each is in code points of `text` as the edits before it have made it.
 * @public
 */
export class Draft {
  #text: Text;
  #operation: Operation;

  /** @internal */
  constructor(text: Text) {
    this.#text = text;
    this.#operation = Operation.noop(text.points);
  }

  get text(): Text {
    return this.#text;
  }

  /** All of it as one operation. @internal */
  get operation(): Operation {
    return this.#operation;
  }

  insert(at: number, text: string): void {
    this.replace(at, at, text);
  }

  delete(at: number, length: number): void {
    this.replace(at, at + length, "");
  }

  /** Replaces code points `from` to `to`. */
  replace(from: number, to: number, text: string): void {
    this.edit(replaceOperation(from, to, text, this.#text.points));
  }

  edit(operation: Operation): void {
    this.#text = apply(this.#text, operation);
    this.#operation = compose(this.#operation, operation);
  }
}
