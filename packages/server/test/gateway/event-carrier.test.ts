import { Text } from "@interline/ot";
import { encodeServerMessage, type ServerMessage } from "@interline/protocol";
import { describe, expect, test } from "vitest";
import { Frame } from "../../src/frame.ts";
import { EventCarrier, type EventSink } from "../../src/gateway/event-carrier.ts";
import { turnsOf } from "../turns-of-the-loop.ts";
import { SLICE_UNITS } from "../../src/slices.ts";

/** An answer that keeps what it is given. */
class KeptSink implements EventSink {
  readonly isPoll: boolean;
  readonly bufferedBytes = 0;
  readonly pieces: string[] = [];
  readonly ended: Promise<void>;
  #end: () => void = () => {};

  constructor(isPoll: boolean) {
    this.isPoll = isPoll;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  write(data: string | Uint8Array, isLast: boolean, onWritten?: () => void): void {
    this.pieces.push(typeof data === "string" ? data : Buffer.from(data).toString());
    onWritten?.();
    if (isLast) this.#end();
  }
}

const long = '😀 \\"'.repeat(400_000);
const snapshot = (text: string): ServerMessage => ({
  type: "snapshot",
  channel: 1,
  peer: 2,
  lastSeq: 3,
  lastVersion: 4,
  reason: "trimmed",
  version: 7,
  entryId: "entry-7",
  text,
});
const pong = Frame.of({ type: "pong" });
const expected = `id: 1\ndata: ${pong.text}\n\nid: 2\ndata: ${encodeServerMessage(snapshot(long))}\n\n`;

describe("an event that holds a whole document", () => {
  test.each([true, false])("is encoded in slices, in its place in the order: a poll %s", async (isPoll) => {
    const carrier = new EventCarrier(
      () => {},
      () => {},
    );
    const sink = new KeptSink(isPoll);
    carrier.attach(sink, 0);
    carrier.send(pong);
    carrier.send(Frame.withText(Text.of(long), snapshot));
    await new Promise((resolve) => process.nextTick(resolve));
    // Comes while the long one is encoded: it waits.
    carrier.send(pong);
    expect(sink.pieces).toEqual([]);
    if (!isPoll) carrier.close({ code: 1012, reason: "restart", retry: true });
    const { turns } = await turnsOf(sink.ended);
    expect(turns).toBeGreaterThanOrEqual(Math.floor(long.length / SLICE_UNITS) - 1);
    for (const piece of sink.pieces) expect(piece.length).toBeLessThanOrEqual(4 * SLICE_UNITS);
    const after = isPoll ? "" : `id: 3\ndata: ${pong.text}\n\nevent: close\ndata: [1012,"restart"]\n\n`;
    expect(sink.pieces.join("") === expected + after).toBe(true);
  });

  test("is written again in the next answer where the first broke off meanwhile", async () => {
    const carrier = new EventCarrier(
      () => {},
      () => {},
    );
    const broken = new KeptSink(true);
    carrier.attach(broken, 0);
    carrier.send(pong);
    carrier.send(Frame.withText(Text.of(long), snapshot));
    await new Promise((resolve) => setImmediate(resolve));
    carrier.detach(broken);
    const sink = new KeptSink(true);
    expect(carrier.attach(sink, 0)).toBe(true);
    await sink.ended;
    expect(broken.pieces).toEqual([]);
    expect(sink.pieces.join("") === expected).toBe(true);
  });
});
