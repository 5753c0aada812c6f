import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { waitFor } from "../../../../tests/support/wait-for.ts";
import { RawClient, type RunningServer, startServer } from "./clients.ts";

let server: RunningServer;
let bystander: RawClient;

beforeAll(async () => {
  server = await startServer({ heartbeatMs: 150, limits: { maxMessageBytes: 65_536, stallTimeoutMs: 200 } });
  bystander = await RawClient.opened(server.url, "bystander");
  bystander.say("submit", 1, 1, 0, 0, ["unharmed"], 0);
  await bystander.next("ack");
});
afterAll(() => server.stop());
beforeEach(async () => {
  await waitFor("the others to be gone", () => server.documents.connectionCount === 1);
});

async function expectUnharmed(): Promise<void> {
  expect(bystander.closed).toBeUndefined();
  const reader = await RawClient.opened(server.url, "reader");
  expect((await reader.next("ops")).operation).toEqual(["unharmed"]);
  reader.socket.close();
}

interface FrameOptions {
  /** The reserved bits, as they stand in the first byte: 0x40, 0x20, 0x10. */
  readonly reserved?: number;
  readonly isFinal?: boolean;
  readonly isMasked?: boolean;
}

const TEXT = 1;
const CONTINUATION = 0;
const CLOSE = 8;
const PING = 9;

