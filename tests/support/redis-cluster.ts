import { freePort } from "./free-port.ts";
import { askRedis, type RedisProcess, startRedis } from "./redis-process.ts";
import { waitFor } from "./wait-for.ts";

/** One of a cluster's nodes. */
interface ClusterNode {
  readonly process: RedisProcess;
  /** Port of the connections between nodes. */
  readonly busPort: number;
  /** What the cluster calls it. */
  readonly id: string;
}

/** A real Redis Cluster of one test: three masters, each with a replica. It ends at the end of an `await using` block. */
export interface RedisCluster extends AsyncDisposable {
  /** As `RedisStore` takes it. */
  readonly address: string;
  /** Those that began as masters, each with a third of the slots, in their order. */
  readonly masters: readonly ClusterNode[];
  /** The replica of each. */
  readonly replicas: readonly ClusterNode[];
}

const SLOTS = 16_384;
const MASTERS = 3;

/** @param settings of every node, by their names in redis.conf. */
export async function startRedisCluster(
  settings: Readonly<Record<string, string>> = {},
): Promise<RedisCluster> {
  const nodes: ClusterNode[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map(({ process }) => process[Symbol.asyncDispose]()));
  };
  try {
    while (nodes.length < 2 * MASTERS) nodes.push(await startNode(settings));
    const masters = nodes.slice(0, MASTERS);
    const replicas = nodes.slice(MASTERS);
    for (const [nth, { process }] of masters.entries()) {
      const first = Math.floor((SLOTS * nth) / MASTERS);
      const last = Math.floor((SLOTS * (nth + 1)) / MASTERS) - 1;
      await ask(process, `CLUSTER ADDSLOTSRANGE ${first} ${last}`);
      // Of each its own, so that none has to be agreed on.
      await ask(process, `CLUSTER SET-CONFIG-EPOCH ${nth + 1}`);
    }
    const [first] = masters;
    for (const { process } of nodes.slice(1)) {
      await ask(process, `CLUSTER MEET 127.0.0.1 ${first?.process.port} ${first?.busPort}`);
    }
    await everywhere(nodes, "CLUSTER INFO", new RegExp(`cluster_known_nodes:${nodes.length}\r`));
    for (const [nth, { process }] of replicas.entries()) {
      await waitFor("a node to know its master", async () =>
        (await askRedis(process.port, `CLUSTER REPLICATE ${masters[nth]?.id}`)).startsWith("+OK"),
      );
    }
    await everywhere(nodes, "CLUSTER INFO", /cluster_state:ok/);
    await everywhere(replicas, "INFO replication", /master_link_status:up/);
    await everywhere(masters, "INFO replication", /slave0:.*state=online/);
    const hosts = nodes.map(({ process }) => `127.0.0.1:${process.port}`);
    return { address: `redis+cluster://${hosts.join(",")}`, masters, replicas, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startNode(settings: Readonly<Record<string, string>>): Promise<ClusterNode> {
  const busPort = await freePort();
  const process = await startRedis({
    settings: {
      "cluster-enabled": "yes",
      // By default it is 10,000 above the port, which may be none.
      "cluster-port": `${busPort}`,
      "cluster-node-timeout": "1000",
      ...settings,
    },
  });
  const id = (await ask(process, "CLUSTER MYID")).split("\r\n")[1] ?? "";
  return { process, busPort, id };
}

async function ask({ port }: RedisProcess, command: string): Promise<string> {
  const answer = await askRedis(port, command);
  if (answer.startsWith("-")) throw new Error(`${command}: ${answer}`);
  return answer;
}

/** Waits until every node answers so. */
async function everywhere(nodes: readonly ClusterNode[], command: string, answer: RegExp): Promise<void> {
  for (const { process } of nodes) {
    await waitFor(`${command} to answer ${answer}`, async () => answer.test(await ask(process, command)), {
      timeoutMs: 20_000,
      intervalMs: 50,
    });
  }
}
