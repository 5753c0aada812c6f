import type { DocumentStatus } from "@interline/client";
import { describe, expect, it } from "vitest";
import { type StatusSituation, statusLine } from "../src/status-line.ts";

const NOW = 1_000_000;

function situation(status: Partial<DocumentStatus>, more: Partial<StatusSituation> = {}): StatusSituation {
  return {
    status: {
      state: "synced",
      pendingEdits: 0,
      pendingSince: undefined,
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

  it("offline claims nothing is kept, and counts what waits", () => {
    const offline = situation({
      state: "offline",
      pendingEdits: 14,
      pendingSince: NOW - 370_000,
      retryAt: NOW + 3_200,
    });
    expect(statusLine(offline, NOW)).toEqual({
      tone: "warn",
      glyph: "offline",
      words: "Offline. Not saved on this device. Keep this tab open.",
      meaning: "Offline. Not saved on this device. Keep this tab open.",
      details: ["14 changes waiting, the oldest for 6 minutes", "Reconnecting in 4 s"],
      action: "retry",
      changesAt: NOW + 200,
    });
    expect(statusLine(situation({ state: "offline" }), NOW)).toMatchObject({
      words: "Offline.",
      details: [],
    });
    expect(statusLine(situation({ state: "reconnecting" }), NOW).details).toEqual(["Reconnecting…"]);
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

  it("a document that was never opened says so", () => {
    const line = statusLine(situation({ state: "offline" }, { isReady: false }), NOW);
    expect(line.words).toBe("This document is not on this device yet. It opens when you are online.");
  });

  it.each([
    [{ own: 14, others: 3 }, "Back online. 14 changes of yours and 3 of others merged."],
    [{ own: 1, others: 0 }, "Back online. 1 change of yours saved."],
    [{ own: 0, others: 2 }, "Back online. 2 changes of others merged."],
  ])("after a break of %o it says what came together", (merge, words) => {
    expect(statusLine(situation({}, { merge }), NOW)).toMatchObject({
      words,
      action: "dismiss",
      glyph: "saved",
    });
  });

  it("refused edits and an ended connection offer the text", () => {
    const held = situation({ state: "held", pendingEdits: 2, code: "ERR_DOCUMENT_TOO_LARGE" });
    expect(statusLine(held, NOW)).toMatchObject({ tone: "danger", glyph: "unsaved", action: "copy" });
    const ended = situation({ state: "error", pendingEdits: 2, code: "ERR_PROTOCOL_VERSION" });
    expect(statusLine(ended, NOW)).toMatchObject({
      action: "copy",
      details: ["2 changes not saved. Keep this tab open."],
    });
    expect(statusLine(situation({ state: "error" }), NOW).action).toBe("reload");
  });
});
