import { randomBytes } from "node:crypto";
import { tokenOf } from "@interline/protocol";

/** 132 random bits as 22 characters. */
export function randomToken(): string {
  return tokenOf(randomBytes(22));
}
