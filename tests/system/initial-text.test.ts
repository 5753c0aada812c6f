import { once } from "node:events";
import { createServer, type Server } from "node:http";
import {
  ClientError,
  type DocumentOptions,
  openDocument,
  type Role,
  type SharedDocument,
} from "@interline/client";
import { createDocumentServer, MemoryLog } from "@interline/server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../support/free-port.ts";
import { nodeEnvironment } from "../support/node-environment.ts";
import { waitFor } from "../support/wait-for.ts";

const roles: Record<string, Role> = { ann: "write", bob: "write", rita: "read", sue: "suggest" };

describe("an initial text", () => {
  const open = new Set<SharedDocument>();
  let http: Server;
  let server: ReturnType<typeof createDocumentServer>;
  let port: number;

  beforeEach(async () => {
    server = createDocumentServer({
      log: new MemoryLog(),
      access: {
        authenticate: ({ token }) => ({ id: token ?? "" }),
        authorize: ({ id = "" }) => roles[id] ?? "none",
      },
    });
    http = createServer();
    server.attach(http);
    port = await freePort();
  });

  afterEach(async () => {
    for (const document of open) document.close();
    open.clear();
    await server.close();
    http.close();
  });

  async function start(): Promise<void> {
    http.listen(port, "127.0.0.1");
    await once(http, "listening");
  }

  function connect(id: string, options: Partial<DocumentOptions> = {}): SharedDocument {
    const document = openDocument({
      url: `ws://127.0.0.1:${port}/sync`,
      document: "doc",
      user: { id, name: id, color: 1 },
      token: () => Promise.resolve(id),
      environment: nodeEnvironment(),
      backoff: { firstMs: 20, maxMs: 100 },
      ...options,
    });
    open.add(document);
    return document;
  }

  const has = (document: SharedDocument, text: string) =>
    waitFor(`"${text}"`, () => document.isReady && document.text.toString() === text);
  const synced = (document: SharedDocument) =>
    waitFor("the server", () => document.status.state === "synced" || document.status.state === "readonly");

  it("is there once, whoever opens the document first, and whatever others would begin with", async () => {
    await start();
    const all = [
      connect("ann", { initialText: "Agenda\n" }),
      connect("bob", { initialText: "Agenda\n" }),
      connect("ann", { initialText: "Agenda\n" }),
    ];
    await Promise.all(all.map((document) => has(document, "Agenda\n")));
    const late = connect("bob", { initialText: "Minutes\n" });
    await has(late, "Agenda\n");
    expect(late.version).toBe(1);
  });

  it("does not come back when everything was deleted", async () => {
    await start();
    const ann = connect("ann", { initialText: "Agenda\n" });
    await has(ann, "Agenda\n");
    ann.delete(0, 7);
    await ann.flush();
    const bob = connect("bob", { initialText: "Agenda\n" });
    await synced(bob);
    expect(bob.text.toString()).toBe("");
    expect(ann.text.toString()).toBe("");
  });

  it("is not taken where somebody has written, nor from who may not write", async () => {
    await start();
    for (const id of ["rita", "sue"]) {
      const reader = connect(id, { initialText: "Mine\n" });
      await synced(reader);
      expect(reader.text.toString()).toBe("");
    }
    const ann = connect("ann");
    await synced(ann);
    ann.insert(0, "first");
    await ann.flush();
    await has(connect("bob", { initialText: "Agenda\n" }), "first");
  });

  it("is there to write in where the server cannot be asked; of two that differ one stays, with all that was typed", async () => {
    const ann = connect("ann", { initialText: "Agenda\n" });
    await has(ann, "Agenda\n");
    expect(ann.status.state).not.toBe("synced");
    ann.insert(7, "- tea\n");
    const bob = connect("bob", { initialText: "Minutes\n- \n" });
    await has(bob, "Minutes\n- \n");
    bob.insert(10, "cake");
    expect(bob.text.toString()).toBe("Minutes\n- cake\n");
    await start();
    await Promise.all([ann.flush(), bob.flush()]);
    await waitFor("one text", () => ann.text.toString() === bob.text.toString());
    const text = ann.text.toString();
    // One of the two beginnings, whole, and everything that was typed, once.
    expect(text.includes("Agenda\n")).toBe(!text.includes("Minutes\n"));
    expect(text.split("cake")).toHaveLength(2);
    expect(text.split("tea")).toHaveLength(2);
  });

  it("has one kind of line ends and no half characters, as every document", async () => {
    await start();
    await has(connect("ann", { initialText: "a\r\nb\rc\ud83d" }), "a\nb\nc\ufffd");
  });

  it("of more than one message is refused at once", () => {
    const initialText = "x".repeat(65_537);
    expect(() => connect("ann", { initialText })).toThrow(ClientError);
    expect(() => connect("ann", { initialText: initialText.slice(1) })).not.toThrow();
  });
});
