/**
 * For those who write a log of their own: what every log and every catalogue must do.
 * @module
 */
export { type CatalogueCase, catalogueContract } from "./catalogue/catalogue-contract.ts";
export { type ArchiveCase, archiveContract } from "./log/archive-contract.ts";
export { type LogCase, logContract } from "./log/log-contract.ts";
