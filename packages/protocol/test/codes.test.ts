import { describe, expect, it } from "vitest";
import { CloseCode } from "../src/close-codes.ts";
import { CODES } from "../src/codes.ts";

const all = Object.entries(CODES);

describe("the table of codes", () => {
  it.each(all)(
    "says of %s what it ends and how, and never one thing twice in different ways",
    (_code, facts) => {
      const { ends, retry, denies, close, status, reopen, message } = facts;
      expect(new Set(ends).size).toBe(ends.length);
      expect(close === undefined, "a connection is closed in some way").toBe(!ends.includes("connection"));
      if (close !== undefined) expect(CloseCode[close].retry).toBe(retry === "automatic");
      if (reopen !== undefined) expect(ends).toContain("channel");
      if (ends.includes("request")) expect(status, "a status of HTTP").toBeGreaterThanOrEqual(400);
      if (denies) expect(retry, "whoever is kept out is not let in by trying").not.toBe("automatic");
      if (status === 401) expect(denies).toBe(true);
      expect(message, "words that fit into a sentence").toMatch(/^[a-z`][^\n]*[^.]$/);
    },
  );

  it("has no close code that nothing is closed with, but those that say no code", () => {
    const used = new Set(all.flatMap(([, { close }]) => close ?? []));
    // A restart is no fault; a token that ran out is closed with another code than one that came too late.
    expect(Object.keys(CloseCode).filter((name) => !used.has(name as keyof typeof CloseCode))).toEqual([
      "Restart",
      "TokenExpired",
    ]);
  });
});
