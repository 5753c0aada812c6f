import { expect, test } from "vitest";
import { GroupWriter, type Write } from "../../src/log/group-writer.ts";

const put = (key: string): Write[] => [{ type: "put", key, value: "" }];

test("what arrives while a write is under way goes into the next one, together", async () => {
  const groups: string[] = [];
  const release: (() => void)[] = [];
  const writer = new GroupWriter((operations) => {
    groups.push(operations.map(({ key }) => key).join());
    return new Promise((resolve) => release.push(resolve));
  });
  const first = writer.write(put("a"));
  const others = [writer.write(put("b")), writer.write(put("c"))];
  expect(groups).toEqual(["a"]);
  release[0]?.();
  await first;
  await Promise.resolve();
  expect(groups).toEqual(["a", "b,c"]);
  release[1]?.();
  await Promise.all(others);
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
