import { once } from "node:events";
import { apply, Text } from "@interline/ot";
import { DEFLATE_SUBPROTOCOL, EARLY_SUBPROTOCOL } from "@interline/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { waitFor } from "../../../../tests/support/wait-for.ts";
import type { Access } from "../../src/access/access.ts";
import { RawClient, type RunningServer, startServer } from "./clients.ts";

/** Who says hello waits for this. */
let letIn: () => void = () => {};
let admitted: Promise<void>;
let role: "read" | "write" = "write";
let server: RunningServer;

const access: Access = {
  async authenticate() {
    await admitted;
    return { id: "ann", name: "Ann" };
  },
  authorize: () => role,
};

beforeEach(async () => {
  role = "write";
  admitted = Promise.resolve();
  server = await startServer({ access, limits: { maxMessageBytes: 100_000, maxHelloBytes: 1_000 } });
});
afterEach(() => server.stop());

async function speaking(): Promise<RawClient> {
  const client = new RawClient(server.url);
  await once(client.socket, "open");
  return client;
}

/** From now on nobody is let in before `letIn`. */
function holdTheDoor(): void {
  admitted = new Promise((resolve) => {
    letIn = resolve;
  });
}

const hello = ["hello", 1, ["ann", "Ann", 1]] as const;

/** The text as somebody sees it who comes new. */
async function textOf(document: string): Promise<string> {
  const reader = await speaking();
  reader.say(...hello);
  reader.say("open", 1, document, `reader-${Math.random().toString(36).slice(2)}`, 0, "", 0, false, 0);
  const { headVersion } = await reader.next("opened");
  if (headVersion === 0) return "";
  const { operation } = await reader.next("ops");
  reader.socket.close();
  return apply(Text.empty, operation).toString();
}

describe("a client that does not wait for welcome", () => {
  test("is answered in one go: hello, open and what is pending", async () => {
    holdTheDoor();
    const client = await speaking();
    client.say(...hello);
    client.say("open", 1, "early", "s", 0, "", 0, false, 0, [1, 0, ["word"], 4, 4]);
    client.say("ping");
    letIn();
    await client.next("pong");
    expect(client.received.some(({ type }) => type === "error")).toBe(false);
    expect(await textOf("early")).toBe("word");
  });

  test("hears welcome first, then that it is taken, then that it is saved", async () => {
    holdTheDoor();
    const client = await speaking();
    client.say(...hello);
    client.say("open", 1, "order", "s", 0, "", 0, false, 0, [1, 0, ["word"]]);
    letIn();
    await waitFor("the answers", () => client.received.some(({ type }) => type === "ack"));
    const types = client.received.map(({ type }) => type).filter((type) => type !== "peers");
    expect(types.filter((type) => type !== "access")).toEqual(["welcome", "opened", "ack"]);
    expect(client.received.find(({ type }) => type === "opened")).toMatchObject({ takesPending: true });
  });

  test("is not read on meanwhile, and then in the order in which it spoke", async () => {
    holdTheDoor();
    const client = await speaking();
    client.say(...hello);
    const words = 200;
    for (let word = 0; word < words; word++) client.say("user", ["ann", "x".repeat(60), 1]);
    client.say("open", 1, "order", "s", 0, "", 0, false, 0, [1, 0, ["a"]]);
    client.say("away", true);
    letIn();
    expect(await client.next("ack")).toMatchObject({ seq: 1 });
    expect(await textOf("order")).toBe("a");
  });

  test("is told what is wrong with what it said, once it is let in", async () => {
    holdTheDoor();
    const client = await speaking();
    client.say(...hello);
    client.say("nonsense");
    letIn();
    expect(await client.next("error")).toMatchObject({ code: "ERR_MESSAGE_UNKNOWN" });
    expect(await client.end()).toMatchObject({ code: 4400 });
  });

  test("is heard by nobody if it is not let in", async () => {
    admitted = Promise.reject(Object.assign(new Error("no"), { code: "ERR_TOKEN_INVALID" }));
    admitted.catch(() => undefined);
    const client = await speaking();
    client.say(...hello);
    client.say("open", 1, "refused", "s", 0, "", 0, false, 0, [1, 0, ["word"]]);
    await client.end();
    admitted = Promise.resolve();
    expect(await textOf("refused")).toBe("");
  });
});

