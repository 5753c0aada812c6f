import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { DEFAULT_LIMITS, DEFLATE_SUBPROTOCOL } from "@interline/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { MemoryLog } from "../../src/log/memory-log.ts";
import { RawClient, type RunningServer, startServer } from "./clients.ts";

let server: RunningServer;
/** Somebody who has a document open all the time, and must never notice anything. */
let bystander: RawClient;

beforeAll(async () => {
  server = await startServer({ limits: { maxDocumentsPerConnection: 3 } });
  bystander = await RawClient.opened(server.url, "bystander");
  bystander.say("submit", 1, 1, 0, 0, ["unharmed"], 0);
  await bystander.next("ack");
});
afterAll(() => server.stop());

/** The bystander is connected, and the document is as it was. */
async function expectUnharmed(): Promise<void> {
  expect(bystander.closed).toBeUndefined();
  bystander.say("ping");
  await bystander.next("pong");
  const reader = await RawClient.opened(server.url, "reader");
  expect((await reader.next("ops")).operation).toEqual(["unharmed"]);
  reader.socket.close();
}

function submit(...fields: unknown[]): string {
  return JSON.stringify(["submit", 1, ...fields]);
}

describe("[I8] a frame that breaks the protocol costs its own connection", () => {
  const frames: [what: string, frame: string, code: string][] = [
    ["not JSON", "hello", "ERR_MESSAGE_SYNTAX"],
    ["an empty frame", "", "ERR_MESSAGE_SYNTAX"],
    ["no array", '{"type":"ping"}', "ERR_MESSAGE_SHAPE"],
    ["an empty array", "[]", "ERR_MESSAGE_SHAPE"],
    ["an unknown message", '["drop table"]', "ERR_MESSAGE_UNKNOWN"],
    ["a message of the server", '["ack",1,1,1,"e"]', "ERR_MESSAGE_UNKNOWN"],
    ["the name of something inherited", '["constructor"]', "ERR_MESSAGE_UNKNOWN"],
    ["deep nesting", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, "ERR_MESSAGE_SHAPE"],
    ["more values than any message needs", `[${"1,".repeat(70_000)}1]`, "ERR_MESSAGE_SHAPE"],
    ["more lists than any message needs", `[${"[],".repeat(70_000)}[]]`, "ERR_MESSAGE_SHAPE"],
    ["a field too many", '["ping",1]', "ERR_MESSAGE_SHAPE"],
    ["a field too few", '["submit",1,1,0]', "ERR_MESSAGE_SHAPE"],
    ["a number as a string", submit("1", 1, 8, ["x"], 0), "ERR_MESSAGE_SHAPE"],
    ["a negative number", submit(-1, 1, 8, ["x"], 0), "ERR_MESSAGE_SHAPE"],
    ["a version that is no whole number", submit(1, 0.5, 8, ["x"], 0), "ERR_MESSAGE_SHAPE"],
    ["a version above 2^53", submit(1, 1e300, 8, ["x"], 0), "ERR_MESSAGE_SHAPE"],
    ["NaN, which is null", submit(Number.NaN, 1, 8, ["x"], 0), "ERR_MESSAGE_SHAPE"],
    ["half a selection", submit(1, 1, 8, ["x"], 0, 3), "ERR_MESSAGE_SHAPE"],
    ["a bad session", '["open",2,"doc","a b",0,"",0,false,0]', "ERR_MESSAGE_SHAPE"],
    ["a name that is half a character", '["user",["a","\\ud800",1]]', "ERR_MESSAGE_SHAPE"],
    ["a second hello", '["hello",1,["a","a",1]]', "ERR_MESSAGE_ORDER"],
    ["a channel that is not open", '["select",7,0]', "ERR_MESSAGE_ORDER"],
  ];

  test.each(frames)("%s", async (_what, frame, code) => {
    const client = await RawClient.opened(server.url, "mallory");
    client.socket.send(frame);
    expect(await client.next("error")).toMatchObject({ code, channel: undefined });
    expect(await client.end()).toMatchObject({ code: 4400 });
    await expectUnharmed();
  });

  // The first is text, the second what a client of the first release could have sent as MessagePack, the third
  // claims more values than it has bytes.
  describe.each([
    ["text", Buffer.from('["ping"]')],
    ["MessagePack", Buffer.from([0x91, 0xa4, 0x70, 0x69, 0x6e, 0x67])],
    ["false claims", Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff])],
    ["nothing", Buffer.alloc(0)],
  ])("a binary frame of %s", (_what, bytes) => {
    test("after hello", async () => {
      const client = await RawClient.opened(server.url, "mallory");
      client.socket.send(bytes);
      expect(await client.next("error")).toMatchObject({ code: "ERR_MESSAGE_SYNTAX" });
      expect(await client.end()).toMatchObject({ code: 4400 });
      await expectUnharmed();
    });

    test.each([
      ["no subprotocol", []],
      ["the compressing one, which is for what the server sends", [DEFLATE_SUBPROTOCOL]],
      ["that of MessagePack beside it", ["interline.msgpack", DEFLATE_SUBPROTOCOL]],
    ])("before hello, with %s", async (_subprotocols, subprotocols) => {
      const socket = new WebSocket(server.url, subprotocols);
      const frames: string[] = [];
      socket.on("message", (data) => frames.push((data as Buffer).toString()));
      await once(socket, "open");
      socket.send(bytes);
      const [closeCode] = (await once(socket, "close")) as [number];
      expect(frames.map((frame) => JSON.parse(frame) as unknown)).toEqual([
        ["error", "ERR_MESSAGE_SYNTAX", expect.any(String)],
      ]);
      expect(closeCode).toBe(4400);
      await expectUnharmed();
    });
  });

  test("the subprotocol of MessagePack alone, which is not spoken any more", async () => {
    const socket = new WebSocket(server.url, ["interline.msgpack"]);
    const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
    expect(response.statusCode).toBe(400);
    expect(JSON.parse(await text(response))).toEqual({ code: "ERR_SUBPROTOCOL" });
    await expectUnharmed();
  });

  test("bytes that are not UTF-8", async () => {
    const client = await RawClient.opened(server.url, "mallory");
    client.socket.send(Buffer.from([0x5b, 0xff, 0xfe]), { binary: false });
    expect((await client.end()).code).toBe(1007);
    await expectUnharmed();
  });

  test("a frame over the limit", async () => {
    const client = await RawClient.opened(server.url, "mallory");
    client.socket.send(JSON.stringify(["x".repeat(DEFAULT_LIMITS.maxMessageBytes)]));
    expect((await client.end()).code).toBe(1009);
    await expectUnharmed();
  });

  test("a second operation while one is in flight", async () => {
    const log = new MemoryLog();
    log.commit = () => new Promise(() => {});
    const slow = await startServer({ log, closeTimeoutMs: 100 });
    const client = await RawClient.opened(slow.url, "mallory");
    client.say("submit", 1, 1, 0, 0, ["x"], 0);
    client.say("submit", 1, 2, 0, 0, ["y"], 0);
    expect(await client.next("error")).toMatchObject({ code: "ERR_MESSAGE_ORDER" });
    expect(await client.end()).toMatchObject({ code: 4400 });
    slow.http.close();
  });

  test("a message before hello", async () => {
    const client = new RawClient(server.url);
    client.socket.once("open", () => client.say("ping"));
    expect(await client.next("error")).toMatchObject({ code: "ERR_MESSAGE_ORDER" });
    expect(await client.end()).toMatchObject({ code: 4400 });
  });

  test("another protocol version", async () => {
    const client = new RawClient(server.url);
    client.socket.once("open", () => client.say("hello", 999, ["a", "a", 1]));
    expect(await client.next("error")).toMatchObject({ code: "ERR_PROTOCOL_VERSION" });
    expect(await client.end()).toMatchObject({ code: 4426 });
  });

  test("no hello in time", async () => {
    const impatient = await startServer({ limits: { helloTimeoutMs: 20 } });
    const client = new RawClient(impatient.url);
    expect(await client.next("error")).toMatchObject({ code: "ERR_TIMEOUT" });
    expect(await client.end()).toMatchObject({ code: 4408 });
    await impatient.stop();
  });
});

