import type { DocumentStatus } from "@interline/client";
import type { Merge } from "./session.ts";
import { denialWords, endWords, refusalWords, waitingWords } from "./words/code-words.ts";
import type { Words } from "./words/words.ts";

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

/** The words that the line is made of. */
export type LineWords = Pick<Words, "status" | "codes">;

/** What is true about the document at `now` (ms of the clock), in words. @public */
export function statusLine(situation: StatusSituation, now: number, words: LineWords): StatusLine {
  const { status, isReady, isOnline = true } = situation;
  switch (status.state) {
    case "connecting":
      return connecting(situation, now, words);
    case "synced":
      return withHeldBack(synced(situation, now, words), situation, now, words);
    case "saving":
      return withHeldBack(saving(situation, now, words), situation, now, words);
    case "offline":
    case "reconnecting":
      return isReady ? offline(status, now, words) : neverOpened(status, isOnline, now, words);
    case "readonly":
      return readOnly(status, words);
    case "held":
      return held(status, words);
    case "denied":
      return denied(status, words);
    case "error":
      return failed(status, words);
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
function connecting({ since, isReady, status }: StatusSituation, now: number, words: LineWords): StatusLine {
  const { loading, connecting } = words.status;
  if (!isReady) return { ...plain, meaning: loading };
  const line: StatusLine = { ...plain, glyph: "saving", meaning: connecting };
  if (now - since < CONNECTING_AFTER) return { ...line, changesAt: since + CONNECTING_AFTER };
  return { ...line, words: connecting, details: status.pendingEdits > 0 ? [whereKept(status, words)] : [] };
}

function synced(situation: StatusSituation, now: number, words: LineWords): StatusLine {
  const { since, wasEdited, merge, progressAt } = situation;
  const { saved: meaning, saving } = words.status;
  if (merge !== undefined) return mergedLine(merge, words);
  if (!wasEdited) return { ...plain, meaning };
  const age = now - since;
  // A long text was one save, however often the network paused.
  if (age < SETTLE_FOR && progressAt === undefined)
    return { ...plain, glyph: "saving", meaning: saving, changesAt: since + SETTLE_FOR };
  const saved: StatusLine = { ...plain, glyph: "saved", meaning };
  return age < SETTLE_FOR + SAVED_FOR
    ? { ...saved, words: meaning, changesAt: since + SETTLE_FOR + SAVED_FOR }
    : saved;
}

/** A line that says, unless there is trouble, that the text shown is not the newest. */
function withHeldBack(
  line: StatusLine,
  { heldBackSince }: StatusSituation,
  now: number,
  { status: { heldBack: words } }: LineWords,
): StatusLine {
  if (heldBackSince === undefined || line.tone !== "ink") return line;
  const saidAt = heldBackSince + HELD_BACK_AFTER;
  if (now < saidAt) return { ...line, changesAt: Math.min(saidAt, line.changesAt ?? saidAt) };
  return { ...line, words, meaning: `${line.meaning}. ${words}`, actions: [] };
}

function mergedLine(merge: Merge, { status }: LineWords): StatusLine {
  const words = `${status.backOnline} ${mergedWords(merge, status)}`;
  return { ...plain, glyph: "saved", words, meaning: status.saved, actions: ["dismiss"] };
}

/**
 * No numbers: what is counted, an edit or a version, is about a keystroke and not what people call a change.
 */
function mergedWords({ own, others }: Merge, words: Words["status"]): string {
  if (own === 0) return words.mergedOthers;
  return others === 0 ? words.mergedOwn : words.mergedBoth;
}

function saving(situation: StatusSituation, now: number, words: LineWords): StatusLine {
  const { status, merge, progressAt = 0 } = situation;
  const since = status.pendingSince ?? situation.since;
  const age = now - since;
  // Each part that is saved begins the wait again.
  const movedAt = Math.max(since, progressAt);
  if (now - movedAt >= TRYING_AFTER) {
    const { trying } = words.status;
    const details = [whereKept(status, words)];
    return { ...plain, tone: "warn", glyph: "trying", words: trying, meaning: trying, details };
  }
  const { saving: meaning, savingPart } = words.status;
  const note = merge === undefined ? plain : mergedLine(merge, words);
  const line: StatusLine = { ...note, glyph: "saving", meaning };
  if (age < SAVING_AFTER) return { ...line, changesAt: since + SAVING_AFTER };
  const tryingAt = movedAt + TRYING_AFTER;
  const progressFrom = since + PROGRESS_AFTER;
  if (status.progress === undefined || now < progressFrom) {
    const changesAt = status.progress === undefined ? tryingAt : Math.min(progressFrom, tryingAt);
    return { ...line, words: line.words || meaning, changesAt };
  }
  // In a line of its own, which is not read out: it changes with each part.
  const part = savingPart(Math.floor(status.progress * 100) / 100);
  return { ...plain, glyph: "saving", words: part, meaning, changesAt: tryingAt };
}

function offline(status: DocumentStatus, now: number, said: LineWords): StatusLine {
  const details: string[] = [];
  if (status.pendingEdits > 0) {
    const oldest = Math.floor((now - (status.pendingSince ?? now)) / 60_000);
    details.push(said.status.waitingChanges(Math.max(0, oldest)));
  }
  const retry = retryWords(status, now, said);
  if (retry !== undefined) details.push(retry);
  const words = offlineWords(status, said);
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

function offlineWords({ pendingEdits, canKeep, code }: DocumentStatus, words: LineWords): string {
  const why = waitingWords(code, words) ?? words.status.offline;
  if (canKeep) return `${why} ${words.status.keptHere}`;
  return pendingEdits > 0 ? `${why} ${words.status.notKept}` : why;
}

/** Whether the tab may be closed although something is not saved. */
function whereKept({ isKept }: DocumentStatus, { status }: LineWords): string {
  return isKept ? status.keptOnDevice : status.keepTabOpen;
}

/** Only a device that knows it has no network is told to find one. */
function neverOpened(status: DocumentStatus, isOnline: boolean, now: number, said: LineWords): StatusLine {
  const why = waitingWords(status.code, said);
  const { triesAgain, noAnswer, notOnDevice } = said.status;
  const words = why !== undefined ? `${why} ${triesAgain}` : isOnline ? noAnswer : notOnDevice;
  const retry = retryWords(status, now, said);
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

function retryWords(
  { state, retryAt }: DocumentStatus,
  now: number,
  { status: { reconnecting, reconnectingIn } }: LineWords,
): string | undefined {
  if (state === "reconnecting") return reconnecting;
  if (retryAt === undefined) return undefined;
  return reconnectingIn(Math.max(1, Math.ceil((retryAt - now) / 1000)));
}

/** The next full second before the retry, or the next minute of waiting. */
function nextTick({ retryAt, pendingSince }: DocumentStatus, now: number): number | undefined {
  if (retryAt !== undefined && retryAt > now) return retryAt - Math.floor((retryAt - now - 1) / 1000) * 1000;
  return pendingSince === undefined ? undefined : now + 60_000 - ((now - pendingSince) % 60_000);
}

function readOnly(status: DocumentStatus, words: LineWords): StatusLine {
  const { readOnly, readNotWrite } = words.status;
  if (status.pendingEdits > 0) return unsaved(status, readNotWrite, words);
  return { ...plain, glyph: "read-only", words: readOnly, meaning: readOnly };
}

function held(status: DocumentStatus, words: LineWords): StatusLine {
  const { notSaved, restNotSaved } = words.status;
  const say = status.progress === undefined ? notSaved : restNotSaved;
  return trouble({
    words: say(refusalWords(status.code, words)),
    details: [whereKept(status, words)],
    actions: ["copy", "download"],
  });
}

function denied(status: DocumentStatus, words: LineWords): StatusLine {
  const reason = denialWords(status.code, words);
  return status.pendingEdits > 0
    ? unsaved(status, reason, words)
    : trouble({ words: reason, actions: ["retry"] });
}

function failed(status: DocumentStatus, said: LineWords): StatusLine {
  const { code, pendingEdits, isKept } = status;
  const words = endWords(code, said);
  if (pendingEdits === 0) return trouble({ words, actions: ["reload"] });
  const details = [`${said.status.lastNotSaved} ${whereKept(status, said)}`];
  // What is kept is there again after reloading.
  return trouble({ words, details, actions: isKept ? ["reload", "copy"] : ["copy", "download"] });
}

/** Edits that are not saved and will not be by themselves: the writer must know, and can take them along. */
function unsaved(status: DocumentStatus, reason: string, said: LineWords): StatusLine {
  const words = status.isKept ? said.status.onlyOnDevice : said.status.onlyInTab;
  return trouble({ words, details: [reason], actions: ["copy", "download"] });
}

function trouble(line: Pick<StatusLine, "words" | "actions"> & Partial<StatusLine>): StatusLine {
  return { ...plain, tone: "danger", glyph: "unsaved", meaning: line.words, ...line };
}
