/**
 * Why something asked of a document cannot be done. `code` is `ERR_CLOSED` or a code of the protocol.
 * @public
 */
export class ClientError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "ClientError";
    this.code = code;
  }
}
