import { promisify } from "node:util";
import zlib from "node:zlib";
import { replaceOperation, Text } from "@interline/ot";
import { encodeServerMessage, type ServerMessage } from "@interline/protocol";
import { describe, expect, test } from "vitest";
import { Frame } from "../src/frame.ts";

const inflateRaw = promisify(zlib.inflateRaw);
/** What a WebSocket's frame of 65,536 bytes or more has before its payload. */
const HEAD_BYTES = 10;

const operations = (text: string): ServerMessage => ({
  type: "ops",
  channel: 1,
  from: 0,
  to: 7,
  entryId: "entry-7",
  operation: replaceOperation(0, 0, text, 0),
  selections: [{ peer: 2, selection: { anchor: 3, head: 4 } }],
});
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

describe("a message that holds a whole document", () => {
  const long = 'She said "😀 \\ \u{1f4c4}"\n'.repeat(20_000);

  test.each([
    ["operations", operations],
    ["a snapshot", snapshot],
  ])("has the same bytes in slices as at once: %s", async (_what, messageOf) => {
    const frame = Frame.withText(Text.of(long), messageOf);
    const whole = encodeServerMessage(messageOf(long));
    expect(frame.isSliced).toBe(true);
    expect(frame.isLong).toBe(true);
    expect(frame.text === whole).toBe(true);
    const bytes = Buffer.concat(await frame.slicedWebSocketBytes);
    expect(bytes.equals(new Frame(whole).webSocketBytes)).toBe(true);
    const deflated = await frame.deflatedWebSocketBytes;
    const payload = deflated.subarray(deflated.readUInt8(1) === 126 ? 4 : HEAD_BYTES);
    expect((await inflateRaw(payload)).toString() === whole).toBe(true);
    // Without what is escaped: enough to know who has how much waiting.
    expect(frame.units).toBeLessThanOrEqual(whole.length);
    expect(frame.units).toBeGreaterThanOrEqual(long.length);
  });

  test("is made at once if it is short", () => {
    const frame = Frame.withText(Text.of("short"), snapshot);
    expect(frame.isSliced).toBe(false);
    expect(frame.text).toBe(encodeServerMessage(snapshot("short")));
    expect(frame.units).toBe(frame.text.length);
  });
});
