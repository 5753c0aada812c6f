import type { Environment, WebSocketLike } from "@interline/client";
import { WebSocket } from "ws";
import { nodeEnvironment } from "./node-environment.ts";
import { type RedisProcess, startRedis } from "./redis-process.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { ServerProcess, serverProgram } from "./server-process.ts";
import { SilencingProxy } from "./silencing-proxy.ts";
import { TcpProxy } from "./tcp-proxy.ts";

/** One server of a cluster and what is between it and Redis. */
export interface ClusterNode {
  readonly server: ServerProcess;
  readonly toRedis: TcpProxy;
  readonly published: SilencingProxy;
}

/** Servers that share a Redis, whatever is between. */
export interface Servers extends AsyncDisposable {
  readonly nodes: readonly { readonly server: ServerProcess }[];
  /** Of the Redis itself, as the program takes it. */
  readonly redisAddress: string;
}

/** Three servers on a Redis that is there. They end at the end of an `await using` block. */
export async function startServers(redisAddress: string, count = 3): Promise<Servers> {
  const nodes: { readonly server: ServerProcess }[] = [];
  const stop = (): Promise<void> => endAll(nodes.map(({ server }) => server));
  try {
    while (nodes.length < count) {
      const args = ["--redis", redisAddress];
      nodes.push({ server: await ServerProcess.start({ dataDirectory: "unused", args }) });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes, redisAddress, [Symbol.asyncDispose]: stop };
}

/** A client's platform behind a balancer that has no memory: each connection goes to any server. */
export function anywhere({ nodes }: Pick<Servers, "nodes">, random: SeededRandom): Environment {
  return toServer(() => random.pick(nodes));
}

/** A client's platform whose connections go to the server that is chosen then. */
export function toServer(choose: () => { readonly server: ServerProcess }): Environment {
  return {
    ...nodeEnvironment(),
    openSocket: (url, subprotocols) =>
      new WebSocket(choose().server.syncUrl + new URL(url).search, subprotocols, {
        perMessageDeflate: false,
      }) as unknown as WebSocketLike,
  };
}

export interface ClusterOptions {
  readonly nodes?: number;
  /** A durable one of its own by default. */
  readonly redis?: RedisProcess;
  /** More arguments for the program. */
  readonly args?: readonly string[];
  /** Added to the environment of the servers. */
  readonly env?: NodeJS.ProcessEnv;
  /** See `ServerOptions`. */
  readonly program?: string;
}

/** Real servers, each a process, on one real Redis that writes everything to the disk. They end at the end of an `await using` block. */
export class TestCluster implements Servers {
  readonly nodes: readonly ClusterNode[];
  readonly redis: RedisProcess;
  /** What ends with it, in the order it was begun. */
  readonly #parts: readonly AsyncDisposable[];

  private constructor(nodes: readonly ClusterNode[], redis: RedisProcess, parts: readonly AsyncDisposable[]) {
    this.nodes = nodes;
    this.redis = redis;
    this.#parts = parts;
  }

  static async start({
    nodes: count = 3,
    redis: given,
    args = [],
    env = {},
    program = serverProgram,
  }: ClusterOptions = {}): Promise<TestCluster> {
    const parts: AsyncDisposable[] = [];
    const begun = async <Part extends AsyncDisposable>(part: Promise<Part>): Promise<Part> => {
      parts.push(await part);
      return part;
    };
    try {
      const redis = given ?? (await begun(startRedis({ isDurable: true })));
      const nodes: ClusterNode[] = [];
      for (let index = 0; index < count; index++) {
        const published = await begun(SilencingProxy.start(redis.port));
        const toRedis = await begun(TcpProxy.start(published.port));
        const redisArgs = ["--redis", `redis://127.0.0.1:${toRedis.port}`];
        const server = await begun(
          ServerProcess.start({ dataDirectory: "unused", args: [...redisArgs, ...args], env, program }),
        );
        nodes.push({ server, toRedis, published });
      }
      return new TestCluster(nodes, redis, parts);
    } catch (error) {
      await endAll(parts);
      throw error;
    }
  }

  get redisAddress(): string {
    return `redis://127.0.0.1:${this.redis.port}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return endAll(this.#parts);
  }
}

async function endAll(parts: readonly AsyncDisposable[]): Promise<void> {
  for (const part of parts.toReversed()) await part[Symbol.asyncDispose]();
}
