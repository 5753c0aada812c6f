import type { DocumentStatus } from "@interline/client";
import { describe, expect, it } from "vitest";
import * as line from "../src/status-line.ts";
import type { StatusSituation } from "../src/status-line.ts";
import { englishWords } from "../src/words/language.ts";

const NOW = 1_000_000;
const words = englishWords();
const statusLine = (situation: StatusSituation, now: number): line.StatusLine =>
  line.statusLine(situation, now, words);

function situation(status: Partial<DocumentStatus>, more: Partial<StatusSituation> = {}): StatusSituation {
  return {
    status: {
      state: "synced",
      pendingEdits: 0,
      pendingSince: undefined,
      isKept: true,
      canKeep: true,
      retryAt: undefined,
      code: undefined,
      ...status,
    },
    since: NOW,
    isReady: true,
    wasEdited: true,
    ...more,
  };
}

describe("the bottom line", () => {
  it("is silent until something was edited here", () => {
    expect(statusLine(situation({}, { wasEdited: false }), NOW)).toMatchObject({ words: "", glyph: "none" });
  });

  it('says "Saved" for 3 s, a moment after the last acknowledgement, and keeps the check', () => {
    const saved = situation({});
    expect(statusLine(saved, NOW)).toMatchObject({ words: "", glyph: "saving", changesAt: NOW + 400 });
    expect(statusLine(saved, NOW + 400)).toMatchObject({
      words: "Saved",
      glyph: "saved",
      changesAt: NOW + 3_400,
    });
    expect(statusLine(saved, NOW + 3_400)).toMatchObject({ words: "", glyph: "saved", meaning: "Saved" });
  });

  it('never shows a check while an edit is not acknowledged, says "Saving…" after 0.6 s and trouble after 5 s', () => {
    const saving = situation({ state: "saving", pendingEdits: 1, pendingSince: NOW });
    expect(statusLine(saving, NOW + 599)).toMatchObject({ words: "", glyph: "saving", changesAt: NOW + 600 });
    expect(statusLine(saving, NOW + 600)).toMatchObject({ words: "Saving…", changesAt: NOW + 5_000 });
    expect(statusLine(saving, NOW + 5_000)).toMatchObject({
      words: "Trying to save…",
      glyph: "trying",
      tone: "warn",
    });
    const merge = { own: 1, others: 1 };
    expect(statusLine({ ...saving, merge }, NOW).glyph).toBe("saving");
  });

  it("of a long text that goes in parts it says after 2 s how much is saved, and trouble only when that stands still", () => {
    const first = situation({ state: "saving", pendingEdits: 1, pendingSince: NOW, progress: 0 });
    expect(statusLine(first, NOW + 599)).toMatchObject({ words: "", changesAt: NOW + 600 });
    expect(statusLine(first, NOW + 1_999)).toMatchObject({ words: "Saving…", changesAt: NOW + 2_000 });
    expect(statusLine(first, NOW + 2_000)).toMatchObject({
      words: "Saving… 0% done",
      changesAt: NOW + 5_000,
    });
    const status = { state: "saving", pendingEdits: 1, pendingSince: NOW, progress: 0.409 } as const;
    const later = situation(status, { progressAt: NOW + 30_000, merge: { own: 1, others: 1 } });
    // Nothing is read out: the words change with each part.
    expect(statusLine(later, NOW + 34_999)).toEqual({
      tone: "ink",
      glyph: "saving",
      words: "Saving… 40% done",
      meaning: "Saving…",
      details: [],
      actions: [],
      changesAt: NOW + 35_000,
    });
    expect(statusLine(later, NOW + 35_000)).toMatchObject({ words: "Trying to save…", tone: "warn" });
    // The words do not go out between the last part and "Saved".
    const saved = situation({}, { progressAt: NOW });
    expect(statusLine(saved, NOW)).toMatchObject({ words: "Saved", glyph: "saved" });
  });

  it("says after a second that a composition holds back what others did, and never over trouble", () => {
    const held = situation({}, { since: NOW - 60_000, heldBackSince: NOW });
    expect(statusLine(held, NOW)).toMatchObject({ words: "", meaning: "Saved", changesAt: NOW + 1_000 });
    const words = "Changes by others appear when you finish this word.";
    expect(statusLine(held, NOW + 1_000)).toMatchObject({ words, glyph: "saved", tone: "ink" });
    const trouble = situation(
      { state: "saving", pendingEdits: 1, pendingSince: NOW - 60_000 },
      { heldBackSince: NOW - 60_000 },
    );
    expect(statusLine(trouble, NOW)).toMatchObject({ words: "Trying to save…", tone: "warn" });
  });

  it("offline says that changes are kept on this device, and how long they have waited", () => {
    const offline = situation({
      state: "offline",
      pendingEdits: 14,
      pendingSince: NOW - 370_000,
      retryAt: NOW + 3_200,
    });
    expect(statusLine(offline, NOW)).toEqual({
      tone: "warn",
      glyph: "offline",
      words: "Offline. Your changes are kept on this device.",
      meaning: "Offline. Your changes are kept on this device.",
      details: ["Changes waiting, the oldest for 6 minutes", "Reconnecting in 4 s"],
      actions: ["retry"],
      changesAt: NOW + 200,
    });
    expect(statusLine(situation({ state: "offline" }), NOW)).toMatchObject({
      words: "Offline. Your changes are kept on this device.",
      details: [],
    });
    expect(statusLine(situation({ state: "reconnecting" }), NOW).details).toEqual(["Reconnecting…"]);
  });

  it("offline never claims that something is kept where nothing can be", () => {
    const nowhere = { state: "offline", isKept: false, canKeep: false } as const;
    expect(statusLine(situation({ ...nowhere, pendingEdits: 1, pendingSince: NOW }), NOW)).toMatchObject({
      tone: "danger",
      words: "Offline. Not saved on this device. Keep this tab open.",
    });
    expect(statusLine(situation({ ...nowhere, isKept: true }), NOW).words).toBe("Offline.");
  });

  it("in trouble it says whether the tab may be closed", () => {
    const trouble = { state: "saving", pendingEdits: 1, pendingSince: NOW - 6_000 } as const;
    expect(statusLine(situation(trouble), NOW).details).toEqual(["Kept on this device."]);
    expect(statusLine(situation({ ...trouble, isKept: false }), NOW).details).toEqual([
      "Keep this tab open.",
    ]);
    const held = { state: "held", pendingEdits: 1, code: "ERR_DOCUMENT_TOO_LARGE" } as const;
    expect(statusLine(situation(held), NOW).details).toEqual(["Kept on this device."]);
  });

  it("the countdown changes exactly when its number does", () => {
    const offline = situation({ state: "offline", retryAt: NOW + 3_000 });
    const words: (string | undefined)[] = [];
    let now: number | undefined = NOW;
    while (now !== undefined) {
      const line = statusLine(offline, now);
      words.push(line.details[0]);
      now = line.changesAt;
    }
    expect(words).toEqual([3, 2, 1, 1].map((seconds) => `Reconnecting in ${seconds} s`));
  });

  it("with a copy on this device it says only after 2 s that it connects", () => {
    const first = situation({ state: "connecting" });
    expect(statusLine(first, NOW)).toMatchObject({ words: "", tone: "ink", changesAt: NOW + 2_000 });
    expect(statusLine(first, NOW + 2_000)).toMatchObject({ words: "Connecting…", details: [] });
    const pending = situation({ state: "connecting", pendingEdits: 1, pendingSince: NOW });
    expect(statusLine(pending, NOW + 2_000).details).toEqual(["Kept on this device."]);
    expect(statusLine(situation({ state: "connecting" }, { isReady: false }), NOW).meaning).toBe("Loading");
  });

  it.each(["offline", "reconnecting"] as const)(
    "a document that was never opened says while %s what keeps it away: only a device without a network is told to find one",
    (state) => {
      const never = { isReady: false };
      expect(statusLine(situation({ state }, { ...never, isOnline: false }), NOW).words).toBe(
        "This document is not on this device yet. It opens when you are online.",
      );
      for (const isOnline of [true, undefined]) {
        const line = statusLine(situation({ state }, { ...never, isOnline }), NOW);
        expect(line.words).toBe("The server does not answer. This document opens when it does.");
        expect(line.meaning).toBe(line.words);
      }
    },
  );

  it("never gives a number of changes: what is counted is keystrokes", () => {
    const states = ["connecting", "saving", "offline", "reconnecting", "readonly", "held", "denied", "error"];
    for (const state of states as DocumentStatus["state"][]) {
      for (const isKept of [true, false]) {
        const status = { state, pendingEdits: 14, pendingSince: NOW, isKept, code: "ERR_FORBIDDEN" };
        const { words, details } = statusLine(situation(status), NOW + 59_999);
        expect([words, ...details].join(" "), state).not.toMatch(/[0-9]/);
      }
    }
    const merge = { own: 14, others: 14 };
    expect(statusLine(situation({}, { merge }), NOW).words).not.toMatch(/[0-9]/);
  });

  it.each([
    [{ own: 14, others: 3 }, "Back online. Your changes and those of others are merged."],
    [{ own: 1, others: 0 }, "Back online. Your changes are saved."],
    [{ own: 0, others: 2 }, "Back online. Changes of others are merged."],
  ])("after a break of %o it says what came together", (merge, words) => {
    expect(statusLine(situation({}, { merge }), NOW)).toMatchObject({
      words,
      actions: ["dismiss"],
      glyph: "saved",
    });
  });

  it("refused edits and an ended connection offer the text", () => {
    const held = situation({ state: "held", pendingEdits: 2, code: "ERR_DOCUMENT_TOO_LARGE" });
    expect(statusLine(held, NOW)).toMatchObject({
      tone: "danger",
      glyph: "unsaved",
      words: "Not saved: the document is as long as it can be.",
      actions: ["copy", "download"],
    });
    expect(statusLine({ ...held, status: { ...held.status, progress: 0.4 } }, NOW)).toMatchObject({
      words: "The rest of your text is not saved: the document is as long as it can be.",
      actions: ["copy", "download"],
    });
    const ended = situation({ state: "error", pendingEdits: 2, code: "ERR_PROTOCOL_VERSION" });
    expect(statusLine(ended, NOW)).toMatchObject({
      words: "This page is older than the server. Reload it to go on.",
      details: ["Your last changes are not saved. Kept on this device."],
      actions: ["reload", "copy"],
    });
    const unkept = situation({ state: "error", pendingEdits: 2, isKept: false, canKeep: false });
    expect(statusLine(unkept, NOW)).toMatchObject({
      details: ["Your last changes are not saved. Keep this tab open."],
      actions: ["copy", "download"],
    });
    expect(statusLine(situation({ state: "error" }), NOW).actions).toEqual(["reload"]);
  });

  it("who may only read is told so, with a padlock and no alarm", () => {
    expect(statusLine(situation({ state: "readonly" }), NOW)).toMatchObject({
      tone: "ink",
      glyph: "read-only",
      words: "You can read this document.",
      actions: [],
      changesAt: undefined,
    });
  });

  it.each([
    ["ERR_LINK_REVOKED", "The link to this document was revoked. Ask for a new one."],
    ["ERR_TOKEN_EXPIRED", "Your link or login has expired. Ask for a new one."],
    ["ERR_TOKEN_INVALID", "Your link or login does not work here. Ask for a new one."],
    ["ERR_TOKEN_NOT_YET_VALID", "Your link or login is not valid yet. Try again later."],
    ["ERR_TOKEN_MISSING", "This document opens only with a login or a link that somebody shares with you."],
    ["ERR_FORBIDDEN", "You may not open this document."],
    ["ERR_REMOVED", "An owner of this document has removed you from it."],
    ["ERR_BLOCKED", "An owner of this document has blocked you."],
    ["ERR_DOCUMENT_DELETED", "This document was deleted."],
    [
      "ERR_HOST_FORBIDDEN",
      "The server does not take pages from this address. Ask whoever runs it: its log says why.",
    ],
    [
      "ERR_ORIGIN_FORBIDDEN",
      "The server does not take pages from this address. Ask whoever runs it: its log says why.",
    ],
  ])("who is kept out by %s is told why, and can try again", (code, words) => {
    const line = statusLine(situation({ state: "denied", code }), NOW);
    expect(line).toMatchObject({ tone: "danger", glyph: "unsaved", words, details: [], actions: ["retry"] });
  });

  it.each([
    ["denied", "ERR_FORBIDDEN", "You may not open this document."],
    ["readonly", "ERR_READ_ONLY", "You can read this document, not write."],
    // The refusal is on its way.
    ["readonly", undefined, "You can read this document, not write."],
  ] as const)(
    "without the right to write (%s, %s) it says first that something is not saved, and gives it out",
    (state, code, reason) => {
      const one = { state, code, pendingEdits: 1 };
      expect(statusLine(situation(one), NOW)).toMatchObject({
        tone: "danger",
        glyph: "unsaved",
        words: "Your last changes are only on this device.",
        meaning: "Your last changes are only on this device.",
        details: [reason],
        actions: ["copy", "download"],
      });
      expect(statusLine(situation({ ...one, pendingEdits: 7, isKept: false }), NOW).words).toBe(
        "Your last changes are only in this tab. Keep it open.",
      );
    },
  );

  it('says "Saved", with a check or to those who cannot see it, in no state but "synced"', () => {
    const states = [
      "connecting",
      "saving",
      "offline",
      "reconnecting",
      "readonly",
      "held",
      "denied",
      "error",
    ] as const;
    for (const state of states) {
      for (const pendingEdits of [0, 1]) {
        for (const now of [NOW, NOW + 500, NOW + 700, NOW + 6_000]) {
          const { glyph, words, meaning } = statusLine(
            situation({ state, pendingEdits, pendingSince: NOW }),
            now,
          );
          expect([state, glyph, words, meaning]).not.toContain("saved");
          expect([words, meaning]).not.toContain("Saved");
        }
      }
    }
  });
});
