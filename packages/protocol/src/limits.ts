/**
 * Bounds that both sides know: the server tells them in `welcome`, the client keeps them by itself (a large paste
 * is sent in parts).
 * @public
 */
export interface Limits {
  /** Largest frame from a client, in bytes. */
  readonly maxMessageBytes: number;
  /** Longest document, in code points. */
  readonly maxDocumentLength: number;
  /** Most components in one submitted operation. */
  readonly maxComponents: number;
}

/** @public */
export const DEFAULT_LIMITS: Limits = {
  maxMessageBytes: 524_288,
  maxDocumentLength: 16_000_000,
  maxComponents: 4_000,
};

/** Longest name of a person, in UTF-16 code units. @public */
export const MAX_NAME_UNITS = 64;

/** So many people who went are remembered for those who come, at most. @public */
export const MAX_GONE = 20;

/** People who went are remembered for so long, in ms. @public */
export const GONE_MS = 3_600_000;

/** People have one of so many colours, numbered from 1. The viewer's theme picks the shade. @public */
export const PERSON_COLORS = 12;
