import { expect, test } from "vitest";
import { securityHeaders } from "../src/http/security-headers.ts";

/** The sources of one directive. */
function sources(name: string, elsewhere: readonly string[]): readonly string[] {
  const policy = securityHeaders(elsewhere)["content-security-policy"] ?? "";
  const directive = policy.split("; ").find((one) => one.startsWith(`${name} `)) ?? "";
  return directive.split(" ").slice(1);
}

test("a page connects to its own server, and to those that are named", () => {
  expect(sources("connect-src", [])).toEqual(["'self'"]);
  expect(sources("connect-src", ["https://a.example", "wss://b.example:8443/sync"])).toEqual([
    "'self'",
    "https://a.example",
    "wss://a.example",
    "https://b.example:8443",
    "wss://b.example:8443",
  ]);
  expect(sources("connect-src", ["ws://127.0.0.1:8081/sync"])).toEqual([
    "'self'",
    "http://127.0.0.1:8081",
    "ws://127.0.0.1:8081",
  ]);
});

test("a page connects nowhere else where pages of all sites may connect here", () => {
  expect(sources("connect-src", ["*"])).toEqual(["'self'"]);
});

test("a page is in no frame of another site", () => {
  expect(sources("frame-ancestors", ["https://a.example"])).toEqual(["'self'"]);
});
