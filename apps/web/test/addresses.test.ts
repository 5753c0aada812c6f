import { describe, expect, it } from "vitest";
import { pathOf, placeOf, syncAddress, tokenOf } from "../src/addresses.ts";

describe("addresses", () => {
  it("know the start, documents and nothing else", () => {
    expect(placeOf("/")).toEqual({ kind: "new" });
    expect(placeOf("/d/minutes-2026.11")).toEqual({ kind: "document", id: "minutes-2026.11" });
    for (const path of ["/d/", "/d/-x", "/d/a/b", "/d/a%20b", "/e/a", `/d/${"x".repeat(129)}`]) {
      expect(placeOf(path), path).toEqual({ kind: "none" });
    }
  });

  it("under a base path are the same, behind it", () => {
    expect(placeOf("/pad/", "/pad/")).toEqual({ kind: "new" });
    expect(placeOf("/pad/d/minutes", "/pad/")).toEqual({ kind: "document", id: "minutes" });
    for (const path of ["/", "/d/minutes", "/pad", "/pad/d/", "/other/d/minutes"]) {
      expect(placeOf(path, "/pad/"), path).toEqual({ kind: "none" });
    }
    expect(pathOf("minutes", "/pad/")).toBe("/pad/d/minutes");
    expect(syncAddress("https://interline.example/pad/")).toBe("wss://interline.example/pad/sync");
  });

  it("a share link's token stands behind the #", () => {
    expect(tokenOf("#token=eyJh.eyJk.s-_g")).toBe("eyJh.eyJk.s-_g");
    for (const fragment of ["", "#", "#token=", "#line-3", "#token=a b"])
      expect(tokenOf(fragment)).toBeUndefined();
  });

  it("the socket is as secure as the page", () => {
    expect(syncAddress("https://interline.example")).toBe("wss://interline.example/sync");
    expect(syncAddress("http://127.0.0.1:8080")).toBe("ws://127.0.0.1:8080/sync");
  });
});
