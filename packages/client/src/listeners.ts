/**
 * Who listens to what. `Events` maps a name to the arguments of its listeners. A listener that throws does not keep the others
 * from hearing: the first fault is thrown once all were told.
 */
export class Listeners<Events extends Record<string, readonly unknown[]>> {
  readonly #listeners: { [Name in keyof Events]?: Set<(...event: Events[Name]) => void> } = {};

  /** Returns how to stop listening. */
  on<Name extends keyof Events>(name: Name, listener: (...event: Events[Name]) => void): () => void {
    const listeners = (this.#listeners[name] ??= new Set());
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<Name extends keyof Events>(name: Name, ...event: Events[Name]): void {
    const faults: unknown[] = [];
    for (const listener of new Set(this.#listeners[name])) {
      try {
        listener(...event);
      } catch (fault) {
        faults.push(fault);
      }
    }
    if (faults.length > 0) throw faults[0];
  }
}
