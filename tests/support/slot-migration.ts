import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import type { RedisCluster } from "./redis-cluster.ts";
import { askRedis } from "./redis-process.ts";

/** The slot of everything that belongs to a document. */
export async function slotOf({ masters }: RedisCluster, document: string): Promise<number> {
  const answer = await askRedis(masters[0]?.process.port ?? 0, `CLUSTER KEYSLOT ${document}`);
  return Number(answer.slice(1));
}

/** A slot on its way from one of the first masters to another, as an operator's tool moves it. It ends its connections at the end of an `await using` block. */
export interface Migration extends AsyncDisposable {
  begin(): Promise<void>;
  /** One at a time: a document is on both sides meanwhile. */
  moveKeys(): Promise<void>;
  /** The cluster is told. */
  end(): Promise<void>;
}

export function migrate({ masters }: RedisCluster, slot: number, from: number, to: number): Migration {
  const [source, target] = [from, to].map((master) => ({
    id: masters[master]?.id ?? "",
    port: masters[master]?.process.port ?? 0,
    redis: new Redis(masters[master]?.process.port ?? 0),
  })) as [Side, Side];
  const set = (side: Side, state: "IMPORTING" | "MIGRATING" | "NODE", of: Side): Promise<unknown> =>
    side.redis.call("CLUSTER", "SETSLOT", slot, state, of.id);
  return {
    async begin() {
      await set(target, "IMPORTING", source);
      await set(source, "MIGRATING", target);
    },
    async moveKeys() {
      for (;;) {
        const [key] = (await source.redis.call("CLUSTER", "GETKEYSINSLOT", slot, 1)) as string[];
        if (key === undefined) return;
        await source.redis.call("MIGRATE", "127.0.0.1", target.port, key, 0, 5000);
        await delay(20);
      }
    },
    async end() {
      for (const side of [target, source]) await set(side, "NODE", target);
    },
    async [Symbol.asyncDispose]() {
      for (const { redis } of [source, target]) redis.disconnect();
    },
  };
}

interface Side {
  readonly id: string;
  readonly port: number;
  readonly redis: Redis;
}

/** Moves a slot with all its keys. */
export async function moveSlot(cluster: RedisCluster, slot: number, from: number, to: number): Promise<void> {
  await using migration = migrate(cluster, slot, from, to);
  await migration.begin();
  await migration.moveKeys();
  await migration.end();
}
