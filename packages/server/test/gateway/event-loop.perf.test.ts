import { DEFAULT_LIMITS } from "@interline/protocol";
import { describe, expect, test } from "vitest";
import { calibration } from "../../../../tests/support/processor-time.ts";
import { RawClient, startServer } from "./clients.ts";

function submit(...fields: unknown[]): string {
  return JSON.stringify(["submit", 1, ...fields]);
}

/** As many edits as one operation may have, one after every other character. */
function edits(edit: unknown): unknown[] {
  return Array.from({ length: DEFAULT_LIMITS.maxComponents - 2 }, (_, index) => (index % 2 === 0 ? 1 : edit));
}

/**
 * The longest time, in ms, between two looks of the event loop: nothing else could run meanwhile. Of each time the lesser of what the clock
 * and the processor say: the clock counts what other programs took, the processor what this one's helper threads did beside.
 */
async function longestBlock(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let isOver = false;
  let cpu = process.cpuUsage();
  let clock = performance.now();
  const look = (): void => {
    const { user, system } = process.cpuUsage(cpu);
    longest = Math.max(longest, Math.min((user + system) / 1000, performance.now() - clock));
    cpu = process.cpuUsage();
    clock = performance.now();
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  await work();
  isOver = true;
  return longest;
}

/** What the loop may be blocked for, as a multiple of the calibration loop: about 50 ms where this was written. */
const LONGEST_BLOCK = 60;

describe("the event loop", () => {
  const longestMs = (LONGEST_BLOCK * calibration()) / 1000;

  test("is never blocked for long by the largest frames, legal or not", async () => {
    const large = await startServer();
    // The client of this test shares the loop: what it sends is made before.
    const half = "x".repeat(500_000);
    const grown = 1_000_000 + DEFAULT_LIMITS.maxComponents / 2 - 1;
    const nested = "[".repeat(5_000) + "]".repeat(5_000);
    const frames: [what: string, frame: string, answer: "ack" | "refused"][] = [
      ["text", submit(1, 0, 0, [half], 0), "ack"],
      ["more text", submit(2, 1, 500_000, [half], 0), "ack"],
      ["every other", submit(3, 2, 1_000_000, edits("y"), 0), "ack"],
      ["deletes", submit(4, 3, grown, edits({ d: 1 }), 0), "ack"],
      ["nested", `["submit",1,5,4,1000000,${nested},0]`, "refused"],
    ];
    const longest: Record<string, number> = {};
    for (const round of [1, 2, 3]) {
      const author = await RawClient.opened(large.url, `author${round}`, crypto.randomUUID());
      for (const [what, frame, answer] of frames) {
        const block = await longestBlock(async () => {
          author.socket.send(frame);
          await author.next(answer);
        });
        longest[what] = Math.max(block, longest[what] ?? 0);
      }
      author.socket.close();
    }
    expect(Object.entries(longest).filter(([, ms]) => ms > longestMs)).toEqual([]);
    await large.stop();
  });

  test("is not blocked for long when someone far behind is brought up to now", async () => {
    const large = await startServer();
    const author = await RawClient.opened(large.url, "author");
    author.say("submit", 1, 1, 0, 0, ["-"], 0);
    const { entryId } = await author.next("ack");
    author.say("submit", 1, 2, 1, 1, ["x".repeat(500_000)], 0);
    await author.next("ack");
    author.say("submit", 1, 3, 2, 500_001, edits("y"), 0);
    await author.next("ack");
    const late = await RawClient.connect(large.url, "late");
    const block = await longestBlock(async () => {
      late.say("open", 1, "doc", "s-late", 1, entryId, 0, false, 0);
      let { to } = await late.next("ops");
      while (to < 3) ({ to } = await late.next("ops"));
    });
    expect(block).toBeLessThan(longestMs);
    late.socket.close();
    author.socket.close();
    await large.stop();
  });
});
