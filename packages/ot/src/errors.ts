/**
 * What can be wrong with an operation, a position or a text. Codes are stable; messages may change.
 * @public
 */
export const OtErrorCode = {
  /** Not an array of components, or a component of an unknown shape. */
  OperationInvalid: "ERR_OPERATION_INVALID",
  /** A skip or delete that is not a safe positive whole number. */
  OperationNumber: "ERR_OPERATION_NUMBER",
  /** Inserted text is not well-formed Unicode: it holds half of a surrogate pair. */
  OperationText: "ERR_OPERATION_TEXT",
  /** More components than the limit allows. */
  OperationTooLarge: "ERR_OPERATION_TOO_LARGE",
  /** The operation reaches past the end of the document, or two operations do not fit together. */
  LengthMismatch: "ERR_LENGTH_MISMATCH",
  /** A position outside the text, or between the halves of a surrogate pair. */
  PositionInvalid: "ERR_POSITION_INVALID",
} as const;

/** @public */
export type OtErrorCode = (typeof OtErrorCode)[keyof typeof OtErrorCode];

/**
 * What else can be wrong with an argument of `type`, the ottypes interface. No message of the protocol has these codes.
 * @public
 */
export const OtTypeErrorCode = {
  /** A document that is neither a string nor a `Text`. */
  DocumentInvalid: "ERR_DOCUMENT_INVALID",
  /** An operation that is not in normal form: an empty component, two skips in a row, or a skip at the end. */
  OperationNotNormal: "ERR_OPERATION_NOT_NORMAL",
  /** The inverse is asked of an operation with a delete that does not tell its text. */
  NotInvertible: "ERR_NOT_INVERTIBLE",
  /** A side that is neither `left` nor `right`. */
  SideInvalid: "ERR_SIDE_INVALID",
} as const;

/** @public */
export type OtTypeErrorCode = (typeof OtTypeErrorCode)[keyof typeof OtTypeErrorCode];

/**
 * A caller's mistake: arguments that do not fit each other. Input from outside is never thrown at, see `decodeOperation`.
 * @public
 */
export class OtError extends Error {
  readonly code: OtErrorCode | OtTypeErrorCode;

  constructor(code: OtErrorCode | OtTypeErrorCode, message: string) {
    super(message);
    this.name = "OtError";
    this.code = code;
  }
}

/** The error of an operation, or a part of a document, that is asked of a document of another length. */
export function mismatch(what: string, length: number): OtError {
  return new OtError(OtErrorCode.LengthMismatch, `${what} does not fit a document of ${length} code points`);
}

/** The same, of an operation for documents of `baseLength` code points. */
export function misfit(baseLength: number, length: number): OtError {
  return mismatch(`an operation for ${baseLength} code points`, length);
}
