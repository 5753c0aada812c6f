import { expect, it } from "vitest";
import { refusedIn } from "../src/surface/refused.ts";

const transfer = (types: readonly string[], text = ""): DataTransfer =>
  ({
    files: types.map((type) => ({ type })),
    getData: () => text,
  }) as unknown as DataTransfer;

it("a picture or file without text is refused; text beside it is taken", () => {
  expect(refusedIn(transfer(["image/png"]))).toBe("image");
  expect(refusedIn(transfer(["application/pdf"]))).toBe("file");
  expect(refusedIn(transfer(["application/pdf", "image/svg+xml"]))).toBe("image");
  expect(refusedIn(transfer(["image/png"], "a spreadsheet puts both"))).toBeUndefined();
  expect(refusedIn(transfer([]))).toBeUndefined();
});
