/**
 * Joins document servers on many machines: a log in a Redis.
 * @module
 */
export { isRedisAddress } from "./address.ts";
export type { ArchiveOptions } from "./cold-documents.ts";
export { RedisLog, type RedisLogOptions } from "./redis-log.ts";
export { RedisNodes, type RedisNodesOptions } from "./nodes.ts";
export { RedisStore, type RedisStoreOptions } from "./redis-store.ts";
