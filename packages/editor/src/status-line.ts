import type { DocumentStatus } from "@interline/client";
import { denialWords, endWords, refusalWords, waitingWords } from "./code-words.ts";
import type { Merge } from "./session.ts";

/** "Saving…" is said only after so long, in ms. */
const SAVING_AFTER = 600;
/** "Connecting…" is said only after so long, in ms. */
const CONNECTING_AFTER = 2_000;
/** How much of a long text is saved is said only after so long, in ms. */
const PROGRESS_AFTER = 2_000;
/** A save that gets nowhere for so long is told as trouble, in ms. */
const TRYING_AFTER = 5_000;
/** "Saved" is silent after so long, in ms; the glyph stays. */
const SAVED_FOR = 3_000;
/** While somebody types, each pause of the network would flash the check: it waits so long, in ms. */
const SETTLE_FOR = 400;

/** That changes of others are held back is said only after so long, in ms: most words are composed before. */
const HELD_BACK_AFTER = 1_000;

/** Which drawing stands for a state. Each differs by shape. @public */
export type StateGlyph = "none" | "saved" | "saving" | "trying" | "offline" | "unsaved" | "read-only";

/** What a button of the bottom line does. @public */
export type StatusAction = "retry" | "reload" | "copy" | "download" | "dismiss";

/** What the bottom line says. @public */
export interface StatusLine {
  readonly tone: "ink" | "warn" | "danger";
  readonly glyph: StateGlyph;
  /** What is said beside the glyph; may be empty. */
  readonly words: string;
  /** What the glyph means where the words are silent: its accessible name. */
  readonly meaning: string;
  /** More that is true, the first thing first; narrow windows leave it out. */
  readonly details: readonly string[];
  /** What can be done about it, the first thing first. */
  readonly actions: readonly StatusAction[];
  /** When time alone changes the line, in ms of the clock; undefined: never. */
  readonly changesAt: number | undefined;
}

/** @public */
export interface StatusSituation {
  readonly status: DocumentStatus;
  /** When `status.state` became what it is, in ms of the clock. */
  readonly since: number;
  /** True once the text is known. */
  readonly isReady: boolean;
  /**
   * When `status.progress` last changed, in ms of the clock; undefined: nothing was saved in parts since
   * somebody last typed.
   */
  readonly progressAt?: number | undefined;
  /**
   * False: the device knows that it has no network. True says little: the network may lead nowhere. Default:
   * true.
   */
  readonly isOnline?: boolean | undefined;
  /** True if anything was edited here since the page opened: before, "Saved" would say nothing. */
  readonly wasEdited: boolean;
  /** What came together after the last break, until it is dismissed. */
  readonly merge?: Merge | undefined;
  /**
   * Since when the text shown lacks changes of others because something is being composed, in ms of the
   * clock; undefined: it does not.
   */
  readonly heldBackSince?: number | undefined;
}

/** What is true about the document at `now` (ms of the clock), in words. @public */
export function statusLine(situation: StatusSituation, now: number): StatusLine {
  const { status, isReady, isOnline = true } = situation;
  switch (status.state) {
    case "connecting":
      return connecting(situation, now);
    case "synced":
      return withHeldBack(synced(situation, now), situation, now);
    case "saving":
      return withHeldBack(saving(situation, now), situation, now);
    case "offline":
    case "reconnecting":
      return isReady ? offline(status, now) : neverOpened(status, isOnline, now);
    case "readonly":
      return readOnly(status);
    case "held":
      return held(status);
    case "denied":
      return denied(status);
    case "error":
      return failed(status);
  }
}

const plain: StatusLine = {
  tone: "ink",
  glyph: "none",
  words: "",
  meaning: "",
  details: [],
  actions: [],
  changesAt: undefined,
};

