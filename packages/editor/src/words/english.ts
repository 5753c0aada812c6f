import { englishCodes } from "./english-codes.ts";
import type { Format, Language, LogDeed, LogPlace, Words } from "./words.ts";

/** The words that are there before any other has been loaded. */
export const english: Language = {
  words: (format) => ({
    editor: {
      text: "Text",
      keys: (isMac) => {
        const keys = isMac ? "Command-Option" : "Control-Alt";
        return `${keys}-R lists what others changed, ${keys}-F follows the next person, ${keys}-Q hides other people.`;
      },
    },
    people: peopleWords(format),
    following: followingWords(format),
    announcements: announcementWords(format),
    log: logWords(format),
    writing: writingWords(format),
    status: statusWords(format),
    form: formWords(format),
    codes: englishCodes,
  }),
};

const guest = (isGuest: boolean): string => (isGuest ? "Guest. " : "");

function peopleWords({ number }: Format): Words["people"] {
  return {
    list: "People",
    here: "Here",
    typing: "Typing",
    away: "Away",
    awayFor: (minutes) => `Away ${number(minutes)} min`,
    unknown: "Not known while offline",
    lastSeenNow: "Last seen just now",
    lastSeen: (minutes) => `Last seen ${number(minutes)} min ago`,
    guest: "guest",
    spoken: (name, presence, isGuest) =>
      `${name}, ${presence.toLowerCase()}. ${guest(isGuest)}Go to their caret`,
    spokenGone: (name, lastSeen, isGuest) =>
      `${name}, gone, ${lastSeen.toLowerCase()}${isGuest ? ". Guest" : ""}`,
    more: (count) => `+${number(count)}`,
    spokenMore: (count) => `${number(count)} more. Show everybody`,
    goTo: "Go to",
    follow: "Follow",
    stopFollowing: "Stop following",
    goToPerson: (name) => `Go to ${name}`,
    followPerson: (name) => `Follow ${name}`,
    stopFollowingPerson: (name) => `Stop following ${name}`,
    close: "Close",
  };
}

function followingWords({ count }: Format): Words["following"] {
  return {
    following: (name) => `Following ${name}`,
    paused: (name) => `Following ${name}, paused`,
    escape: "Esc",
    stop: (name) => `Stop following ${name}`,
    linesAway: (name, lines, isBelow) =>
      `${name} ${isBelow ? "↓" : "↑"} ${count(lines, { one: "# line", other: "# lines" })}`,
    quiet: (hidden) => `Quiet. ${count(hidden, { one: "# person hidden", other: "# people hidden" })}`,
    showPeople: "Show",
  };
}

function announcementWords({ number, list, count }: Format): Words["announcements"] {
  const listed = (names: readonly string[]): string =>
    names.length > 3 ? `${number(names.length)} people` : list(names);
  return {
    joined: (names) => `${listed(names)} joined.`,
    left: (names) => `${listed(names)} left.`,
    here: (people) => (people === 1 ? "Nobody else is here." : `${number(people)} people here.`),
    onYourLine: (names) =>
      `${listed(names)} ${names.length === 1 ? "is" : "are"} editing the line you are on.`,
    followingNow: (name) => `Following ${name}. Escape ends it.`,
    followingEnded: (name) => `No longer following ${name}.`,
    nobody: "Nobody else has a caret here.",
    quietOn: (hidden) => `Quiet. ${count(hidden, { one: "# person hidden.", other: "# people hidden." })}`,
    quietOff: "Other people are shown again.",
  };
}

function logWords({ number, list, count }: Format): Words["log"] {
  const what: Record<LogDeed, (amount: number) => string> = {
    "added-paragraphs": (n) => `added ${count(n, { one: "# paragraph", other: "# paragraphs" })}`,
    "added-words": (n) => `added ${count(n, { one: "# word", other: "# words" })}`,
    "added-characters": (n) => `added ${count(n, { one: "# character", other: "# characters" })}`,
    "removed-paragraphs": (n) => `removed ${count(n, { one: "# paragraph", other: "# paragraphs" })}`,
    "removed-words": (n) => `removed ${count(n, { one: "# word", other: "# words" })}`,
    "removed-characters": (n) => `removed ${count(n, { one: "# character", other: "# characters" })}`,
    changed: (n) => `changed ${count(n, { one: "# line", other: "# lines" })}`,
  };
  const where: Record<LogPlace, string> = { above: " above", below: " below", here: " where you are" };
  return {
    title: "What others changed",
    empty: "Nobody has changed anything since you opened this.",
    did: (who, deed, amount, place) => `${who} ${what[deed](amount)}${where[place]}`,
    oneOf: (names) => `One of ${list(names)}`,
    somebody: "Somebody",
    now: "just now",
    ago: (minutes) => `${number(minutes)} min ago`,
    goTo: (entry) => `Go to: ${entry}`,
  };
}

