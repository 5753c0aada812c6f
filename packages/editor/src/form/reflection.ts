/**
 * Attributes as properties, by the rules of HTML ("Reflecting content attributes in IDL attributes"): reading
 * and setting the property is reading and setting the attribute.
 */

import { domString, unsignedLong } from "./web-idl.ts";

/** A property of an element that reflects one of its attributes. */
type Reflected = PropertyDescriptor & ThisType<HTMLElement>;

/** Largest number that HTML lets such an attribute hold. */
const MAX = 2 ** 31 - 1;

const property = (get: (this: HTMLElement) => unknown, set: (this: HTMLElement, value: never) => void) =>
  ({ get, set, enumerable: true, configurable: true }) as Reflected;

/** A string; "" while the attribute is absent. */
export function text(attribute: string): Reflected {
  return property(
    function () {
      return this.getAttribute(attribute) ?? "";
    },
    function (value: unknown) {
      this.setAttribute(attribute, domString(value));
    },
  );
}

/** True while the attribute is there, whatever it holds. */
export function flag(attribute: string): Reflected {
  return property(
    function () {
      return this.hasAttribute(attribute);
    },
    function (value: unknown) {
      this.toggleAttribute(attribute, Boolean(value));
    },
  );
}

/** A number from 0 up; -1 while the attribute holds none. Setting a negative one is an `IndexSizeError`. */
export function length(attribute: string): Reflected {
  return property(
    function () {
      return numberIn(this.getAttribute(attribute), 0) ?? -1;
    },
    function (value: unknown) {
      const number = Number(value) | 0;
      if (number < 0) throw new DOMException(`The value provided (${number}) is negative.`, "IndexSizeError");
      this.setAttribute(attribute, String(number));
    },
  );
}

/** A number from 1 up; `fallback` while the attribute holds none. */
export function count(attribute: string, fallback: number): Reflected {
  return property(
    function () {
      return numberIn(this.getAttribute(attribute), 1) ?? fallback;
    },
    function (value: unknown) {
      const number = unsignedLong(value);
      this.setAttribute(attribute, String(number >= 1 && number <= MAX ? number : fallback));
    },
  );
}

/** The number at the start of an attribute, if it is within the range (HTML: "parse non-negative integers"). */
function numberIn(value: string | null, least: number): number | undefined {
  const digits = /^[\t\n\f\r ]*\+?(\d+)/.exec(value ?? "")?.[1];
  const number = digits === undefined ? -1 : Number(digits);
  return number >= least && number <= MAX ? number : undefined;
}
