import { describe, expect, test } from "vitest";
import { hostName, isHostAllowed } from "../../src/gateway/host.ts";
import { isOriginAllowed } from "../../src/gateway/origin.ts";

const NAMES = ["write.example", "xn--bcher-kva.example", "my_app"];

/** True if a request for `url` with these Host headers is answered. */
function isAnswered(hosts: readonly string[], url = "/", names: readonly string[] = NAMES): boolean {
  return isHostAllowed({ url, headersDistinct: { host: [...hosts] } }, names);
}

describe("a host that is", () => {
  test.each([
    ["localhost", "localhost"],
    ["localhost with a port", "localhost:8080"],
    ["localhost in capitals", "LocalHost:1"],
    ["localhost with its dot", "localhost."],
    ["an IPv4 address", "127.0.0.1:8080"],
    ["an IPv4 address of the network", "192.168.1.7"],
    ["an IPv6 address", "[::1]:8080"],
    ["an IPv4 address in IPv6", "[::ffff:10.0.0.7]"],
    ["a name that is allowed", "write.example"],
    ["that name with a port", "write.example:8443"],
    ["that name in capitals and with its dot", "WRITE.example.:80"],
    ["a name that is allowed, in ASCII", "xn--bcher-kva.example"],
    ["a name with an underscore", "my_app:8080"],
  ])("%s is answered", (_what, host) => {
    expect(isAnswered([host])).toBe(true);
  });

  test.each([
    ["another name", "evil.example"],
    ["a name below an allowed one", "a.write.example"],
    ["a name that ends in an allowed one", "notwrite.example"],
    ["a name that begins with an allowed one", "write.example.evil.example"],
    ["a name that begins with localhost", "localhost.evil.example"],
    ["a name below localhost", "evil.localhost"],
    ["a name that begins with an address", "127.0.0.1.evil.example"],
    ["an address in other numbers", "0x7f.1"],
    ["a short address", "127.1"],
    ["an IPv6 address without brackets", "::1"],
    ["brackets around something else", "[localhost]"],
    ["brackets around a name with hexadecimal digits", "[::dead.beef]"],
    ["an empty one", ""],
    ["only a port", ":8080"],
    ["only a dot", "."],
    ["two dots at the end", "localhost.."],
    ["a name with somebody before it", "localhost@evil.example"],
    ["somebody before localhost", "evil.example@localhost"],
    ["two in one", "localhost, evil.example"],
    ["a port that is none", "localhost:evil.example"],
    ["a path behind it", "localhost/evil"],
  ])("%s is not", (_what, host) => {
    expect(isAnswered([host])).toBe(false);
  });

  test("missing, or there twice, is not answered", () => {
    expect(isAnswered([])).toBe(false);
    expect(isHostAllowed({ url: "/", headersDistinct: {} }, NAMES)).toBe(false);
    expect(isAnswered(["localhost", "evil.example"])).toBe(false);
    expect(isAnswered(["localhost", "localhost"])).toBe(false);
  });

  test("in the target of the request counts as well as the header", () => {
    expect(isAnswered(["localhost"], "http://localhost:8080/api")).toBe(true);
    expect(isAnswered(["localhost"], "http://evil.example/api")).toBe(false);
    expect(isAnswered(["localhost"], "HTTP://evil.example")).toBe(false);
    expect(isAnswered(["localhost"], "http://localhost@evil.example/")).toBe(false);
    expect(isAnswered(["evil.example"], "http://localhost/")).toBe(false);
    // A path is a path, whatever is in it.
    expect(isAnswered(["localhost"], "/http://evil.example/")).toBe(true);
  });

  test("anything is answered where all are allowed", () => {
    expect(isAnswered(["evil.example"], "/", ["*"])).toBe(true);
    expect(isAnswered([], "/", ["*"])).toBe(true);
  });
});

describe("names that are allowed", () => {
  test("are told in one way", () => {
    const told = ["Write.Example", "write.example.", "Bücher.example"].map(hostName);
    expect(told).toEqual(["write.example", "write.example", "xn--bcher-kva.example"]);
  });

  test("are names", () => {
    const others = [
      "",
      ".",
      "a..b",
      "a.example:80",
      "http://a.example",
      "a/b",
      "[::1]",
      "a b",
      "a@b",
      "*.a.example",
    ];
    expect(others.map(hostName)).toEqual(others.map(() => undefined));
  });
});

describe("the origin of a page", () => {
  test.each<[origin: string | undefined, host: string, isAllowed: boolean]>([
    [undefined, "anything", true],
    ["http://write.example", "write.example", true],
    ["http://write.example", "WRITE.example", true],
    ["http://write.example", "write.example:80", true],
    ["https://write.example", "write.example:443", true],
    ["https://write.example", "write.example:80", false],
    ["http://write.example:8080", "write.example:8080", true],
    ["http://write.example:8080", "write.example", false],
    ["https://write.example", "127.0.0.1:8080", false],
    ["https://friend.example", "write.example", true],
    ["https://friend.example:8443", "write.example", false],
    ["https://evil.example", "write.example", false],
    ["null", "write.example", false],
    ["file://", "", false],
    ["", "write.example", false],
  ])("%s may ask for %s: %s", (origin, host, isAllowed) => {
    const headers = { host, ...(origin === undefined ? {} : { origin }) };
    expect(isOriginAllowed({ headers }, ["https://friend.example"])).toBe(isAllowed);
  });
});