function writingWords({ number, count }: Format): Words["writing"] {
  return {
    find: "Find",
    findAndReplace: "Find and replace",
    replaceWith: "Replace with",
    replace: "Replace",
    replaceAll: "Replace all",
    previous: "Previous result",
    next: "Next result",
    close: "Close",
    more: "Replace and options",
    matchCase: "Match case",
    wholeWords: "Whole words",
    regularExpression: "Regular expression",
    noResults: "No results",
    results: (results) => count(results, { one: "# result", other: "# results" }),
    resultOf: (result, results) => `${number(result)} of ${number(results)}`,
    replaced: (results) => `${count(results, { one: "# result", other: "# results" })} replaced.`,
    faulty: "This is not a regular expression.",
    slow: "This expression takes too long. The search was stopped.",
    unavailable: "Regular expressions cannot run on this page. This finds the characters as they are.",
    goToLine: "Go to line",
    ofLines: (lines) => `of ${number(lines)}`,
    go: "Go",
    tabIndents: "Tab indents. To leave with Tab, press Escape first.",
    imageRefused: "Images cannot be added. This is plain text.",
    fileRefused: "Only text files can be added.",
    highlightingOff: "Highlighting is off: one paragraph is very long.",
    turnOn: "Turn on",
  };
}

function statusWords({ number, percent, count }: Format): Words["status"] {
  return {
    loading: "Loading",
    connecting: "Connecting…",
    saved: "Saved",
    saving: "Saving…",
    savingPart: (done) => `Saving… ${percent(done)} done`,
    trying: "Trying to save…",
    heldBack: "Changes by others appear when you finish this word.",
    backOnline: "Back online.",
    mergedOthers: "Changes of others are merged.",
    mergedOwn: "Your changes are saved.",
    mergedBoth: "Your changes and those of others are merged.",
    offline: "Offline.",
    keptHere: "Your changes are kept on this device.",
    notKept: "Not saved on this device. Keep this tab open.",
    waitingChanges: (minutes) =>
      minutes === 0
        ? "Changes waiting"
        : `Changes waiting, the oldest for ${count(minutes, { one: "# minute", other: "# minutes" })}`,
    keptOnDevice: "Kept on this device.",
    keepTabOpen: "Keep this tab open.",
    triesAgain: "This page tries again by itself.",
    noAnswer: "The server does not answer. This document opens when it does.",
    notOnDevice: "This document is not on this device yet. It opens when you are online.",
    reconnecting: "Reconnecting…",
    reconnectingIn: (seconds) => `Reconnecting in ${number(seconds)} s`,
    readOnly: "You can read this document.",
    readNotWrite: "You can read this document, not write.",
    notSaved: (reason) => `Not saved: ${reason}`,
    restNotSaved: (reason) => `The rest of your text is not saved: ${reason}`,
    lastNotSaved: "Your last changes are not saved.",
    onlyOnDevice: "Your last changes are only on this device.",
    onlyInTab: "Your last changes are only in this tab. Keep it open.",
    actions: {
      retry: "Try now",
      reload: "Reload",
      copy: "Copy the text",
      copied: "Copied",
      download: "Download",
      dismiss: "Dismiss",
    },
  };
}

function formWords({ count, number }: Format): Words["form"] {
  const characters = (value: number): string => count(value, { one: "# character", other: "# characters" });
  return {
    missing: "This field is empty. Write something.",
    tooLong: (length, max) => `This text has ${characters(length)}. It may have at most ${number(max)}.`,
    tooShort: (length, min) => `This text has ${characters(length)}. It must have at least ${number(min)}.`,
    unsaved: "This text is not saved yet. Try again in a moment.",
    counter: (length, max) => `${number(length)} of ${characters(max)}`,
  };
}
