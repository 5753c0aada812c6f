import type { IDBPDatabase } from "idb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DeviceKeys } from "../src/device-keys.ts";

/** What of a database is used, over a map. */
function database(kept = new Map<string, unknown>()): IDBPDatabase {
  const answers = {
    get: async (_: string, name: string) => kept.get(name),
    put: async (_: string, value: unknown, name: string) => void kept.set(name, value),
    delete: async (_: string, name: string) => void kept.delete(name),
  };
  return answers as unknown as IDBPDatabase;
}

function shelf() {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
}

const never = (): Promise<never> => new Promise(() => {});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What comes of it, once as much time has passed as it may need. */
async function outcome<Value>(value: Promise<Value>): Promise<Value> {
  await vi.advanceTimersByTimeAsync(10_000);
  return value;
}

describe("keys of a device", () => {
  it("are found where either of the two places still has them", async () => {
    const both = { shelf: shelf(), database: database() };
    expect(await new DeviceKeys(both.shelf, async () => both.database).set("guest", "secret")).toBe(true);
    const places = [
      new DeviceKeys(both.shelf, () => Promise.reject(new Error("forbidden"))),
      new DeviceKeys(undefined, async () => both.database),
      new DeviceKeys(shelf(), async () => both.database),
    ];
    for (const keys of places) expect(await keys.get("guest")).toBe("secret");
    await places[0]?.delete("guest");
    expect(await places[0]?.get("guest")).toBeUndefined();
  });

  it.each<[string, () => Promise<IDBPDatabase>]>([
    ["does not open", never],
    [
      "answers no request",
      async () => ({ get: never, put: never, delete: never }) as unknown as IDBPDatabase,
    ],
    ["is forbidden", () => Promise.reject(new Error("forbidden"))],
    [
      "is not there",
      () => {
        throw new ReferenceError("indexedDB is not defined");
      },
    ],
  ])("always answer, though the database %s", async (_, open) => {
    const alone = new DeviceKeys(undefined, open);
    expect(await outcome(alone.get("guest"))).toBeUndefined();
    expect(await outcome(alone.set("guest", "secret"))).toBe(false);
    await outcome(alone.delete("guest"));
    const shelved = new DeviceKeys(shelf(), open);
    expect(await outcome(shelved.set("guest", "secret"))).toBe(true);
    expect(await outcome(shelved.get("guest"))).toBe("secret");
  });

  it("ask a database that did not answer no more: a page waits for it once", async () => {
    const keys = new DeviceKeys(undefined, never);
    await outcome(keys.get("owner:a"));
    // No time passes.
    expect(await keys.get("owner:b")).toBeUndefined();
    expect(await keys.set("owner:b", "link")).toBe(false);
  });
});
