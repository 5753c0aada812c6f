import { afterEach, describe, expect, test, vi } from "vitest";
import { readConfig } from "../src/config.ts";

const NAMES =
  "PORT HOST DATA_DIR REDIS_URL REDIS_MIN_REPLICAS NODE_URL LOG_LEVEL ALLOW_ORIGIN ALLOW_HOST BASE_PATH JWT_SECRET JWT_SECRET_FILE JWKS_URL JWT_ISSUER JWT_AUDIENCE DEFAULT_ROLE TRUST_PROXY DRAIN_DELAY DRAIN_RATE DRAIN_TO".split(
    " ",
  );
afterEach(() => vi.unstubAllEnvs());

describe("configuration", () => {
  test("has safe defaults and cannot be changed", () => {
    for (const name of NAMES) vi.stubEnv(name, undefined);
    const read = readConfig([]);
    expect(read).toEqual({
      config: {
        port: 8080,
        host: "127.0.0.1",
        dataDir: ".data",
        redis: undefined,
        redisMinReplicas: 0,
        nodeUrl: undefined,
        logLevel: "warn",
        allowOrigin: [],
        basePath: "/",
        allowHost: [],
        jwtSecret: undefined,
        jwksUrl: undefined,
        jwtIssuer: undefined,
        jwtAudience: undefined,
        defaultRole: "write",
        guests: false,
        open: false,
        trustProxy: false,
        drainDelay: 0,
        drainRate: 100,
        drainTo: undefined,
      },
    });
    expect(Object.isFrozen("config" in read && read.config)).toBe(true);
  });

  test("flags go before the environment", () => {
    vi.stubEnv("PORT", "9000");
    vi.stubEnv("HOST", "0.0.0.0");
    vi.stubEnv("ALLOW_ORIGIN", "https://a.example, https://b.example:8443");
    expect(readConfig(["--port", "0"])).toMatchObject({
      config: { port: 0, host: "0.0.0.0", allowOrigin: ["https://a.example", "https://b.example:8443"] },
    });
  });

  test.each([
    [[]],
    [["--host", "127.0.0.1"]],
    [["--host", "127.1.2.3"]],
    [["--host", "localhost"]],
    [["--host", "::1"]],
  ])("--open is taken on this machine, with %j", (args) => {
    for (const name of NAMES) vi.stubEnv(name, undefined);
    expect(readConfig(["--open", ...args])).toMatchObject({ config: { open: true } });
  });

  test.each([
    [["--host", "0.0.0.0"], "listens on this machine only"],
    [["--host", "::"], "listens on this machine only"],
    [["--host", "127.evil.example"], "listens on this machine only"],
    [["--host", "192.168.0.7"], "listens on this machine only"],
    [["--trust-proxy"], "behind a proxy"],
    [["--allow-host", "write.example"], "behind a proxy"],
    [["--redis", "redis://127.0.0.1:6379"], "share a Redis"],
    [["--jwks-url", "https://login.example/keys"], "with a login"],
  ])("--open is refused with %j", (args, reason) => {
    for (const name of NAMES) vi.stubEnv(name, undefined);
    const read = readConfig(["--open", ...args]);
    expect(read).toMatchObject({ stop: { exitCode: 2 } });
    expect("stop" in read && read.stop.text).toContain(reason);
  });

  test("host names come one by one or with commas, and are told in one way", () => {
    vi.stubEnv("ALLOW_HOST", "a.example, *");
    expect(readConfig([])).toMatchObject({ config: { allowHost: ["a.example", "*"] } });
    const flags = ["--allow-host", "Write.Example.", "--allow-host", "b.example,bücher.example"];
    expect(readConfig(flags)).toMatchObject({
      config: { allowHost: ["write.example", "b.example", "xn--bcher-kva.example"] },
    });
  });

  test.each([
    [["--port", "70000"]],
    [["--port", "8e3"]],
    [["--port", ""]],
    [["--host", " "]],
    [["--log-level", "loud"]],
    [["--allow-origin", "a.example"]],
    [["--allow-host", "https://a.example"]],
    [["--allow-host", "a.example:8080"]],
    [["--allow-host", "a b"]],
    [["--base-path", "https://a.example/pad"]],
    [["--base-path", "/a/../b"]],
    [["--jwks-url", "ftp://login.example/keys"]],
    [["--jwt-secret-file", "/nowhere/secret"]],
    [["--default-role", "king"]],
    [["--drain-delay", "-1"]],
    [["--drain-rate", "0"]],
    [["--drain-to", "https://other.example"]],
    [["--nonsense"]],
    [["stray"]],
  ])("%j ends with one sentence and exit code 2", (flags) => {
    const read = readConfig(flags);
    expect(read).toMatchObject({ stop: { exitCode: 2 } });
    expect("stop" in read && read.stop.text.trim().split("\n")).toHaveLength(1);
  });

  test("a wrong value in the environment is told with its name", () => {
    vi.stubEnv("PORT", "many");
    const read = readConfig([]);
    expect("stop" in read && read.stop.text).toContain("PORT");
  });

  test("a login has a secret that is long enough, or public keys, not both", () => {
    vi.stubEnv("JWT_SECRET", "too short");
    expect(readConfig([])).toMatchObject({ stop: { exitCode: 2 } });
    vi.stubEnv("JWT_SECRET", "a secret of at least thirty-two bytes");
    expect(readConfig([])).toMatchObject({ config: { jwtSecret: "a secret of at least thirty-two bytes" } });
    expect(readConfig(["--jwks-url", "https://login.example/keys"])).toMatchObject({ stop: { exitCode: 2 } });
  });

  test("help is no failure", () => {
    const read = readConfig(["--help"]);
    expect(read).toMatchObject({ stop: { exitCode: 0 } });
    expect("stop" in read && read.stop.text).toContain("DATA_DIR");
  });
});