describe("what is pending when a document is opened", () => {
  /** Opens with "abc" at version 1 in session "s", whose last number is 1. */
  async function written(document: string): Promise<{ client: RawClient; entryId: string }> {
    const client = await speaking();
    client.say(...hello);
    client.say("open", 1, document, "s", 0, "", 0, false, 0, [1, 0, ["abc"]]);
    const { entryId } = await client.next("ack");
    return { client, entryId };
  }

  test("is in the text once, though it comes again", async () => {
    const { client, entryId } = await written("again");
    client.say("open", 2, "again", "s", 0, "", 1, true, 0, [1, 0, ["abc"]]);
    expect(await client.next("opened")).toMatchObject({ lastSeq: 1, takesPending: undefined });
    expect(await client.next("ack")).toMatchObject({ channel: 2, seq: 1, version: 1, entryId });
    client.say("open", 3, "again", "s", 1, entryId, 1, false, 1, [2, 3, [3, "d"]]);
    expect(await client.next("opened")).toMatchObject({ lastSeq: 1, takesPending: true });
    expect(await client.next("ack")).toMatchObject({ channel: 3, seq: 2, version: 2 });
    expect(await textOf("again")).toBe("abcd");
  });

  test("is not taken from who may only read, nor where the client is on another history", async () => {
    const { client, entryId } = await written("not");
    client.say("open", 2, "not", "s", 1, "another", 1, false, 1, [2, 3, [3, "d"]]);
    expect(await client.next("snapshot")).toMatchObject({ reason: "diverged" });
    role = "read";
    client.say("open", 3, "not", "s", 1, entryId, 1, false, 1, [2, 3, [3, "d"]]);
    // Had it been taken before, a snapshot would come.
    const answer = await Promise.race([client.next("opened"), client.next("snapshot")]);
    expect(answer).toMatchObject({ type: "opened", takesPending: undefined });
    client.say("submit", 3, 2, 1, 3, [3, "d"], 1);
    expect(await client.next("refused")).toMatchObject({ seq: 2, code: "ERR_READ_ONLY" });
    expect(await textOf("not")).toBe("abc");
  });

  test("is refused by its number where it is no operation, and the channel is open", async () => {
    const { client, entryId } = await written("bad");
    client.say("open", 2, "bad", "s", 1, entryId, 1, false, 1, [2, 3, [99, "d"]]);
    expect(await client.next("refused")).toMatchObject({ channel: 2, seq: 2 });
    client.say("open", 2, "bad", "s", 1, entryId, 2, false, 2, [3, 3]);
    expect(await client.next("refused")).toMatchObject({ seq: 3, code: "ERR_OPERATION_INVALID" });
    client.say("submit", 2, 4, 1, 3, [3, "d"], 1);
    expect(await client.next("ack")).toMatchObject({ channel: 2, seq: 4, version: 2 });
  });

  test.each([
    ["an old number", [1, false, 1, [1, 3, ["d"]]]],
    ["a number that was not sent", [1, true, 1, [2, 3, ["d"]]]],
    ["a number of nobody's", [1, false, 1, [0, 3, ["d"]]]],
    ["no list", [1, false, 1, "d"]],
    ["more than there should be", [1, false, 1, [2, 3, ["d"], 0, 0, 0]]],
  ])("with %s is refused, and changes nothing", async (_, fields) => {
    const { client, entryId } = await written("shape");
    client.say("open", 2, "shape", "s", 1, entryId, ...fields);
    expect(await client.next("error")).toMatchObject({ code: "ERR_MESSAGE_SHAPE" });
    expect(await client.end()).toMatchObject({ code: 4400 });
    expect(await textOf("shape")).toBe("abc");
  });
});

describe("the subprotocol for it", () => {
  test("is taken of several, and alone; an older client gets the one that it knows", async () => {
    for (const [offered, chosen] of [
      [[EARLY_SUBPROTOCOL, DEFLATE_SUBPROTOCOL], EARLY_SUBPROTOCOL],
      [[EARLY_SUBPROTOCOL], EARLY_SUBPROTOCOL],
      [[DEFLATE_SUBPROTOCOL], DEFLATE_SUBPROTOCOL],
      [[], ""],
    ] as const) {
      const socket = new WebSocket(server.url, [...offered]);
      await once(socket, "open");
      expect(socket.protocol).toBe(chosen);
      socket.close();
    }
  });
});
