import { expect, test } from "vitest";
import { checkFormat } from "../../src/log/store-format.ts";

test("a store is refused if it is newer, and is newer itself once a newer version has opened it", () => {
  expect(checkFormat(undefined, "it", 1)).toBe("1");
  expect(checkFormat("1", "it", 1)).toBeUndefined();
  expect(checkFormat("1", "it", 2)).toBe("2");
  expect(checkFormat("2", "it", 2)).toBeUndefined();
  expect(() => checkFormat("3", "it", 2)).toThrow(
    expect.objectContaining({
      code: "ERR_STORE_TOO_NEW",
      message: "it was written by a newer version of the program (format 3; this one reads up to 2)",
    }),
  );
  for (const none of ["", "0", "01", "1.1", "-1", "x", "1".repeat(7)]) {
    expect(() => checkFormat(none, "it", 9)).toThrow(expect.objectContaining({ code: "ERR_STORE_CORRUPT" }));
  }
});
