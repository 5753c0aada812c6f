import { Operation } from "@interline/ot";
import { CloseCode, type ErrorCode, type RefusedCode } from "@interline/protocol";
import { type CodeFacts, CODES } from "@interline/protocol/codes";
import { describe, expect, it } from "vitest";
import { openDocument, type SharedDocument } from "../src/shared-document.ts";
import { FakeEnvironment } from "./fake-environment.ts";

const codes = Object.entries(CODES) as [ErrorCode, CodeFacts][];

function opened(): { readonly environment: FakeEnvironment; readonly document: SharedDocument } {
  const environment = new FakeEnvironment();
  const document = openDocument({
    url: "ws://test/sync",
    document: "notes",
    user: { id: "me", name: "Me", color: 1 },
    environment,
  });
  environment.socket.welcome();
  const start = { channel: 1, peer: 1, lastSeq: 0, lastVersion: 0, headVersion: 0 };
  environment.socket.receive({ type: "opened", ...start });
  return { environment, document };
}

/** A page does not load the table of codes: what it knows of them by itself must be the same. */
describe("a client does by itself what the table of codes says", () => {
  it.each(codes.filter(([, { ends, reopen }]) => ends.includes("channel") && reopen !== "only"))(
    "opens a channel again that %s ended, or does not",
    (code, { retry }) => {
      const { environment, document } = opened();
      environment.socket.receive({ type: "error", code, message: "", channel: 1 });
      environment.pass(2_000);
      const opens = environment.socket.names.filter((name) => name === "open");
      expect(opens).toHaveLength(retry === "automatic" ? 2 : 1);
      expect(document.status.code).toBe(retry === "automatic" ? undefined : code);
    },
  );

  it.each(codes.filter(([, { close }]) => close !== undefined))(
    "connects again after %s, or does not",
    (code, { retry, close = "Internal" }) => {
      const { environment, document } = opened();
      environment.socket.receive({ type: "error", code, message: "", channel: undefined });
      environment.socket.onclose?.(CloseCode[close]);
      expect(document.status.code).toBe(code);
      environment.pass(60_000);
      expect(environment.sockets.length > 1).toBe(retry === "automatic");
    },
  );

  it.each(codes.filter(([, { ends }]) => ends.includes("submission")))(
    "tells its writer of %s, or goes on by itself",
    (code, { retry }) => {
      const { environment, document } = opened();
      document.edit(Operation.from(["x"], 0));
      environment.socket.receive({ type: "refused", channel: 1, seq: 1, code: code as RefusedCode });
      expect(document.status.code).toBe(retry === "automatic" ? undefined : code);
    },
  );
});
