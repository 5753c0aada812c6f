/** What a server under test has used so far. */
export interface Usage {
  /** Processor time of the process, all its threads. */
  readonly cpuMs: number;
  /** Resident memory after a garbage collection, where one was asked for. */
  readonly rssBytes: number;
  /** What of it is used, in the heap and in buffers. */
  readonly usedBytes: number;
  /** Batches that were committed, by how many attempts each took; only where servers share a log. */
  readonly attempts: readonly number[];
  /** Commands that were sent to Redis. */
  readonly commands: number;
}

/** What the sampler asks of a server's process. */
export interface UsageRequest {
  readonly collectGarbage: boolean;
}

/** What a server's process tells: where it listens, then an answer to each request. */
export type ServerReport = { readonly port: number } | { readonly usage: Usage };

/** What the clients' process tells: that it wants to know the server's usage, or at the end what it measured. */
export type ClientReport = { readonly ask: UsageRequest } | { readonly measured: Measured };

/** Numbers of one run by name; the unit is part of the name. */
export type Measured = Readonly<Record<string, number>>;

/** What the clients' process is to do. */
export interface Task {
  readonly peer: PeerName;
  readonly workload: string;
  /** One for each server. Clients take turns. */
  readonly ports: readonly number[];
}

/** Asks the servers' processes what they have used, together. */
export type Sampler = (request?: UsageRequest) => Promise<Usage>;

/** Our server with a client that takes long messages compressed, as browsers do. */
export const COMPRESSED = "interline, compressed";
/** Our server with the log in memory, as the others have it: what the disk costs is the difference. */
export const IN_MEMORY = "interline, in memory";
/** Our server with a log in which documents of many operations are. */
export const LONG_HISTORY = "interline, long history";
/** Our server on a Redis, one or several of it. */
export const ON_REDIS = "interline, Redis";
/** ShareDB with its database in memory, which tells others over Redis. */
export const SHAREDB_ON_REDIS = "sharedb, Redis";
/** The relay that passes a frame on when the disk has it: the least that anybody needs who loses nothing. */
export const DURABLE_RELAY = "relay, durable";
/** We and who we are compared with. */
export const PEERS = ["interline", "relay", "sharedb", "y-websocket", "hocuspocus"] as const;
export type PeerName =
  | (typeof PEERS)[number]
  | typeof COMPRESSED
  | typeof DURABLE_RELAY
  | typeof IN_MEMORY
  | typeof LONG_HISTORY
  | typeof ON_REDIS
  | typeof SHAREDB_ON_REDIS;
/** Those that can pass on what is written, whether they keep it or not. */
export const ALL_PEERS: readonly PeerName[] = [...PEERS, DURABLE_RELAY, IN_MEMORY];
/** Those that keep a text. */
export const STORING_PEERS: readonly PeerName[] = [...PEERS.filter((peer) => peer !== "relay"), COMPRESSED];
