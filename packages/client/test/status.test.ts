import type { Role } from "@interline/protocol";
import { CODES } from "@interline/protocol/codes";
import { describe, expect, it } from "vitest";
import type { ConnectionState } from "../src/connection.ts";
import { type DocumentState, sameStatus, type StatusFacts, statusOf } from "../src/status.ts";

const socket = {} as never;
const open: ConnectionState = {
  name: "open",
  socket,
  heartbeatMs: 15_000,
  limits: { maxMessageBytes: 1, maxDocumentLength: 1, maxComponents: 1 },
  isWelcome: true,
  timer: 0,
};
const connecting: ConnectionState = { name: "connecting", socket, timer: 0 };
const waiting: ConnectionState = { name: "waiting", retryAt: 7_000, timer: 0, code: undefined };

/** Connected, with everything saved. */
function facts(more: Partial<StatusFacts> = {}): StatusFacts {
  return {
    connection: open,
    attempt: 0,
    isReady: true,
    wasLive: true,
    isLive: true,
    isProven: true,
    held: undefined,
    role: "own",
    faultCode: undefined,
    pendingEdits: 0,
    pendingSince: undefined,
    isKept: true,
    isBehind: false,
    canKeep: true,
    hasRecovered: false,
    ...more,
  };
}

describe("the status", () => {
  it.each(Object.entries(CODES))(
    "that %s ended it is told, with the code, whatever else is true",
    (code, { denies = false }) => {
      const state = denies ? "denied" : "error";
      for (const role of ["own", "read"] as const) {
        expect(statusOf(facts({ faultCode: code, role }))).toMatchObject({ state, code });
        expect(
          statusOf(facts({ faultCode: code, connection: waiting, held: "ERR_READ_ONLY", role })),
        ).toMatchObject({
          state,
          code,
        });
        const connection: ConnectionState = { name: "ended", code };
        expect(statusOf(facts({ connection, isLive: false, pendingEdits: 1, role }))).toMatchObject({
          state,
          code,
        });
      }
    },
  );

  it("of a connection that ended without a known code is an error", () => {
    expect(statusOf(facts({ connection: { name: "ended", code: "ERR_CLOSED_1009" } })).state).toBe("error");
  });

  it.each<[DocumentState, Partial<StatusFacts>]>([
    ["connecting", { connection: connecting, wasLive: false, isLive: false }],
    ["connecting", { wasLive: false, isLive: false, isReady: false }],
    ["connecting", { wasLive: false, isLive: true, isReady: false }],
    ["synced", {}],
    ["saving", { pendingEdits: 1, pendingSince: 1 }],
    ["offline", { connection: waiting, isLive: false, role: "read" }],
    ["offline", { connection: { name: "closed" }, isLive: false }],
    ["reconnecting", { connection: connecting, isLive: false, role: "read", held: "ERR_READ_ONLY" }],
    ["reconnecting", { connection: connecting, wasLive: false, isLive: false, attempt: 1 }],
    ["reconnecting", { isLive: false }],
    ["reconnecting", { isProven: false }],
    ["readonly", { role: "read" }],
    ["readonly", { role: "comment" }],
    ["readonly", { role: "suggest" }],
    ["readonly", { role: "none" }],
    ["readonly", { role: "read", pendingEdits: 1, held: "ERR_READ_ONLY" }],
    ["readonly", { role: "read", pendingEdits: 1, held: "ERR_DOCUMENT_TOO_LARGE" }],
    ["held", { pendingEdits: 1, held: "ERR_DOCUMENT_TOO_LARGE" }],
    // Refused, and the word that the right is gone is still on its way.
    ["held", { pendingEdits: 1, held: "ERR_READ_ONLY" }],
  ])("is %s with %o", (state, more) => {
    const status = statusOf(facts(more));
    const isRefused = state === "readonly" || state === "held";
    expect(status).toMatchObject({ state, code: isRefused ? more.held : undefined });
  });

  it('is "synced" only with a live channel, the right to write, nothing refused and nothing pending', () => {
    const roles: readonly Role[] = ["none", "read", "comment", "suggest", "write", "own"];
    const connections: readonly ConnectionState[] = [
      open,
      connecting,
      waiting,
      { name: "closed" },
      { name: "ended", code: "ERR_X" },
    ];
    let synced = 0;
    for (const connection of connections) {
      for (const role of roles) {
        for (const pendingEdits of [0, 1]) {
          for (const held of [undefined, "ERR_READ_ONLY"]) {
            for (const isLive of [true, false]) {
              const { state } = statusOf(facts({ connection, role, pendingEdits, held, isLive }));
              if (state !== "synced") continue;
              synced++;
              expect([connection, pendingEdits, held, isLive]).toEqual([open, 0, undefined, true]);
              expect(["write", "own"]).toContain(role);
            }
          }
        }
      }
    }
    expect(synced).toBe(2);
  });

  it("differs where anything in it does", () => {
    const status = statusOf(facts());
    expect(sameStatus(status, { ...status })).toBe(true);
    for (const key of Object.keys(status))
      expect(sameStatus(status, { ...status, [key]: "other" })).toBe(false);
  });
});
