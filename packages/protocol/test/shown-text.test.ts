import { expect, test } from "vitest";
import { decodeClientMessage, decodeServerMessage, DEFAULT_LIMITS, shownText } from "../src/index.ts";

/** All that no name has. */
const UNFIT = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, index) => 0x7f + index),
  0x61c,
  0x200e,
  0x200f,
  0x2028,
  0x2029,
  ...Array.from({ length: 5 }, (_, index) => 0x202a + index),
  ...Array.from({ length: 4 }, (_, index) => 0x2066 + index),
].map((code) => String.fromCodePoint(code));

const KEPT = ["Ann", "Протокол", "\u05e9\u05dc\u05d5\u05dd", "\u{1f469}\u200d\u{1f4bb}", "a\u00a0b"];

function nameIn(message: unknown): string | undefined {
  const decoded = decodeClientMessage(JSON.stringify(message), DEFAULT_LIMITS);
  if (!decoded.ok) return decoded.code;
  const { message: read } = decoded;
  return read.type === "hello" || read.type === "user" ? read.user.name : undefined;
}

test("names have no control characters and none that turn text around, in whatever message they come", () => {
  for (const unfit of UNFIT) {
    const user = ["u", `${unfit}A${unfit}nn${unfit}`, 1];
    expect(nameIn(["hello", 1, user])).toBe("Ann");
    expect(nameIn(["user", user])).toBe("Ann");
    const peers = ["peers", 1, 0, [[1, user, 0, false]], [], [[user, 5]]];
    const told = decodeServerMessage(JSON.stringify(peers));
    expect(told).toMatchObject({
      message: { joined: [{ user: { name: "Ann" } }], gone: [{ user: { name: "Ann" } }] },
    });
    // Nothing is left.
    expect(nameIn(["hello", 1, ["u", unfit, 1]])).toBe("ERR_MESSAGE_SHAPE");
  }
});

test("names of every script stay as they are", () => {
  for (const name of KEPT) {
    expect(shownText(name)).toBe(name);
    expect(nameIn(["user", ["u", name, 1]])).toBe(name);
  }
});
