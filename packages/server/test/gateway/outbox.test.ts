import { Duplex } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { Outbox } from "../../src/gateway/outbox.ts";

/** A socket that takes what it is given only when the test says so. */
class HeldSocket extends Duplex {
  readonly taken: string[] = [];
  isHolding = false;
  #take: (() => void) | undefined;

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.taken.push(bytes.toString());
    if (this.isHolding) this.#take = done;
    else done();
  }

  release(): void {
    this.isHolding = false;
    this.#take?.();
  }
}

function outboxOf() {
  const socket = new HeldSocket();
  const state = { isOpen: true, sent: 0 };
  const outbox = new Outbox({
    socket,
    isOpen: () => state.isOpen,
    onSent: () => {
      state.sent++;
    },
  });
  return { socket, state, outbox };
}

test("what is written in one turn leaves in one piece, in order, at its end", async () => {
  const { socket, outbox } = outboxOf();
  for (const word of ["a", "b", "c"]) outbox.write(Buffer.from(word));
  expect(socket.taken).toEqual([]);
  expect(outbox.bufferedBytes).toBe(3);
  await setImmediate();
  expect(socket.taken).toEqual(["abc"]);
  expect(outbox.bufferedBytes).toBe(0);
  outbox.write(Buffer.from("d"));
  await setImmediate();
  expect(socket.taken).toEqual(["abc", "d"]);
});

test("large pieces are not copied, and stay in order", async () => {
  const { socket, outbox } = outboxOf();
  const pieces = ["x", "y".repeat(20_000), "z"];
  for (const piece of pieces) outbox.write(Buffer.from(piece));
  await setImmediate();
  expect(socket.taken).toEqual(pieces);
});

test("can be emptied before the end of the turn, once", async () => {
  const { socket, outbox } = outboxOf();
  outbox.write(Buffer.from("a"));
  outbox.flush();
  expect(socket.taken).toEqual(["a"]);
  outbox.write(Buffer.from("b"));
  await setImmediate();
  expect(socket.taken).toEqual(["a", "b"]);
});

test("[I9] counts what waits, and tells when it has left", async () => {
  const { socket, state, outbox } = outboxOf();
  socket.isHolding = true;
  outbox.write(Buffer.from("aa"));
  await setImmediate();
  outbox.write(Buffer.from("bbb"));
  expect(outbox.bufferedBytes).toBe(5);
  await setImmediate();
  expect(outbox.bufferedBytes).toBe(5);
  expect(state.sent).toBe(0);
  socket.release();
  await setImmediate();
  expect(socket.taken).toEqual(["aa", "bbb"]);
  expect(outbox.bufferedBytes).toBe(0);
  expect(state.sent).toBe(1);
});

test("writes nothing any more once it may not", async () => {
  const { socket, state, outbox } = outboxOf();
  outbox.write(Buffer.from("a"));
  state.isOpen = false;
  await setImmediate();
  expect(socket.taken).toEqual([]);
  expect(outbox.bufferedBytes).toBe(0);
});
