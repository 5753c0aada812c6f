import { expect, it } from "vitest";
import { deviceAccountOf } from "../src/device-account.ts";

const GUEST_ID = "aB3dE5gH7jK9mN1pQ3sT5v";

function token(header: object, claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return [part(header), part(claims), "c2lnbmF0dXJl"].join(".");
}

it("a guest has one account, whatever id the page has made up", () => {
  const account = deviceAccountOf(undefined, GUEST_ID);
  expect(account?.name).toBe(deviceAccountOf(undefined, "another")?.name);
  expect(account?.name).not.toContain(GUEST_ID);
});

it("somebody who comes by a share link is a guest", () => {
  const link = token({ alg: "HS256", typ: "interline-link+jwt" }, { document: "notes", role: "write" });
  expect(deviceAccountOf(link, GUEST_ID)?.name).toBe(deviceAccountOf(undefined, GUEST_ID)?.name);
});

it("a guest's account takes over what earlier builds kept: under the id at hand, or one that was forgotten", () => {
  const account = deviceAccountOf(undefined, "Ana-Ruiz");
  expect(account?.isFormer("Ana-Ruiz")).toBe(true);
  expect(account?.isFormer(GUEST_ID)).toBe(true);
  expect(account?.isFormer("u7Qd")).toBe(false);
  expect(account?.isFormer(deviceAccountOf(token({}, { sub: GUEST_ID }), GUEST_ID)!.name)).toBe(false);
});

it("each login has an account of its own, which a new token keeps, and which takes over nothing", () => {
  const ana = deviceAccountOf(token({ typ: "JWT" }, { sub: "ana@host", exp: 1 }), GUEST_ID);
  expect(deviceAccountOf(token({ alg: "RS256" }, { sub: "ana@host", exp: 2 }), "another")?.name).toBe(
    ana?.name,
  );
  expect(ana?.name).not.toMatch(/\s/);
  expect(ana?.isFormer(GUEST_ID)).toBe(false);
  for (const other of [token({}, { sub: "bea@host" }), undefined]) {
    expect(deviceAccountOf(other, GUEST_ID)?.name).not.toBe(ana?.name);
  }
  expect(deviceAccountOf(token({}, { sub: "Zoë 🧶 \uD800" }), GUEST_ID)?.name).not.toMatch(/\s/);
});

it("a token that names nobody, or cannot be read, has no account", () => {
  for (const unread of ["opaque", "a.b.c", token({}, {}), token({}, { sub: "" }), token([], [])]) {
    expect(deviceAccountOf(unread, GUEST_ID)).toBeUndefined();
  }
});
