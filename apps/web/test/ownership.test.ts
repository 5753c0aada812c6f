import { beforeEach, describe, expect, it } from "vitest";
import { DeviceKeys, type Keys } from "../src/device-keys.ts";
import { Ownership } from "../src/ownership.ts";
import type { Shelf } from "../src/preferences.ts";

let kept: Map<string, string>;
let asked: { url: string; body: unknown }[];
let answer: () => Promise<Response>;
let keys: Keys;
beforeEach(() => {
  kept = new Map();
  asked = [];
  answer = async () => Response.json({ ownerLink: { id: "i", token: "t.o.k", path: "/d/doc#token=t.o.k" } });
  keys = {
    get: async (name) => kept.get(name),
    async set(name, value) {
      kept.set(name, value);
      return true;
    },
    async delete(name) {
      kept.delete(name);
    },
  };
});

function ownership(site = "https://write.example/"): Ownership {
  const fetch = (url: unknown, init?: { body?: unknown }): Promise<Response> => {
    asked.push({ url: String(url), body: JSON.parse(String(init?.body)) as unknown });
    return answer();
  };
  return new Ownership({ site, document: "doc", keys, fetch: fetch as typeof globalThis.fetch });
}

describe("who started a document here", () => {
  it("asks for the owner link, keeps it, and asks no more", async () => {
    const own = ownership("https://write.example/pad/");
    await own.started("secret");
    expect(own.link).toBeUndefined();
    expect(await Promise.all([own.claim(), own.claim()])).toEqual([true, false]);
    expect(asked).toEqual([
      { url: "https://write.example/pad/api/v1/documents/doc/owner", body: { secret: "secret" } },
    ]);
    expect(own.link).toBe("https://write.example/pad/d/doc#token=t.o.k");
    expect([...kept]).toEqual([["owner:doc", "t.o.k"]]);
    expect(await own.claim()).toBe(false);
    const again = ownership();
    expect(await again.token()).toBe("t.o.k");
    expect(await again.claim()).toBe(false);
    expect(asked).toHaveLength(1);
  });

  it("asks again after a break, and at the next visit", async () => {
    const own = ownership();
    await own.started("secret");
    answer = () => Promise.reject(new Error("no network"));
    expect(await own.claim()).toBe(false);
    answer = async () => new Response("no JSON", { status: 502 });
    expect(await own.claim()).toBe(false);
    answer = async () => Response.json({ code: "ERR_STORE_UNAVAILABLE" }, { status: 503 });
    expect(await own.claim()).toBe(false);
    // A server that gives none, for now.
    answer = async () => Response.json({ code: "ERR_ACCESS_OPEN" }, { status: 409 });
    expect(await own.claim()).toBe(false);
    expect(await own.claim()).toBe(false);
    expect(asked).toHaveLength(4);
    expect(kept.get("start:doc")).toBe("secret");
    answer = async () => Response.json({ ownerLink: { token: "t.o.k" } });
    expect(await ownership().claim()).toBe(true);
  });

  it.each(["ERR_DOCUMENT_OWNED", "ERR_LINK_REVOKED"])("gives up at %s", async (code) => {
    const own = ownership();
    await own.started("secret");
    answer = async () => Response.json({ code }, { status: 409 });
    expect(await own.claim()).toBe(false);
    expect([...kept]).toEqual([]);
  });

  it("keeps the secret where the link cannot be kept", async () => {
    const own = ownership();
    await own.started("secret");
    keys = { ...keys, set: async () => false };
    const other = ownership();
    expect(await other.claim()).toBe(false);
    expect(other.link).toBeDefined();
    expect(kept.get("start:doc")).toBe("secret");
  });
});

describe("who did not", () => {
  it("asks for nothing", async () => {
    expect(await ownership().claim()).toBe(false);
    expect(await ownership().token()).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it("keeps the owner link that they come with, until it is good no more", async () => {
    const own = ownership();
    expect(await own.keep("a.b.c")).toBe(true);
    expect(await ownership().token()).toBe("a.b.c");
    await own.forget();
    expect([own.link, await own.token()]).toEqual([undefined, undefined]);
  });
});

describe("keys", () => {
  function shelf(items: Map<string, string>): Shelf {
    return {
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => void items.set(key, value),
      removeItem: (key) => void items.delete(key),
    };
  }
  const none = async (): Promise<never> => {
    throw new Error("no IndexedDB");
  };

  it("are kept where there is one place for them", async () => {
    const items = new Map<string, string>();
    const device = new DeviceKeys(shelf(items), none);
    expect(await device.set("owner:doc", "x")).toBe(true);
    expect(await new DeviceKeys(shelf(items), none).get("owner:doc")).toBe("x");
    await device.delete("owner:doc");
    expect(await device.get("owner:doc")).toBeUndefined();
  });

  it("are said not to be kept where there is none", async () => {
    const forbidden = (): never => {
      throw new Error("SecurityError");
    };
    const shelves = [undefined, { getItem: forbidden, setItem: forbidden, removeItem: forbidden }];
    for (const one of shelves) {
      const device = new DeviceKeys(one, none);
      expect(await device.set("owner:doc", "x")).toBe(false);
      expect(await device.get("owner:doc")).toBeUndefined();
      await device.delete("owner:doc");
    }
  });
});
