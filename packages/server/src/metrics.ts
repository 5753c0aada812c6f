/** Where a server tells what it did, to be counted. Called often: it must be quick, and must not throw. @public */
export interface Metrics {
  /** Something was refused, with this code. */
  refused(code: string): void;
  /**
   * So many operations of one document became durable together, so long after they were given to the log, in ms, at the so-manieth attempt:
   * over 1 where others were first.
   */
  committed(operations: number, latencyMs: number, attempts: number): void;
  /**
   * A message, or fields of it, of a client that announced a newer version were passed over. Both are the
   * client's words.
   */
  passedOver(message: string, version: string): void;
  /** An operation was moved over so many entries that its author had not seen. */
  transformed(entries: number): void;
}

/** @public */
export const silentMetrics: Metrics = {
  refused: () => {},
  committed: () => {},
  transformed: () => {},
  passedOver: () => {},
};