/** With a copy on this device one reads and writes already: only a slow connection is worth a word. */
function connecting({ since, isReady, status }: StatusSituation, now: number): StatusLine {
  if (!isReady) return { ...plain, meaning: "Loading" };
  const line: StatusLine = { ...plain, glyph: "saving", meaning: "Connecting…" };
  if (now - since < CONNECTING_AFTER) return { ...line, changesAt: since + CONNECTING_AFTER };
  return { ...line, words: "Connecting…", details: status.pendingEdits > 0 ? [whereKept(status)] : [] };
}

function synced({ since, wasEdited, merge, progressAt }: StatusSituation, now: number): StatusLine {
  if (merge !== undefined) return mergedLine(merge);
  if (!wasEdited) return { ...plain, meaning: "Saved" };
  const age = now - since;
  // A long text was one save, however often the network paused.
  if (age < SETTLE_FOR && progressAt === undefined)
    return { ...plain, glyph: "saving", meaning: "Saving…", changesAt: since + SETTLE_FOR };
  const saved: StatusLine = { ...plain, glyph: "saved", meaning: "Saved" };
  return age < SETTLE_FOR + SAVED_FOR
    ? { ...saved, words: "Saved", changesAt: since + SETTLE_FOR + SAVED_FOR }
    : saved;
}

/** A line that says, unless there is trouble, that the text shown is not the newest. */
function withHeldBack(line: StatusLine, { heldBackSince }: StatusSituation, now: number): StatusLine {
  if (heldBackSince === undefined || line.tone !== "ink") return line;
  const saidAt = heldBackSince + HELD_BACK_AFTER;
  if (now < saidAt) return { ...line, changesAt: Math.min(saidAt, line.changesAt ?? saidAt) };
  const words = "Changes by others appear when you finish this word.";
  return { ...line, words, meaning: `${line.meaning}. ${words}`, actions: [] };
}

function mergedLine({ own, others }: Merge): StatusLine {
  const words = `Back online. ${mergedWords(own, others)}`;
  return { ...plain, glyph: "saved", words, meaning: "Saved", actions: ["dismiss"] };
}

/**
 * No numbers: what is counted, an edit or a version, is about a keystroke and not what people call a change.
 */
function mergedWords(own: number, others: number): string {
  if (own === 0) return "Changes of others are merged.";
  if (others === 0) return "Your changes are saved.";
  return "Your changes and those of others are merged.";
}

function saving(situation: StatusSituation, now: number): StatusLine {
  const { status, merge, progressAt = 0 } = situation;
  const since = status.pendingSince ?? situation.since;
  const age = now - since;
  // Each part that is saved begins the wait again.
  const movedAt = Math.max(since, progressAt);
  if (now - movedAt >= TRYING_AFTER) {
    const words = "Trying to save…";
    return { ...plain, tone: "warn", glyph: "trying", words, meaning: words, details: [whereKept(status)] };
  }
  const note = merge === undefined ? plain : mergedLine(merge);
  const line: StatusLine = { ...note, glyph: "saving", meaning: "Saving…" };
  if (age < SAVING_AFTER) return { ...line, changesAt: since + SAVING_AFTER };
  const tryingAt = movedAt + TRYING_AFTER;
  const progressFrom = since + PROGRESS_AFTER;
  if (status.progress === undefined || now < progressFrom) {
    const changesAt = status.progress === undefined ? tryingAt : Math.min(progressFrom, tryingAt);
    return { ...line, words: line.words || "Saving…", changesAt };
  }
  // In a line of its own, which is not read out: it changes with each part.
  const words = `Saving… ${Math.floor(status.progress * 100)}% done`;
  return { ...plain, glyph: "saving", words, meaning: "Saving…", changesAt: tryingAt };
}

function offline(status: DocumentStatus, now: number): StatusLine {
  const details: string[] = [];
  if (status.pendingEdits > 0) {
    const oldest = Math.floor((now - (status.pendingSince ?? now)) / 60_000);
    const age = oldest > 0 ? `, the oldest for ${oldest} ${oldest === 1 ? "minute" : "minutes"}` : "";
    details.push(`Changes waiting${age}`);
  }
  const retry = retryWords(status, now);
  if (retry !== undefined) details.push(retry);
  const words = offlineWords(status);
  return {
    tone: status.pendingEdits > 0 && !status.canKeep ? "danger" : "warn",
    glyph: "offline",
    words,
    meaning: words,
    details,
    actions: ["retry"],
    changesAt: nextTick(status, now),
  };
}