/** The bytes of a frame of RFC 6455, section 5.2. */
function frameOf(opcode: number, payload: Buffer, options: FrameOptions = {}): Buffer {
  const { reserved = 0, isFinal = true, isMasked = true } = options;
  const first = (isFinal ? 0x80 : 0) | reserved | opcode;
  const header = payload.length < 126 ? Buffer.alloc(2) : Buffer.alloc(10);
  header[0] = first;
  header[1] = isMasked ? 0x80 : 0;
  if (payload.length < 126) header[1] |= payload.length;
  else {
    header[1] |= 127;
    header.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  if (!isMasked) return Buffer.concat([header, payload]);
  const mask = randomBytes(4);
  return Buffer.concat([header, mask, payload.map((byte, index) => byte ^ mask[index % 4]!)]);
}

const hello = frameOf(TEXT, Buffer.from('["hello",1,["mallory","Mallory",1]]'));

/** A client below the WebSocket: it writes bytes. */
class RawSocket {
  readonly socket: Socket;
  isClosed = false;
  #received = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (data) => {
      this.#received = Buffer.concat([this.#received, data]);
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.isClosed = true;
    });
  }

  static async connect(request: readonly string[]): Promise<RawSocket> {
    const socket = connect({
      port: Number(new URL(server.url).port),
      host: "127.0.0.1",
      allowHalfOpen: true,
    });
    await once(socket, "connect");
    const client = new RawSocket(socket);
    socket.write(`${request.join("\r\n")}\r\n\r\n`);
    return client;
  }

  /** A socket that has become a WebSocket. */
  static async upgraded(): Promise<RawSocket> {
    const client = await RawSocket.connect([...UPGRADE, `Sec-WebSocket-Key: ${KEY}`]);
    await waitFor("the upgrade", () => client.#received.includes("\r\n\r\n"));
    expect(client.status).toBe(101);
    client.#received = client.#received.subarray(client.#received.indexOf("\r\n\r\n") + 4);
    return client;
  }

  get status(): number {
    return Number(this.#received.toString().split(" ")[1]);
  }

  /** The code of the server's close frame, once the server has ended the connection. */
  async closeCode(): Promise<number | undefined> {
    await waitFor("the server to close", () => this.#closeFrame() !== undefined || this.isClosed);
    this.socket.end();
    await waitFor("the server to let go", () => server.documents.connectionCount === 1);
    return this.#closeFrame();
  }

  #closeFrame(): number | undefined {
    const bytes = this.#received;
    for (let at = 0; at + 2 <= bytes.length; ) {
      let length = bytes[at + 1]! & 0x7f;
      let header = 2;
      if (length === 126) {
        length = bytes.readUInt16BE(at + 2);
        header = 4;
      }
      if ((bytes[at]! & 0x0f) === CLOSE) return bytes.readUInt16BE(at + header);
      at += header + length;
    }
    return undefined;
  }
}

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const UPGRADE = [
  "GET /sync HTTP/1.1",
  "Host: 127.0.0.1",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
];

/** The header of a frame that is said to be so long; its payload never comes. */
function headerOf(length: bigint): Buffer {
  const header = Buffer.alloc(14);
  header[0] = 0x80 | TEXT;
  header[1] = 0x80 | 127;
  header.writeBigUInt64BE(length, 2);
  return header;
}

const text = Buffer.from('["ping"]');
const half = Buffer.alloc(40_000, "x");

describe("[I8] a frame that is none costs its own connection", () => {
  const frames: [what: string, bytes: Buffer, code: number][] = [
    [
      "a reserved bit for a compression that was not agreed on",
      frameOf(TEXT, text, { reserved: 0x40 }),
      1002,
    ],
    ["another reserved bit", frameOf(TEXT, text, { reserved: 0x10 }), 1002],
    ["an opcode that is reserved", frameOf(3, text), 1002],
    ["no mask", frameOf(TEXT, text, { isMasked: false }), 1002],
    ["a ping of 126 bytes", frameOf(PING, Buffer.alloc(126)), 1002],
    ["a ping in parts", frameOf(PING, text, { isFinal: false }), 1002],
    ["a close of one byte", frameOf(CLOSE, Buffer.alloc(1)), 1002],
    ["a continuation of nothing", frameOf(CONTINUATION, text), 1002],
    [
      "a new message inside another",
      Buffer.concat([frameOf(TEXT, text, { isFinal: false }), frameOf(TEXT, text)]),
      1002,
    ],
    [
      "text that is not UTF-8 once its parts are put together",
      Buffer.concat([
        frameOf(TEXT, Buffer.from([0x5b, 0x22, 0xe6]), { isFinal: false }),
        frameOf(CONTINUATION, Buffer.from([0x22, 0x5d])),
      ]),
      1007,
    ],
    ["a length of a terabyte", headerOf(2n ** 40n), 1009],
    ["a length of 2^63", headerOf(2n ** 63n), 1009],
    [
      "parts that are too large together",
      Buffer.concat([frameOf(TEXT, half, { isFinal: false }), frameOf(CONTINUATION, half)]),
      1009,
    ],
  ];

  test.each(frames)("%s", async (_what, bytes, code) => {
    const client = await RawSocket.upgraded();
    client.socket.write(Buffer.concat([hello, bytes]));
    expect(await client.closeCode()).toBe(code);
    await expectUnharmed();
  });

  test("a character that comes in two parts is one character", async () => {
    const client = await RawSocket.upgraded();
    const name = Buffer.from('["hello",1,["mallory","é",1]]');
    const cut = name.indexOf(0xa9);
    client.socket.write(frameOf(TEXT, name.subarray(0, cut), { isFinal: false }));
    client.socket.write(frameOf(CONTINUATION, name.subarray(cut)));
    client.socket.write(frameOf(TEXT, Buffer.from('["select",9,0]')));
    expect(await client.closeCode()).toBe(4400);
  });

  test("a client that ends in the middle of a frame, cleanly or not", async () => {
    for (const end of ["end", "destroy", "resetAndDestroy"] as const) {
      const client = await RawSocket.upgraded();
      const whole = frameOf(TEXT, Buffer.from(`["open",1,"doc","s",0,"",0,false,0]`));
      client.socket.write(Buffer.concat([hello, whole, whole.subarray(0, 9)]));
      client.socket[end]();
      await waitFor("the server to let go", () => server.documents.connectionCount === 1);
      client.socket.destroy();
    }
    await expectUnharmed();
  });
});

describe("[I9] a client that holds a connection costs the server only that", () => {
  test("half open: it says nothing more and answers no ping", async () => {
    const client = await RawSocket.upgraded();
    client.socket.write(hello);
    await waitFor("the server to let go", () => server.documents.connectionCount === 1);
    client.socket.destroy();
    await expectUnharmed();
  });

  test("it is alive and reads nothing", async () => {
    const writer = await RawClient.opened(server.url, "writer", "long");
    for (let version = 0; version < 50; version++) {
      const length = version * 60_000;
      writer.say(
        "submit",
        1,
        version + 1,
        version,
        length,
        [...(length > 0 ? [length] : []), "x".repeat(60_000)],
        0,
      );
      await writer.next("ack");
    }
    writer.socket.close();
    const client = await RawSocket.upgraded();
    client.socket.pause();
    client.socket.write(hello);
    for (let channel = 0; channel < 8; channel++) {
      client.socket.write(
        frameOf(TEXT, Buffer.from(`["open",${channel},"long","s${channel}",0,"",0,false,0]`)),
      );
    }
    await waitFor("the server to let go", () => {
      client.socket.write(frameOf(PING, Buffer.alloc(0)));
      return server.documents.connectionCount === 1;
    });
    client.socket.destroy();
    await expectUnharmed();
  });
});

describe("[I8] a request that is no upgrade is answered with a status", () => {
  const requests: [what: string, request: string[], status: number][] = [
    ["no key", UPGRADE, 400],
    ["a key of another length", [...UPGRADE, "Sec-WebSocket-Key: abc"], 400],
    [
      "a version that is not spoken",
      [...UPGRADE.with(4, "Sec-WebSocket-Version: 99"), `Sec-WebSocket-Key: ${KEY}`],
      400,
    ],
    ["another method", [...UPGRADE.with(0, "POST /sync HTTP/1.1"), `Sec-WebSocket-Key: ${KEY}`], 405],
    [
      "a path that leads there on disk only",
      [...UPGRADE.with(0, "GET /x/../sync HTTP/1.1"), `Sec-WebSocket-Key: ${KEY}`],
      404,
    ],
    ["an encoded path", [...UPGRADE.with(0, "GET /%73ync HTTP/1.1"), `Sec-WebSocket-Key: ${KEY}`], 404],
    ["a URL that is none", [...UPGRADE.with(0, "GET //// HTTP/1.1"), `Sec-WebSocket-Key: ${KEY}`], 404],
  ];

  test.each(requests)("%s", async (_what, request, status) => {
    const client = await RawSocket.connect(request);
    await waitFor("an answer", () => client.status > 0);
    expect(client.status).toBe(status);
    client.socket.destroy();
    await expectUnharmed();
  });
});

describe("[I8] names that mean something elsewhere mean nothing here", () => {
  test.each(["%2e%2e", "..", "a\\b", "a\u0000b", "doc/../doc", "__proto__", "-rf", "x".repeat(60_000)])(
    "%j is no document id",
    async (document) => {
      const client = await RawClient.connect(server.url, "mallory");
      client.say("open", 1, document, "s", 0, "", 0, false, 0);
      expect(await client.next("error")).toMatchObject({ code: "ERR_DOCUMENT_ID", channel: 1 });
      client.socket.close();
      await expectUnharmed();
    },
  );

  test.each(["constructor", "toString", "hasOwnProperty", "a..b", "CON", "doc~", "Doc"])(
    "%s is a document like any other",
    async (document) => {
      const client = await RawClient.opened(server.url, "writer", document);
      client.say("submit", 1, 1, 0, 0, [document], 0);
      await client.next("ack");
      const reader = await RawClient.opened(server.url, "reader", document);
      expect((await reader.next("ops")).operation).toEqual([document]);
      client.socket.close();
      reader.socket.close();
      await expectUnharmed();
    },
  );

  test.each(["__proto__", "constructor", "toString"])(
    "%s is a session and a person like any other",
    async (name) => {
      const client = await RawClient.connect(server.url, name);
      client.say("open", 1, `of-${name}`, name, 0, "", 0, false, 0);
      expect(await client.next("opened")).toMatchObject({ lastSeq: 0, headVersion: 0 });
      client.say("submit", 1, 1, 0, 0, ["x"], 0);
      expect(await client.next("ack")).toMatchObject({ seq: 1, version: 1 });
      client.say("open", 2, `of-${name}`, name, 0, "", 1, true, 0);
      expect(await client.next("opened")).toMatchObject({ channel: 2, lastSeq: 1 });
      client.socket.close();
    },
  );

  test.each([
    ["a message", '{"__proto__":["ping"],"0":"ping","length":1}', "error", "ERR_MESSAGE_SHAPE"],
    ["a person", '["user",{"__proto__":["a","a",1],"length":3}]', "error", "ERR_MESSAGE_SHAPE"],
    ["a delete", '["submit",1,2,1,8,[{"d":1,"__proto__":{"d":2}}],0]', "refused", "ERR_OPERATION_INVALID"],
    [
      "an inherited delete",
      '["submit",1,2,1,8,[{"__proto__":{"d":2}}],0]',
      "refused",
      "ERR_OPERATION_INVALID",
    ],
    [
      "components",
      '["submit",1,2,1,8,{"__proto__":[],"0":"x","length":1},0]',
      "refused",
      "ERR_OPERATION_INVALID",
    ],
  ] as const)(
    "the keys of a prototype in %s are refused and change nothing",
    async (_what, frame, type, code) => {
      const client = await RawClient.opened(server.url, "mallory");
      client.socket.send(frame);
      expect(await client.next(type)).toMatchObject({ code });
      expect(Object.keys(Object.prototype)).toEqual([]);
      client.socket.close();
      await expectUnharmed();
    },
  );
});
