/**
 * For tests, and for those who write a store of their own: what every store must do, and one that lasts as long as the process.
 * @module
 */
export { MemoryStore } from "./offline/memory-store.ts";
export { type StoreCase, storeContract } from "./offline/store-contract.ts";
