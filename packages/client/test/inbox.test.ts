import { describe, expect, test } from "vitest";
import { Inbox } from "../src/inbox.ts";

/** An inbox whose compressed frames are unpacked when the test says so; a frame's only byte is its number. */
function open() {
  const taken: string[] = [];
  const unpacked = new Map<number, (text: string | Error) => void>();
  const inbox = new Inbox(
    (bytes) =>
      new Promise((resolve, reject) => {
        unpacked.set(new Uint8Array(bytes)[0]!, (text) => {
          if (text instanceof Error) reject(text);
          else resolve(text);
        });
      }),
    (frame) => taken.push(frame),
  );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const compressed = (number: number): ArrayBuffer => new Uint8Array([number]).buffer;
  return { inbox, taken, unpacked, settle, compressed };
}

describe("frames are taken in the order they came", () => {
  test("at once where nothing is compressed", () => {
    const { inbox, taken } = open();
    inbox.take("a");
    inbox.take("b");
    expect(taken).toEqual(["a", "b"]);
  });

  test("behind one that is being unpacked, whichever is done first", async () => {
    const { inbox, taken, unpacked, settle, compressed } = open();
    inbox.take("a");
    inbox.take(compressed(1));
    inbox.take("b");
    inbox.take(compressed(2));
    inbox.take("c");
    unpacked.get(2)!("second");
    await settle();
    expect(taken).toEqual(["a"]);
    unpacked.get(1)!("first");
    await settle();
    expect(taken).toEqual(["a", "first", "b", "second", "c"]);
    inbox.take("d");
    expect(taken.at(-1)).toBe("d");
  });

  test("as an empty one where it cannot be unpacked", async () => {
    const { inbox, taken, unpacked, settle, compressed } = open();
    inbox.take(compressed(1));
    inbox.take("b");
    inbox.take(undefined);
    unpacked.get(1)!(new Error("damaged"));
    await settle();
    expect(taken).toEqual(["", "b", ""]);
  });
});
