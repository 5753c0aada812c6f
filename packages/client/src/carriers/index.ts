/**
 * What carries frames where a WebSocket does not get through.
 * @module
 */
export type { WebSocketLike } from "../environment.ts";
export { type EventMode, EventSocket } from "./event-socket.ts";