function offlineWords({ pendingEdits, canKeep, code }: DocumentStatus): string {
  const why = waitingWords(code) ?? "Offline.";
  if (canKeep) return `${why} Your changes are kept on this device.`;
  return pendingEdits > 0 ? `${why} Not saved on this device. Keep this tab open.` : why;
}

/** Whether the tab may be closed although something is not saved. */
function whereKept({ isKept }: DocumentStatus): string {
  return isKept ? "Kept on this device." : "Keep this tab open.";
}

/** Only a device that knows it has no network is told to find one. */
function neverOpened(status: DocumentStatus, isOnline: boolean, now: number): StatusLine {
  const why = waitingWords(status.code);
  const words =
    why !== undefined
      ? `${why} This page tries again by itself.`
      : isOnline
        ? "The server does not answer. This document opens when it does."
        : "This document is not on this device yet. It opens when you are online.";
  const retry = retryWords(status, now);
  return {
    tone: "warn",
    glyph: "offline",
    words,
    meaning: words,
    details: retry === undefined ? [] : [retry],
    actions: ["retry"],
    changesAt: nextTick(status, now),
  };
}

function retryWords({ state, retryAt }: DocumentStatus, now: number): string | undefined {
  if (state === "reconnecting") return "Reconnecting…";
  if (retryAt === undefined) return undefined;
  return `Reconnecting in ${Math.max(1, Math.ceil((retryAt - now) / 1000))} s`;
}

/** The next full second before the retry, or the next minute of waiting. */
function nextTick({ retryAt, pendingSince }: DocumentStatus, now: number): number | undefined {
  if (retryAt !== undefined && retryAt > now) return retryAt - Math.floor((retryAt - now - 1) / 1000) * 1000;
  return pendingSince === undefined ? undefined : now + 60_000 - ((now - pendingSince) % 60_000);
}

function readOnly(status: DocumentStatus): StatusLine {
  const words = "You can read this document.";
  if (status.pendingEdits > 0) return unsaved(status, "You can read this document, not write.");
  return { ...plain, glyph: "read-only", words, meaning: words };
}

function held(status: DocumentStatus): StatusLine {
  return trouble({ words: heldWords(status), details: [whereKept(status)], actions: ["copy", "download"] });
}

function heldWords({ code, progress }: DocumentStatus): string {
  const what = progress === undefined ? "Not saved" : "The rest of your text is not saved";
  return `${what}: ${refusalWords(code)}`;
}

function denied(status: DocumentStatus): StatusLine {
  const reason = denialWords(status.code);
  return status.pendingEdits > 0 ? unsaved(status, reason) : trouble({ words: reason, actions: ["retry"] });
}

function failed(status: DocumentStatus): StatusLine {
  const { code, pendingEdits, isKept } = status;
  const words = endWords(code);
  if (pendingEdits === 0) return trouble({ words, actions: ["reload"] });
  const details = [`Your last changes are not saved. ${whereKept(status)}`];
  // What is kept is there again after reloading.
  return trouble({ words, details, actions: isKept ? ["reload", "copy"] : ["copy", "download"] });
}

/** Edits that are not saved and will not be by themselves: the writer must know, and can take them along. */
function unsaved(status: DocumentStatus, reason: string): StatusLine {
  const words = status.isKept
    ? "Your last changes are only on this device."
    : "Your last changes are only in this tab. Keep it open.";
  return trouble({ words, details: [reason], actions: ["copy", "download"] });
}

function trouble(line: Pick<StatusLine, "words" | "actions"> & Partial<StatusLine>): StatusLine {
  return { ...plain, tone: "danger", glyph: "unsaved", meaning: line.words, ...line };
}
