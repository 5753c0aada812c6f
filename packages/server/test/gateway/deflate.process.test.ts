import { once } from "node:events";
import { inflateRawSync } from "node:zlib";
import { DEFLATE_SUBPROTOCOL } from "@interline/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type RunningServer, startServer } from "./clients.ts";

const TEXT = "The quick brown fox jumps over the lazy dog, and the dog does not mind. ".repeat(4_000);

let server: RunningServer;
beforeEach(async () => {
  server = await startServer();
  const author = await open("author", []);
  author.socket.send(JSON.stringify(["submit", 1, 1, 0, 0, [TEXT], 0]));
  await author.until("ack");
  author.socket.close();
});
afterEach(() => server.stop());

/** A client that notes how each message came. */
async function open(id: string, subprotocols: string[]) {
  const socket = new WebSocket(server.url, subprotocols);
  const frames: { readonly name: string; readonly fields: unknown[]; readonly bytes?: number }[] = [];
  let wake = (): void => {};
  socket.on("message", (data: Buffer, isBinary) => {
    const text = isBinary ? inflateRawSync(data).toString() : data.toString();
    const fields = JSON.parse(text) as unknown[];
    frames.push({ name: fields[0] as string, fields, ...(isBinary && { bytes: data.length }) });
    wake();
  });
  const until = async (name: string) => {
    for (;;) {
      const found = frames.find((frame) => frame.name === name);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  await once(socket, "open");
  socket.send(JSON.stringify(["hello", 1, [id, "Name", 1]]));
  socket.send(JSON.stringify(["open", 1, "doc", `session-${id}`, 0, "", 0, false, 0]));
  await until("opened");
  return { socket, frames, until };
}

describe("a client that takes compressed messages", () => {
  test("joins a text of English with a third of its bytes, and all other messages are text", async () => {
    const { frames, until, socket } = await open("taker", [DEFLATE_SUBPROTOCOL]);
    expect(socket.protocol).toBe(DEFLATE_SUBPROTOCOL);
    const { fields, bytes } = await until("op");
    expect(fields[4]).toEqual([TEXT]);
    expect(bytes).toBeLessThan(TEXT.length / 3);
    expect(frames.filter((frame) => frame.bytes !== undefined)).toHaveLength(1);
  });

  test("gets everything in order, also what is sent while a long message is compressed", async () => {
    const { until, socket, frames } = await open("taker", [DEFLATE_SUBPROTOCOL]);
    socket.send('["ping"]');
    socket.send(JSON.stringify(["submit", 1, 1, 1, TEXT.length, ["x"], 0]));
    socket.send('["ping"]');
    await until("ack");
    const names = frames.map(({ name }) => name).filter((name) => name !== "pong");
    expect(names.slice(0, 3)).toEqual(["welcome", "opened", "op"]);
    expect(names.indexOf("ack")).toBeGreaterThan(2);
  });

  test("gets all of it before a polite end", async () => {
    const { socket, frames } = await open("taker", [DEFLATE_SUBPROTOCOL]);
    const closed = once(socket, "close");
    socket.send('["nonsense"]');
    expect((await closed)[0]).toBe(4400);
    expect(frames.map(({ name }) => name).filter((name) => name !== "peers")).toEqual([
      "welcome",
      "opened",
      "op",
      "error",
    ]);
  });
});

test("who does not offer it gets text", async () => {
  const plain = await open("plain", []);
  expect((await plain.until("op")).bytes).toBeUndefined();
});
