import { once } from "node:events";
import { connect, type Socket as Line } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { waitFor } from "../../../tests/support/wait-for.ts";
import { ask, run, type Running } from "./running.ts";

let running: Running;
beforeEach(async () => {
  running = await run({ limits: { maxReadsPerAddress: 2 } });
});
afterEach(() => running.stop());

interface Page {
  readonly operations: readonly { readonly version: number; readonly operation: unknown }[];
  readonly next: number | null;
}

/** Asks for something and does not read the answer beyond its head. */
async function askAndWait(path: string): Promise<Line> {
  const line = connect(running.port, "127.0.0.1");
  line.write(`GET /api/v1${path} HTTP/1.1\r\nHost: 127.0.0.1:${running.port}\r\n\r\n`);
  await once(line, "readable");
  return line;
}

describe("[I9] answers are bounded in bytes", () => {
  test("a history of large pastes comes in pages of bytes, and all of it", async () => {
    await ask(running, "POST", "/documents", { body: { id: "pastes" } });
    const paste = "😀 paste, ".repeat(4_800);
    for (let count = 0; count < 12; count++)
      await ask(running, "POST", "/documents/pastes/text", { body: paste });
    const versions: number[] = [];
    for (let after: number | null = 0, pages = 0; after !== null; pages++) {
      expect(pages).toBeLessThan(12);
      const answer = await ask(running, "GET", `/documents/pastes/operations?limit=1000&after=${after}`);
      const text = await answer.text();
      const { operations, next } = JSON.parse(text) as Page;
      // What the page may have, and the operation with which it was enough.
      expect(text.length).toBeLessThan(262_144 + paste.length + 200 * operations.length);
      expect(operations.every(({ operation }) => (operation as unknown[]).at(-1) === paste)).toBe(true);
      versions.push(...operations.map(({ version }) => version));
      after = next;
    }
    expect(versions).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  });

  test("a page that ends where the history ends says so", async () => {
    await ask(running, "POST", "/documents", { body: { id: "short" } });
    for (const text of ["a", "b"]) await ask(running, "POST", "/documents/short/text", { body: text });
    const page = (await (await ask(running, "GET", "/documents/short/operations?limit=2")).json()) as Page;
    expect(page.operations.map(({ version }) => version)).toEqual([1, 2]);
    expect(page.next).toBeNull();
  });

  test("a long text is the same in slices, in every form", async () => {
    const text = 'He said "😀"\n'.repeat(30_000);
    await ask(running, "POST", "/documents", { body: { id: "long", text } });
    expect(await (await ask(running, "GET", "/documents/long/text")).json()).toMatchObject({ text });
    const headers = { accept: "text/plain" };
    expect(await (await ask(running, "GET", "/documents/long/text", { headers })).text()).toBe(text);
    expect(await (await ask(running, "GET", "/documents/long/export")).text()).toBe(text);
    expect((await ask(running, "HEAD", "/documents/long/text")).status).toBe(200);
  });

  test("an address that is sent many long answers is told to wait for the next, and nobody else is", async () => {
    const text = "never read ".repeat(7_000);
    await ask(running, "POST", "/documents", { body: { id: "long", text } });
    await ask(running, "POST", "/documents", { body: { id: "short", text: "short" } });
    const paths = ["/documents/long/text", "/documents/long/export", "/documents/long/operations", "/backup"];
    // An answer that was sent, or broke off, takes no place.
    for (const path of [...paths, ...paths]) {
      expect((await (await ask(running, "GET", path)).arrayBuffer()).byteLength).toBeGreaterThan(0);
      const line = await askAndWait(path);
      line.destroy();
      await once(line, "close");
    }
    const places: (() => void)[] = [];
    await waitFor("both places", () => {
      const free = running.documents.holdRead("127.0.0.1");
      if (free !== undefined) places.push(free);
      return places.length === 2;
    });
    for (const path of paths) {
      const refused = await ask(running, "GET", path);
      expect([path, refused.status]).toEqual([path, 429]);
      expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
      expect(await refused.json()).toMatchObject({ code: "ERR_TOO_MANY_READS" });
    }
    expect((await ask(running, "GET", "/documents/short/text")).status).toBe(200);
    expect((await ask(running, "GET", "/documents/short/operations")).status).toBe(200);
    places[0]?.();
    expect((await ask(running, "GET", "/documents/long/text")).status).toBe(200);
  });

  test("an answer is long by its bytes, whatever is in it: many small operations, many records", async () => {
    // Eight operations that insert nothing, each of as many components as one may have.
    await ask(running, "POST", "/documents", { body: { id: "cut", text: "x".repeat(40_000) } });
    const operation = Array.from({ length: 2_000 }, () => [1, { d: 1 }]).flat();
    for (let version = 1; version <= 8; version++) {
      const body = { version, operation };
      expect((await ask(running, "POST", "/documents/cut/operations", { body })).status).toBe(201);
    }
    // Titles as long as they may be.
    const title = "t".repeat(200);
    for (let made = 0; made < 250; made++) await ask(running, "POST", "/documents", { body: { title } });
    const places = [0, 1].map(() => running.documents.holdRead("127.0.0.1"));
    for (const path of ["/documents/cut/operations?after=1&limit=1000", "/documents?limit=1000"]) {
      const refused = await ask(running, "GET", path);
      expect([path, refused.status]).toEqual([path, 429]);
      expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
      expect(await refused.json()).toMatchObject({ code: "ERR_TOO_MANY_READS" });
    }
    expect((await ask(running, "GET", "/documents?limit=10")).status).toBe(200);
    for (const free of places) free?.();
    // What was sent takes no place.
    for (let count = 0; count < 4; count++) {
      const answer = await ask(running, "GET", "/documents/cut/operations?after=1&limit=1000");
      expect(((await answer.json()) as Page).operations).toHaveLength(8);
    }
  });

  test("a list of the few that were deleted looks at so many records for one answer", async () => {
    for (const id of ["a", "b", "c", "d", "e"]) await ask(running, "POST", "/documents", { body: { id } });
    await ask(running, "DELETE", "/documents/d");
    const { documents } = running.documents;
    const page = documents.page.bind(documents);
    const bounds: number[] = [];
    documents.page = (options) => {
      bounds.push(options.maxScanned);
      return page({ ...options, maxScanned: 2 });
    };
    const found: string[] = [];
    const cursors: string[] = [];
    for (let after: string | null = ""; after !== null; ) {
      const answer = await ask(running, "GET", `/documents?deleted=true&after=${after}`);
      const listed = (await answer.json()) as { documents: { id: string }[]; next: string | null };
      found.push(...listed.documents.map(({ id }) => id));
      after = listed.next;
      if (after !== null) cursors.push(after);
    }
    expect(found).toEqual(["d"]);
    expect(cursors).toEqual(["b", "d"]);
    expect(bounds).toEqual([1_000, 1_000, 1_000]);
  });
});
