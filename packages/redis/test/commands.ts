import { replaceOperation } from "@interline/ot";
import type { DocumentLog, Head, NewEntry } from "@interline/server";
import * as fc from "fast-check";

const session = fc.constantFrom("a", "b", "c");
const fence = fc.constantFrom("f", "g");
const small = fc.nat({ max: 8 });

const submission = fc.record({ session, fence, seq: fc.nat({ max: 12 }), settled: small });

/** Anything that a log can be asked. */
export const command = fc.oneof(
  fc.record({
    do: fc.constant("open"),
    request: fc.record({
      session,
      fence,
      version: small,
      lastSeq: small,
      inFlight: fc.boolean(),
      settled: small,
      time: small,
    }),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("commit"),
      // How far back from the head, and whether its id is right.
      back: fc.nat({ max: 3 }),
      isRestored: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
      isKnown: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
      entries: fc.array(submission, { minLength: 1, maxLength: 4 }),
    }),
  },
  fc.record({ do: fc.constant("settle"), session, settled: small }),
  fc.record({ do: fc.constant("checkpoint"), version: small }),
  fc.record({ do: fc.constant("trim"), upTo: small }),
  fc.record({
    do: fc.constant("expire"),
    time: small,
    idleMs: small,
    maxSessions: fc.nat({ max: 3 }),
    open: fc.array(session),
  }),
  fc.record({ do: fc.constant("read"), after: small, to: small }),
);
export type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

/** The id of every entry tells its version, so that both logs have the same. */
const idOf = (version: number): string => (version === 0 ? "" : `v${version}`);

/** Asks a log for it; `head` is the head of its document. */
export async function ask(to: DocumentLog, document: string, head: Head, asked: Command): Promise<unknown> {
  switch (asked.do) {
    case "open":
      return to.openSession(document, asked.request);
    case "commit": {
      const version = Math.max(0, head.version - asked.back);
      const entries = asked.entries.map(({ session, fence, seq, settled }, index): NewEntry => {
        const length = version + index;
        const operation = replaceOperation(length, length, "x", length);
        const entryId = idOf(version + index + 1);
        return { entryId, session, seq, fence, settled, operation, length: length + 1, author: "ann" };
      });
      const entryId = asked.isKnown ? idOf(version) : "other";
      return to.commit(document, {
        expected: { version, entryId },
        entries,
        time: 7,
        isRestored: asked.isRestored,
      });
    }
    case "settle":
      return to.settle(document, asked.session, asked.settled);
    case "checkpoint": {
      const version = Math.min(asked.version, head.version);
      return to.saveCheckpoint(document, { version, entryId: idOf(version), text: "x".repeat(version) });
    }
    case "trim":
      return to.trim(document, asked.upTo);
    case "expire": {
      const { time, idleMs, maxSessions, open } = asked;
      return to.expireSessions(document, { time, idleMs, maxSessions, open: new Set(open) });
    }
    case "read":
      return to.readEntries(document, asked.after, asked.to);
  }
}
