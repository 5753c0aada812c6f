/** What scripts pass, as the DOM takes it (Web IDL): the types of TypeScript bind nobody in a page. */

/** `DOMString`. */
export function domString(value: unknown): string {
  return String(value);
}

/** `unsigned long`: -1 becomes the largest. */
export function unsignedLong(value: unknown): number {
  return Number(value) >>> 0;
}
