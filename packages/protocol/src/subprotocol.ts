/**
 * WebSocket subprotocol of a client that takes compressed messages: binary frames, each the UTF-8 text of one message in raw DEFLATE
 * (RFC 1951). Who does not offer it gets text frames only.
 * @public
 */
export const DEFLATE_SUBPROTOCOL = "interline.deflate";

/**
 * WebSocket subprotocol of a client that comes back in one round trip: as `DEFLATE_SUBPROTOCOL`, and what follows `hello` may be sent before
 * `welcome` has come, an `open` with what is pending among it.
 * @public
 */
export const EARLY_SUBPROTOCOL = "interline.early";
