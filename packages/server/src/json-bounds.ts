/** How much a JSON text may make a parser build, at most. @public */
export interface JsonLimits {
  /** Arrays, objects and what is in them. */
  readonly maxValues: number;
  /** Deepest nesting of arrays and objects. */
  readonly maxDepth: number;
}

/** Deepest nesting of a body. None that means something has more than four levels. */
const MAX_BODY_DEPTH = 64;
/** Values that take some ms to build. */
const FEW_VALUES = 65_536;

/**
 * What one text may make a parser build where operations may have so many components: more than the longest
 * operation needs, so that one that is too long gets a code of its own. @public
 */
export function jsonLimits({ maxComponents }: { readonly maxComponents: number }): JsonLimits {
  return { maxValues: Math.max(FEW_VALUES, 4 * maxComponents), maxDepth: MAX_BODY_DEPTH };
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Looks at a JSON text piece by piece before it is parsed, and says whether parsing it is cheap: not nested
 * too deep, and not of too many values. Whether it is JSON at all is for the parser to say. Allocates
 * nothing; cost: one look at each code unit.
 * @public
 */
export class JsonBounds {
  readonly #limits: JsonLimits;
  #depth = 0;
  #values = 1;
  #isInString = false;
  #isEscaped = false;

  constructor(limits: JsonLimits) {
    this.#limits = limits;
  }

  /** False once it is nested too deep, or has too many values. */
  get isWithin(): boolean {
    return this.#depth <= this.#limits.maxDepth && this.#values <= this.#limits.maxValues;
  }

  /** Takes the next piece, and returns `isWithin`. Pieces may be cut anywhere. */
  take(piece: string): boolean {
    for (let at = 0; at < piece.length; at++) {
      if (this.#isInString) {
        at = this.#endOfString(piece, at);
        continue;
      }
      switch (piece.charCodeAt(at)) {
        case QUOTE:
          this.#isInString = true;
          break;
        case OPEN_ARRAY:
        case OPEN_OBJECT:
          this.#depth++;
          this.#values++;
          if (!this.isWithin) return false;
          break;
        case CLOSE_ARRAY:
        case CLOSE_OBJECT:
          this.#depth--;
          break;
        case COMMA:
          this.#values++;
          break;
        default:
      }
    }
    return this.isWithin;
  }

  /** Index of the quote that ends the string, or the length of the piece if the string goes on. */
  #endOfString(piece: string, from: number): number {
    for (let at = from; at < piece.length; at++) {
      if (this.#isEscaped) this.#isEscaped = false;
      else {
        const unit = piece.charCodeAt(at);
        if (unit === BACKSLASH) this.#isEscaped = true;
        else if (unit === QUOTE) {
          this.#isInString = false;
          return at;
        }
      }
    }
    return piece.length;
  }
}

/** True if a text has at most so many values. A short one is not even looked at. */
export function hasFewValues(text: string, maxValues: number): boolean {
  return text.length <= maxValues || new JsonBounds({ maxValues, maxDepth: Infinity }).take(text);
}