describe("[I8] a bad operation is refused, and costs its number only", () => {
  const operations: [what: string, operation: string, code: string][] = [
    ["skip of a thousand million", '[1000000000,"x"]', "ERR_LENGTH_MISMATCH"],
    ["skip of 1e308", '[1e308,"x"]', "ERR_OPERATION_NUMBER"],
    ["skip of 1.5", '[1.5,"x"]', "ERR_OPERATION_NUMBER"],
    ["skip of -1", '[-1,"x"]', "ERR_OPERATION_NUMBER"],
    ["skip of 0", '[0,"x"]', "ERR_OPERATION_NUMBER"],
    ["null", '[null,"x"]', "ERR_OPERATION_INVALID"],
    ["skips that add up too high", '[9007199254740991,{"d":9007199254740991}]', "ERR_OPERATION_NUMBER"],
    ["no array", '"x"', "ERR_OPERATION_INVALID"],
    ["an unknown component", '[{"i":"x"}]', "ERR_OPERATION_INVALID"],
    ["delete of a string number", '[{"d":-2}]', "ERR_OPERATION_NUMBER"],
    ["an object with a prototype's key", '[{"__proto__":1}]', "ERR_OPERATION_INVALID"],
    ["half a character", '["\\ud83d"]', "ERR_OPERATION_TEXT"],
    ["halves in the wrong order", '["\\ude00\\ud83d"]', "ERR_OPERATION_TEXT"],
    ["longer than the document", '[8,{"d":1}]', "ERR_LENGTH_MISMATCH"],
    ["nothing", "[]", "ERR_OPERATION_EMPTY"],
    ["only a skip", "[3]", "ERR_OPERATION_EMPTY"],
    ["too many components", `[${'1,"x",'.repeat(25_001)}1]`, "ERR_OPERATION_TOO_LARGE"],
  ];

  test.each(operations)("%s", async (_what, operation, code) => {
    const client = await RawClient.opened(server.url, "mallory");
    client.socket.send(`["submit",1,5,1,8,${operation},0]`);
    expect(await client.next("refused")).toEqual({ type: "refused", channel: 1, seq: 5, code });
    client.say("ping");
    await client.next("pong");
    client.socket.close();
    await expectUnharmed();
  });

  test("a length that is not the document's", async () => {
    const client = await RawClient.opened(server.url, "mallory");
    client.say("submit", 1, 5, 1, 7, ["x"], 0);
    expect(await client.next("refused")).toMatchObject({ seq: 5, code: "ERR_LENGTH_MISMATCH" });
    client.socket.close();
  });
});

