import { ServerError } from "@interline/server";

/** Where a Redis is, and how it is made. */
export type RedisAddress =
  | { readonly kind: "single"; readonly url: string }
  | ClusterAddress
  | {
      readonly kind: "sentinel";
      readonly sentinels: readonly HostPort[];
      /** What the sentinels call the master. */
      readonly name: string;
      readonly login: Login;
    };

export interface ClusterAddress {
  readonly kind: "cluster";
  readonly nodes: readonly HostPort[];
  readonly login: Login;
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export interface Login {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly isTls: boolean;
}

const FORM = /^(rediss?)(\+cluster|\+sentinel)?:\/\/(?:([^:@/]*):([^@/]*)@)?([^/?#]+)(?:\/([^/?#]*))?$/;

/**
 * Reads one of
 * - `redis://user:password@host:port`, also with a database, `/1`;
 * - `redis+cluster://user:password@host:port,host:port`: some nodes of a cluster;
 * - `redis+sentinel://user:password@host:port,host:port/master`: sentinels, and what they call the master;
 *
 * or the same with `rediss`, over TLS. User and password may be left out; what is special in them is percent-encoded. They are those of the
 * Redis: sentinels are asked without.
 * @throws ServerError `ERR_STORE_FAILED` if it is none of these.
 */
export function parseAddress(address: string): RedisAddress {
  const parsed = parse(address);
  if (parsed !== undefined) return parsed;
  throw new ServerError("ERR_STORE_FAILED", `this is no address of a Redis: ${withoutPassword(address)}`);
}

/**
 * True for an address that `RedisStore.connect` takes, whether or not anybody answers there.
 * @public
 */
export function isRedisAddress(address: string): boolean {
  return parse(address) !== undefined;
}

function parse(address: string): RedisAddress | undefined {
  const [, scheme, kind, username = "", password, hosts, rest = ""] = FORM.exec(address) ?? [];
  const nodes = hosts?.split(",").map(parseHost) ?? [];
  const decoded = [username, password ?? "", rest].map(decode);
  if (!areWhole(nodes) || !areWhole(decoded) || nodes.length === 0) return undefined;
  const [user = "", pass = "", name = ""] = decoded;
  const login = {
    username: user === "" ? undefined : user,
    password: password === undefined ? undefined : pass,
    isTls: scheme === "rediss",
  };
  if (kind === undefined && nodes.length === 1) return { kind: "single", url: address };
  if (kind === "+cluster" && name === "") return { kind: "cluster", nodes, login };
  if (kind === "+sentinel" && name !== "") return { kind: "sentinel", sentinels: nodes, name, login };
  return undefined;
}

function areWhole<Part>(parts: readonly (Part | undefined)[]): parts is readonly Part[] {
  return !parts.includes(undefined);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** An address as it may be shown. */
export function withoutPassword(address: string): string {
  // Up to the last @: what should have been percent-encoded may not have been.
  return address.replace(/(:\/\/[^:@/]*):.*@/, "$1:***@");
}

/** A host and a port as one name, and back. */
export function nameOf({ host, port }: HostPort): string {
  return `${host}:${port}`;
}

export function hostPortOf(name: string): HostPort {
  const at = name.lastIndexOf(":");
  return { host: name.slice(0, at), port: Number(name.slice(at + 1)) };
}

const DEFAULT_PORT = 6379;

function parseHost(text: string): HostPort | undefined {
  const [, host, port] = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  if (host === undefined || number > 65_535) return undefined;
  return { host: host.replaceAll(/[[\]]/g, ""), port: number };
}
