/**
 * For those who write a log of their own: what every log must do.
 * @module
 */
export { type LogCase, logContract } from "./log/log-contract.ts";
