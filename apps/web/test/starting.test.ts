import { describe, expect, it } from "vitest";
import { pathOf, placeOf } from "../src/addresses.ts";
import { startDocument, startedId } from "../src/starting.ts";

describe("a document that is started", () => {
  it("has an address that leads to it and says nothing that can be misread", () => {
    const { id } = startDocument((bytes) => bytes.fill(255));
    expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{20}$/);
    expect(placeOf(pathOf(id))).toEqual({ kind: "document", id });
  });

  it("has the id that the server takes for it", () => {
    // The same in the test of the server.
    expect(startedId("a1b2c3d4e5f6g7h8i9j0kl")).toBe("r3sk7aektxvn2vx5b8nm");
    const { id, secret } = startDocument((bytes) => bytes.map((_, index) => index * 13));
    expect(startedId(secret)).toBe(id);
    expect(secret).toMatch(/^[0-9a-hjkmnp-tv-z]{27}$/);
  });
});
