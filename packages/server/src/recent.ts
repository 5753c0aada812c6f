/** So many values by name: the one that was not asked for or set for the longest is forgotten first. */
export class Recent<Value> {
  readonly #size: number;
  readonly #values = new Map<string, Value>();

  constructor(size: number) {
    this.#size = size;
  }

  get(name: string): Value | undefined {
    const value = this.#values.get(name);
    if (value !== undefined) this.#put(name, value);
    return value;
  }

  set(name: string, value: Value): void {
    this.#put(name, value);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#size) return;
      this.#values.delete(oldest);
    }
  }

  delete(name: string): void {
    this.#values.delete(name);
  }

  #put(name: string, value: Value): void {
    this.#values.delete(name);
    this.#values.set(name, value);
  }
}
