/**
 * Raised by every change that one side alone could not understand. It covers the meaning of operations too: who is `left`
 * (the pending one) and how two operations compose (mirrored).
 * @public
 */
export const PROTOCOL_VERSION = 1;
