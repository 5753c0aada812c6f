import { randomFillSync } from "node:crypto";
import { tokenOf } from "@interline/protocol";

const TOKEN_BYTES = 22;
/** Random bytes are drawn for so many tokens at once: a draw costs far more than its bytes. */
const pool: Buffer = Buffer.allocUnsafe(256 * TOKEN_BYTES);
let used = pool.length;

/** 132 random bits as 22 characters. */
export function randomToken(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += TOKEN_BYTES;
  return tokenOf(pool.subarray(used - TOKEN_BYTES, used));
}
