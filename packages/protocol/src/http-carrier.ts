/**
 * Headers of the requests that carry messages where no WebSocket gets through.
 * @public
 */
export const CarrierHeader = {
  /** The connection that a request belongs to; none: a new one is wanted. */
  Connection: "interline-connection",
  /** Number of the first message in a request, counted from 1. */
  Message: "interline-message",
  /** `poll`: the answer ends with the first events. */
  Mode: "interline-mode",
  /** Number of the last event that the client has; 0: none. */
  LastEvent: "last-event-id",
} as const;
