/**
 * A place on the disk for what is typed in a Node program and not saved yet.
 * @module
 */
export { FileStore } from "./file-store.ts";