describe("[I8] what is about one channel ends that channel only", () => {
  test("a version from the future", async () => {
    const client = await RawClient.opened(server.url, "mallory");
    client.say("submit", 1, 1, 9_007_199_254_740_991, 8, ["x"], 0);
    expect(await client.next("reopen")).toMatchObject({ channel: 1, code: "ERR_BASE_AHEAD" });
    // What was sent before the client read that is let pass.
    client.say("submit", 1, 2, 1, 8, ["x"], 0);
    client.say("select", 1, 1, 3, 3);
    client.say("settled", 1, 0);
    client.say("close", 1);
    client.say("ping");
    await client.next("pong");
    client.say("open", 1, "doc", "session-mallory", 0, "", 2, false, 0);
    await client.next("opened");
    client.socket.close();
    await expectUnharmed();
  });

  test.each(["", ".hidden", "a/b", "../etc/passwd", "a b", "ü", "x".repeat(129), 5, null])(
    "a document id like %j",
    async (document) => {
      const client = await RawClient.opened(server.url, "mallory");
      client.say("open", 2, document, "s", 0, "", 0, false, 0);
      expect(await client.next("error")).toMatchObject({ code: "ERR_DOCUMENT_ID", channel: 2 });
      client.say("ping");
      await client.next("pong");
      client.socket.close();
    },
  );

  test("more documents than allowed", async () => {
    const client = await RawClient.connect(server.url, "mallory");
    for (const channel of [1, 2, 3, 4]) client.say("open", channel, `d${channel}`, "s", 0, "", 0, false, 0);
    expect(await client.next("error")).toMatchObject({ code: "ERR_TOO_MANY_DOCUMENTS", channel: 4 });
    client.say("close", 1);
    client.say("open", 5, "d5", "s", 0, "", 0, false, 0);
    expect((await client.next("opened")).channel).toBeLessThanOrEqual(5);
    client.socket.close();
  });

  test("a base that is not of this log, or above its head, gets the whole text", async () => {
    const client = await RawClient.connect(server.url, "mallory");
    client.say("open", 1, "doc", "s1", 1, "foreign-id", 0, false, 0);
    expect(await client.next("snapshot")).toMatchObject({ reason: "diverged", version: 1, text: "unharmed" });
    client.say("open", 2, "doc", "s2", 99, "foreign-id", 0, false, 0);
    expect(await client.next("snapshot")).toMatchObject({ reason: "diverged", version: 1 });
    client.socket.close();
  });
});
