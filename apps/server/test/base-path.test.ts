import { expect, test } from "vitest";
import { basePathOf, seenBase, withoutBase } from "../src/http/base-path.ts";

test.each([
  ["/", "/"],
  ["", "/"],
  ["/pad", "/pad/"],
  ["/pad/", "/pad/"],
  ["pad", "/pad/"],
  ["/a/b-c_d.e~f/", "/a/b-c_d.e~f/"],
])("%j is the base path %j", (path, base) => {
  expect(basePathOf(path)).toBe(base);
});

test.each([
  "//evil.example/",
  "/pad//",
  "/a//b",
  "/a/../b",
  "/./",
  "/.hidden",
  '/"><script>',
  "/a b",
  "/a?b",
  "/a#b",
  "/%2e",
  "/a\\b",
  "http://evil.example/",
  `/${"x".repeat(200)}`,
])("%j is none", (path) => {
  expect(basePathOf(path)).toBeUndefined();
});

test.each([
  ["/pad/", "/"],
  ["/pad/d/x?y", "/d/x?y"],
  ["/d/x", "/d/x"],
  ["/pad", "/pad"],
  ["/padding/d/x", "/padding/d/x"],
  ["/", "/"],
  ["http://localhost/pad/d/x", "http://localhost/pad/d/x"],
])("%j asks a site under /pad/ for %j", (url, within) => {
  expect(withoutBase(url, "/pad/")).toBe(within);
});

test("what a proxy says it took off counts where a proxy is trusted, if it is a path", () => {
  const seen = (prefix: string, isProxied: boolean): string =>
    seenBase({ headers: { "x-forwarded-prefix": prefix } }, { basePath: "/pad/", isProxied });
  expect(seen("/other", true)).toBe("/other/");
  expect(seen("/other", false)).toBe("/pad/");
  for (const bad of ["//evil.example", "/a, /b", '"/><script>']) expect(seen(bad, true)).toBe("/pad/");
});
