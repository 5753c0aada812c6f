import { readFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { isRedisAddress } from "@interline/redis";
import { hostName, type Role, ROLES } from "@interline/server";
import { Command, InvalidArgumentError, Option } from "commander";
import { basePathOf } from "./http/base-path.ts";
import { address, notEmpty, parse, type Stop, wholeNumber } from "./command-line.ts";

/** Everything that can be set from outside. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  /** Where documents are kept instead, for many servers: the address of a Redis. Never shown: it may have a password. */
  readonly redis: string | undefined;
  /** Replicas that must have a change before it counts as saved. */
  readonly redisMinReplicas: number;
  /** Where the other servers reach this one. Undefined: found out. */
  readonly nodeUrl: string | undefined;
  readonly logLevel: LogLevel;
  /** Origins of other sites that may connect. */
  readonly allowOrigin: readonly string[];
  /** The path that the site is under, with a slash at both ends. */
  readonly basePath: string;
  /** Names that the server answers to, beside `localhost`, IP addresses and the one that it listens on. */
  readonly allowHost: readonly string[];
  /** Checks tokens of a login; with this or `jwksUrl` nobody gets in without one. Never a flag: those can be seen by others. */
  readonly jwtSecret: string | undefined;
  readonly jwksUrl: string | undefined;
  readonly jwtIssuer: string | undefined;
  readonly jwtAudience: string | undefined;
  /** What a login's token that names no documents allows. */
  readonly defaultRole: Role;
  /** With a login: people without a token come in too, and have each document's general access. */
  readonly guests: boolean;
  /** Everybody may do everything: on this machine alone. */
  readonly open: boolean;
  /** A proxy of ours is in front, and says who asks. */
  readonly trustProxy: boolean;
  /** How long not to be ready before clients are sent away, in ms: until a load balancer has noticed. */
  readonly drainDelay: number;
  /** Clients that are sent away per second. */
  readonly drainRate: number;
  /** Where they are sent to. Undefined: where they came from. */
  readonly drainTo: string | undefined;
}

const LOG_LEVELS = ["silent", "error", "warn", "info", "debug"] as const;

type LogLevel = (typeof LOG_LEVELS)[number];

/** As the command line gives it: what was not said is not there. */
type Flags = Omit<Config, "jwtSecret" | Unsaid> &
  Partial<Pick<Config, Unsaid>> & { readonly jwtSecretFile?: string };
type Unsaid = "redis" | "nodeUrl" | "jwksUrl" | "jwtIssuer" | "jwtAudience" | "drainTo";

/**
 * Reads flags and environment, flags first. A wrong value, `--help` and `--version` end in a `Stop`.
 */
export function readConfig(arguments_: readonly string[]): { config: Readonly<Config> } | { stop: Stop } {
  const command = new Command("interline")
    .description("Write text together. Opens a web page and keeps documents in a folder.")
    .addOption(
      new Option("-p, --port <number>", "port to listen on; 0 takes any free one")
        .env("PORT")
        .default(8080)
        .argParser(wholeNumber("A port", 0, 65_535)),
    )
    .addOption(
      new Option("--host <address>", "address to listen on; 0.0.0.0 for all networks")
        .env("HOST")
        .default("127.0.0.1")
        .argParser(notEmpty),
    )
    .addOption(
      new Option("--data-dir <folder>", "where documents are kept")
        .env("DATA_DIR")
        .default(".data")
        .argParser(notEmpty),
    )
    .addOption(
      new Option(
        "--redis <address>",
        "keep documents in a Redis instead, which many servers share: redis://host:port, redis+cluster://… or redis+sentinel://…",
      )
        .env("REDIS_URL")
        .argParser(parseRedisAddress),
    )
    .addOption(
      new Option(
        "--redis-min-replicas <number>",
        "replicas that must have a change before it counts as saved",
      )
        .env("REDIS_MIN_REPLICAS")
        .default(0)
        .argParser(wholeNumber("A number of replicas", 0, 100)),
    )
    .addOption(
      new Option("--node-url <address>", "where the other servers of the Redis reach this one")
        .env("NODE_URL")
        .argParser(address("http:", "https:")),
    )
    .addOption(
      new Option("--log-level <level>", "what is written to standard error")
        .env("LOG_LEVEL")
        .default("warn" satisfies LogLevel)
        .choices(LOG_LEVELS),
    )
    .addOption(
      new Option(
        "--allow-origin <origins>",
        "other sites whose pages may connect, with commas between; * for all",
      )
        .env("ALLOW_ORIGIN")
        .default([])
        .argParser(parseOrigins),
    )
    .addOption(
      new Option("--base-path <path>", "the path that a proxy has the site under, as in /pad/")
        .env("BASE_PATH")
        .default("/")
        .argParser(parseBasePath),
    )
    .addOption(
      new Option(
        "--allow-host <names>",
        "names under which the server is reached, as in write.example, with commas between or one by one; * for all",
      )
        .env("ALLOW_HOST")
        .default([])
        .argParser(parseHosts),
    )
    .addOption(
      new Option(
        "--jwt-secret-file <file>",
        "file with the secret of the login (HS256); or JWT_SECRET itself",
      )
        .env("JWT_SECRET_FILE")
        .argParser(readSecret),
    )
    .addOption(
      new Option("--jwks-url <address>", "where the login has its public keys")
        .env("JWKS_URL")
        .argParser(address("https:", "http:")),
    )
    .addOption(new Option("--jwt-issuer <name>", "what `iss` of tokens must be").env("JWT_ISSUER"))
    .addOption(new Option("--jwt-audience <name>", "what `aud` of tokens must be").env("JWT_AUDIENCE"))
    .addOption(
      new Option("--default-role <role>", "what a token that names no documents allows")
        .env("DEFAULT_ROLE")
        .default("write" satisfies Role)
        .choices(ROLES),
    )
    .addOption(
      new Option(
        "--guests",
        "with a login: also let people in without a token, as far as each document's general access goes",
      ).default(false),
    )
    .addOption(
      new Option(
        "--open",
        "everybody owns every document: only on this machine, and without a login",
      ).default(false),
    )
    .addOption(
      new Option("--trust-proxy", "a proxy is in front, and nobody reaches this port but through it")
        .env("TRUST_PROXY")
        .default(false),
    )
    .addOption(
      new Option("--drain-delay <ms>", "how long not to be ready before clients are sent away")
        .env("DRAIN_DELAY")
        .default(0)
        .argParser(wholeNumber("A delay", 0, 600_000)),
    )
    .addOption(
      new Option("--drain-rate <number>", "clients that are sent away per second")
        .env("DRAIN_RATE")
        .default(100)
        .argParser(wholeNumber("A rate", 1, 100_000)),
    )
    .addOption(
      new Option("--drain-to <address>", "where clients are sent, if not to the same address")
        .env("DRAIN_TO")
        .argParser(address("ws:", "wss:")),
    )
    .addHelpText(
      "after",
      "\nOther commands, each with its --help: interline token, interline owner-link, interline backup, interline restore",
    )
    .allowExcessArguments(false);
  const stopped = parse(command, arguments_);
  if (stopped !== undefined) return stopped;
  const { jwtSecretFile, ...options } = command.opts<Flags>();
  const jwtSecret = jwtSecretFile ?? secretOfEnvironment();
  const config = {
    redis: undefined,
    nodeUrl: undefined,
    jwksUrl: undefined,
    jwtIssuer: undefined,
    jwtAudience: undefined,
    drainTo: undefined,
    ...options,
  };
  if (jwtSecret !== undefined && config.jwksUrl !== undefined) {
    return wrong("Give the secret of the login or the address of its public keys, not both.");
  }
  const fault = jwtSecret === undefined ? undefined : faultOfSecret(jwtSecret);
  if (fault !== undefined) return wrong(fault);
  const conflict = faultOfOpen(config, jwtSecret !== undefined || config.jwksUrl !== undefined);
  if (conflict !== undefined) return wrong(conflict);
  return { config: Object.freeze({ ...config, jwtSecret }) };
}

