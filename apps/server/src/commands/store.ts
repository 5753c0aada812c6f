import { networkInterfaces } from "node:os";
import { type Catalogue, type DocumentLog, LevelLog, ServerError, type Siblings } from "@interline/server";
import { RedisLog, RedisNodes, RedisStore } from "@interline/redis";
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { hasCode, reasonOf } from "../reasons.ts";

/** Where the program keeps documents: a folder of its own, or a Redis that it shares with others like it. */
export interface Store {
  readonly log: DocumentLog & { readonly catalogue: Catalogue };
  /** The other servers of the same Redis. */
  readonly siblings: Siblings | undefined;
  /** False while it cannot be reached. */
  isReady(): boolean;
  /** The lines of a backup; undefined: the Redis has means of its own. */
  readonly backup: (() => AsyncIterable<string>) | undefined;
  /** The server takes no more part: its connections went. Never rejects. */
  close(): Promise<void>;
}

/** @throws ServerError with a sentence for the operator */
export async function openStore(config: Config, logger: Logger): Promise<Store> {
  return config.redis === undefined ? openFolder(config.dataDir) : openRedis(config, config.redis, logger);
}

async function openFolder(location: string): Promise<Store> {
  let log: LevelLog;
  try {
    log = await LevelLog.open({ location });
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    throw new ServerError(error.code, sentenceOf(error, location), { cause: error });
  }
  return {
    log,
    siblings: undefined,
    isReady: () => true,
    backup: () => log.backup(),
    close: () => log.close(),
  };
}

async function openRedis(config: Config, address: string, logger: Logger): Promise<Store> {
  let store: RedisStore;
  try {
    store = await RedisStore.connect({ address, minReplicas: config.redisMinReplicas, logger });
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const sentence =
      error.code === "ERR_STORE_TOO_NEW"
        ? `${error.message}. Start that version, or choose another Redis with --redis.`
        : `${error.message}: ${reasonOf(error)}. Start it, or correct --redis.`;
    throw new ServerError(error.code, `${sentence[0]?.toUpperCase()}${sentence.slice(1)}`, { cause: error });
  }
  const nodes = await RedisNodes.join({ store, url: config.nodeUrl ?? ownUrl(config) });
  const log = new RedisLog({ store, nodes });
  return {
    log,
    siblings: nodes,
    isReady: () => store.isReady,
    backup: undefined,
    async close() {
      await nodes.leave();
      await log.close();
      await store.close();
    },
  };
}

/** Where other machines probably reach this one. */
function ownUrl({ host, port }: Config): string {
  const isAny = host === "0.0.0.0" || host === "::";
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal);
  const name = isAny ? (outside?.address ?? "127.0.0.1") : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

/** Why a folder could not be opened, and what to do. */
function sentenceOf(error: ServerError, location: string): string {
  if (error.code === "ERR_STORE_LOCKED") {
    return `The folder ${location} is in use by another server. Stop that one, or choose another with --data-dir.`;
  }
  if (error.code === "ERR_STORE_TOO_NEW") {
    return `The folder ${error.message}. Start that version, or choose another folder with --data-dir.`;
  }
  if (hasCode(error, "EEXIST") || hasCode(error, "ENOTDIR")) {
    return `${location} is a file, not a folder. Choose a folder with --data-dir.`;
  }
  if (hasCode(error, "ENOENT")) {
    return `The folder ${location} cannot be made there. Choose another with --data-dir.`;
  }
  const folder = `The folder ${location} cannot be opened as a database: ${reasonOf(error)}.`;
  if (isDenied(error))
    return `${folder} Give this user the right to write there, or choose another with --data-dir.`;
  return `${folder} If it is damaged, move it away and make it again from a backup: interline restore FILE --data-dir ${location}`;
}

function isDenied(error: ServerError): boolean {
  return (
    ["EACCES", "EPERM", "EROFS"].some((code) => hasCode(error, code)) ||
    /Permission denied/.test(reasonOf(error))
  );
}
