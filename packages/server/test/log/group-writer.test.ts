import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { waitFor } from "../../../../tests/support/wait-for.ts";
import { GroupWriter, type Write } from "../../src/log/group-writer.ts";

const put = (key: string): Write[] => [{ type: "put", key, value: "" }];

/** A writer whose writes end when the test says so. */
function heldWriter() {
  const groups: string[] = [];
  const held: (() => void)[] = [];
  const writer = new GroupWriter((operations) => {
    groups.push(operations.map(({ key }) => key).join());
    return new Promise((resolve) => held.push(resolve));
  });
  return { writer, groups, end: () => held.shift()?.() };
}

test("what arrives in one turn of the loop, or while a write is under way, goes into one write", async () => {
  const { writer, groups, end } = heldWriter();
  const first = [writer.write(put("a")), writer.write(put("b"))];
  await waitFor("the first write", () => groups.length === 1);
  const others = [writer.write(put("c")), writer.write(put("d"))];
  await setImmediate();
  expect(groups).toEqual(["a,b"]);
  end();
  await Promise.all(first);
  await waitFor("the second write", () => groups.length === 2);
  expect(groups).toEqual(["a,b", "c,d"]);
  end();
  await Promise.all(others);
});

test("a turn comes when nothing is being written, and what is given right then shares the write", async () => {
  const { writer, groups, end } = heldWriter();
  const first = writer.write(put("a"));
  await waitFor("the first write", () => groups.length === 1);
  const given: string[] = [];
  const turns = ["b", "c"].map(async (key) => {
    await writer.turn();
    given.push(key);
    await writer.write(put(key));
  });
  await setImmediate();
  expect(given).toEqual([]);
  end();
  await first;
  await waitFor("the second write", () => groups.length === 2);
  expect(groups).toEqual(["a", "b,c"]);
  end();
  await Promise.all(turns);
});

test("who has a turn need not write", async () => {
  const { writer, groups, end } = heldWriter();
  await Promise.all([writer.turn(), writer.turn()]);
  await setImmediate();
  expect(groups).toEqual([]);
  const written = writer.write(put("a"));
  await waitFor("the write", () => groups.length === 1);
  end();
  await written;
});

test("a write that fails fails for all that shared it, and the next one is tried", async () => {
  let isBroken = true;
  const writer = new GroupWriter(async () => {
    if (isBroken) throw new Error("disk");
  });
  const results = await Promise.allSettled([writer.write(put("a")), writer.write(put("b"))]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  isBroken = false;
  await writer.write(put("c"));
});