/** The secret of the login as the environment has it. */
export function secretOfEnvironment(): string | undefined {
  const secret = process.env["JWT_SECRET"];
  return secret === "" ? undefined : secret;
}

/** What is wrong with a secret, as a sentence; undefined if nothing is. */
export function faultOfSecret(secret: string): string | undefined {
  return Buffer.byteLength(secret) < 32 ? "The secret of the login has at least 32 bytes." : undefined;
}

/** Why `--open` is refused, as a sentence; undefined if it is not. */
function faultOfOpen(
  {
    open,
    host,
    trustProxy,
    allowHost,
    redis,
  }: Pick<Config, "open" | "host" | "trustProxy" | "allowHost" | "redis">,
  hasLogin: boolean,
): string | undefined {
  if (!open) return undefined;
  const why = "With --open everybody who reaches the server owns every document:";
  if (hasLogin) return `${why} it cannot be combined with a login. Leave out one of the two.`;
  if (!isLoopback(host))
    return `${why} it listens on this machine only. Leave out --host, or leave out --open.`;
  if (trustProxy || allowHost.length > 0) {
    return `${why} it cannot be behind a proxy or have another name. Leave out --trust-proxy and --allow-host, or leave out --open.`;
  }
  if (redis !== undefined) return `${why} it cannot share a Redis. Leave out --redis, or leave out --open.`;
  return undefined;
}

/** True for an address that only this machine reaches. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}

function wrong(sentence: string): { stop: Stop } {
  return { stop: { text: `error: ${sentence}\n`, exitCode: 2 } };
}

function parseRedisAddress(value: string): string {
  if (isRedisAddress(value)) return value;
  const shown = value.replace(/\/\/[^@/]*@/, "//…@");
  throw new InvalidArgumentError(`${shown} is no address of a Redis; write it as in redis://host:6379`);
}

export function readSecret(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    throw new InvalidArgumentError(`The file ${file} cannot be read.`);
  }
}

function parseBasePath(value: string): string {
  const base = basePathOf(value);
  if (base !== undefined) return base;
  throw new InvalidArgumentError(`${value} is no path; write it as in /pad/, with letters, digits and ._~-`);
}

function parseHosts(value: string, before: readonly string[]): readonly string[] {
  const hosts = partsOf(value).map((name) => {
    const host = name === "*" ? name : hostName(name);
    if (host !== undefined) return host;
    throw new InvalidArgumentError(
      `${name} is no host name; write it as in write.example, without https:// and without a port`,
    );
  });
  return [...before, ...hosts];
}

function parseOrigins(value: string): readonly string[] {
  const origins = partsOf(value);
  for (const origin of origins) {
    if (origin !== "*" && (!URL.canParse(origin) || new URL(origin).origin !== origin)) {
      throw new InvalidArgumentError(`${origin} is no origin; write it as in https://example.org`);
    }
  }
  return origins;
}

/** What stands between commas. */
function partsOf(value: string): readonly string[] {
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
