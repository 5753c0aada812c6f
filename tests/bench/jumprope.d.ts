declare module "jumprope" {
  /** The part of jumprope 1.2.1 that is used here; it brings no types. Positions in UTF-16 code units. */
  export default class Rope {
    insert(position: number, text: string): this;
    del(position: number, length: number): this;
    toString(): string;
  }
}
