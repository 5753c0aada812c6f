/**
 * For those who write a store of their own: what every store must do.
 * @module
 */
export { type StoreCase, storeContract } from "./offline/store-contract.ts";
