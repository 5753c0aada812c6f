import { expect, test } from "vitest";
import { parseAddress, withoutPassword } from "../src/address.ts";

const nobody = { username: undefined, password: undefined, isTls: false };

test("one Redis is named by its URL", () => {
  for (const url of [
    "redis://a",
    "redis://a:7000",
    "redis://ann:secret@a:7000/2",
    "rediss://:secret@[::1]:7000",
  ]) {
    expect(parseAddress(url)).toEqual({ kind: "single", url });
  }
});

test("a cluster is named by some of its nodes", () => {
  expect(parseAddress("redis+cluster://a:1,b,[2001:db8::1]:3")).toEqual({
    kind: "cluster",
    nodes: [
      { host: "a", port: 1 },
      { host: "b", port: 6379 },
      { host: "2001:db8::1", port: 3 },
    ],
    login: nobody,
  });
  expect(parseAddress("redis+cluster://a/")).toMatchObject({ kind: "cluster" });
});

test("sentinels come with what they call the master", () => {
  expect(parseAddress("redis+sentinel://a:1,b:2/the%20main")).toEqual({
    kind: "sentinel",
    sentinels: [
      { host: "a", port: 1 },
      { host: "b", port: 2 },
    ],
    name: "the main",
    login: nobody,
  });
});

test("user and password may be left out, and hold anything that is percent-encoded", () => {
  const loginOf = (address: string): unknown => (parseAddress(address) as { login: unknown }).login;
  const both = { username: "ann", password: "a:b@c/d", isTls: true };
  expect(loginOf("rediss+cluster://ann:a%3Ab%40c%2Fd@a:1,b:2")).toEqual(both);
  expect(loginOf("redis+sentinel://:secret@a/main")).toEqual({ ...nobody, password: "secret" });
});

test.each([
  "",
  "a:6379",
  "http://a",
  "redis://",
  "redis://a,b",
  "redis://a:70000",
  "redis://a:x",
  "redis+cluster://",
  "redis+cluster://a,,b",
  "redis+cluster://a:1,b:2/0",
  "redis+cluster://user:%zz@a",
  "redis+sentinel://a:1",
  "redis+sentinel://a:1/",
  "redis+sentinel://a/%zz",
  "redis+other://a",
])("%j is no address", (address) => {
  expect(() => parseAddress(address)).toThrow(expect.objectContaining({ code: "ERR_STORE_FAILED" }));
});

test("a password is never shown", () => {
  const shown = "redis+cluster://ann:***@a:1,b:2";
  expect(withoutPassword("redis+cluster://ann:secret@a:1,b:2")).toBe(shown);
  expect(withoutPassword("redis://a:6379/1")).toBe("redis://a:6379/1");
  expect(withoutPassword("redis://ann:se@cr:et@a:6379")).toBe("redis://ann:***@a:6379");
  const wrong = "redis+sentinel://:secret@a";
  expect(() => parseAddress(wrong)).toThrow(/:\*\*\*@a$/);
});
