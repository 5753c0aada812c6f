import { germanCodes } from "./german-codes.ts";
import type { Format, Language, LogDeed, LogPlace, Words } from "./words.ts";

/** Loaded where a page is in German. Neither "du" nor "Sie": what is true, and what can be done. */
export const german: Language = {
  words: (format) => ({
    editor: {
      text: "Text",
      keys: (isMac) => {
        const keys = isMac ? "Befehl-Wahl" : "Strg-Alt";
        return `${keys}-R zeigt die Änderungen anderer, ${keys}-F folgt der nächsten Person, ${keys}-Q blendet andere aus.`;
      },
    },
    people: peopleWords(format),
    following: followingWords(format),
    announcements: announcementWords(format),
    log: logWords(format),
    writing: writingWords(format),
    status: statusWords(format),
    form: formWords(format),
    codes: germanCodes,
  }),
};

const guest = (isGuest: boolean): string => (isGuest ? "Gast. " : "");

function peopleWords({ number }: Format): Words["people"] {
  return {
    list: "Personen",
    here: "Hier",
    typing: "Schreibt",
    away: "Abwesend",
    awayFor: (minutes) => `Seit ${number(minutes)}\u00a0Min. abwesend`,
    unknown: "Offline nicht bekannt",
    lastSeenNow: "Gerade eben noch hier",
    lastSeen: (minutes) => `Vor ${number(minutes)}\u00a0Min. noch hier`,
    guest: "Gast",
    spoken: (name, presence, isGuest) => `${name}, ${inside(presence)}. ${guest(isGuest)}Zur Schreibmarke`,
    spokenGone: (name, lastSeen, isGuest) =>
      `${name}, nicht mehr da, ${inside(lastSeen)}${isGuest ? ". Gast" : ""}`,
    more: (count) => `+${number(count)}`,
    spokenMore: (count) => `${number(count)} weitere. Alle zeigen`,
    goTo: "Hingehen",
    follow: "Folgen",
    stopFollowing: "Nicht mehr folgen",
    goToPerson: (name) => `Hingehen zu ${name}`,
    followPerson: (name) => `${name} folgen`,
    stopFollowingPerson: (name) => `${name} nicht mehr folgen`,
    close: "Schließen",
  };
}

/** A phrase within a sentence: its first word is no noun. */
function inside(phrase: string): string {
  return phrase.charAt(0).toLowerCase() + phrase.slice(1);
}

function followingWords({ count }: Format): Words["following"] {
  return {
    following: (name) => `Folgt ${name}`,
    paused: (name) => `Folgt ${name}, angehalten`,
    escape: "Esc",
    stop: (name) => `${name} nicht mehr folgen`,
    linesAway: (name, lines, isBelow) =>
      `${name} ${isBelow ? "↓" : "↑"} ${count(lines, { one: "# Zeile", other: "# Zeilen" })}`,
    quiet: (hidden) =>
      `Ruhe. ${count(hidden, { one: "# Person ausgeblendet", other: "# Personen ausgeblendet" })}`,
    showPeople: "Zeigen",
  };
}

const verb = (names: readonly string[], one: string, other: string): string =>
  names.length === 1 ? one : other;

function announcementWords({ number, list, count }: Format): Words["announcements"] {
  const listed = (names: readonly string[]): string =>
    names.length > 3 ? `${number(names.length)} Personen` : list(names);
  return {
    joined: (names) => `${listed(names)} ${verb(names, "ist", "sind")} dazugekommen.`,
    left: (names) => `${listed(names)} ${verb(names, "ist", "sind")} gegangen.`,
    here: (people) => (people === 1 ? "Niemand sonst ist hier." : `${number(people)} Personen hier.`),
    onYourLine: (names) => `${listed(names)} ${verb(names, "schreibt", "schreiben")} in derselben Zeile.`,
    followingNow: (name) => `Die Ansicht folgt ${name}. Escape beendet es.`,
    followingEnded: (name) => `Die Ansicht folgt ${name} nicht mehr.`,
    nobody: "Niemand sonst hat hier eine Schreibmarke.",
    quietOn: (hidden) =>
      `Ruhe. ${count(hidden, { one: "# Person ausgeblendet.", other: "# Personen ausgeblendet." })}`,
    quietOff: "Andere werden wieder gezeigt.",
  };
}

function logWords({ number, list, count }: Format): Words["log"] {
  const what: Record<LogDeed, (amount: number) => string> = {
    "added-paragraphs": (n) => `${count(n, { one: "# Absatz", other: "# Absätze" })} hinzugefügt`,
    "added-words": (n) => `${count(n, { one: "# Wort", other: "# Wörter" })} hinzugefügt`,
    "added-characters": (n) => `${count(n, { one: "# Zeichen", other: "# Zeichen" })} hinzugefügt`,
    "removed-paragraphs": (n) => `${count(n, { one: "# Absatz", other: "# Absätze" })} entfernt`,
    "removed-words": (n) => `${count(n, { one: "# Wort", other: "# Wörter" })} entfernt`,
    "removed-characters": (n) => `${count(n, { one: "# Zeichen", other: "# Zeichen" })} entfernt`,
    changed: (n) => `${count(n, { one: "# Zeile", other: "# Zeilen" })} geändert`,
  };
  const where: Record<LogPlace, string> = {
    above: "weiter oben",
    below: "weiter unten",
    here: "an dieser Stelle",
  };
  return {
    title: "Änderungen anderer",
    empty: "Seit dem Öffnen hat niemand sonst etwas geändert.",
    did: (who, deed, amount, place) => `${who} hat ${where[place]} ${what[deed](amount)}`,
    oneOf: (names) => `Eine Person von ${list(names)}`,
    somebody: "Jemand",
    now: "gerade eben",
    ago: (minutes) => `vor ${number(minutes)}\u00a0Min.`,
    goTo: (entry) => `Hingehen: ${entry}`,
  };
}

function writingWords({ number }: Format): Words["writing"] {
  return {
    find: "Suchen",
    findAndReplace: "Suchen und ersetzen",
    replaceWith: "Ersetzen durch",
    replace: "Ersetzen",
    replaceAll: "Alle ersetzen",
    previous: "Vorheriger Treffer",
    next: "Nächster Treffer",
    close: "Schließen",
    more: "Ersetzen und Optionen",
    matchCase: "Groß- und Kleinschreibung",
    wholeWords: "Ganze Wörter",
    regularExpression: "Regulärer Ausdruck",
    noResults: "Keine Treffer",
    results: (results) => `${number(results)} Treffer`,
    resultOf: (result, results) => `${number(result)} von ${number(results)}`,
    replaced: (results) => `${number(results)} Treffer ersetzt.`,
    faulty: "Das ist kein regulärer Ausdruck.",
    slow: "Dieser Ausdruck braucht zu lange. Die Suche wurde abgebrochen.",
    unavailable:
      "Reguläre Ausdrücke sind auf dieser Seite nicht möglich. Gesucht wird nach den Zeichen, wie sie dastehen.",
    goToLine: "Gehe zu Zeile",
    ofLines: (lines) => `von ${number(lines)}`,
    go: "Los",
    tabIndents: "Tab rückt ein. Zum Verlassen mit Tab zuerst Escape drücken.",
    imageRefused: "Bilder lassen sich nicht einfügen. Dies ist reiner Text.",
    fileRefused: "Nur Textdateien lassen sich einfügen.",
    highlightingOff: "Die Hervorhebung ist aus: Ein Absatz ist sehr lang.",
    turnOn: "Einschalten",
  };
}

function statusWords({ number, percent, count }: Format): Words["status"] {
  return {
    loading: "Wird geladen",
    connecting: "Wird verbunden\u00a0…",
    saved: "Gespeichert",
    saving: "Wird gespeichert\u00a0…",
    savingPart: (done) => `Wird gespeichert\u00a0… ${percent(done)} fertig`,
    trying: "Speichern wird versucht\u00a0…",
    heldBack: "Änderungen anderer erscheinen, sobald dieses Wort fertig ist.",
    backOnline: "Wieder online.",
    mergedOthers: "Änderungen anderer sind eingefügt.",
    mergedOwn: "Die eigenen Änderungen sind gespeichert.",
    mergedBoth: "Eigene und andere Änderungen sind zusammengeführt.",
    offline: "Offline.",
    keptHere: "Änderungen bleiben auf diesem Gerät erhalten.",
    notKept: "Auf diesem Gerät nicht gespeichert. Diesen Tab offen lassen.",
    waitingChanges: (minutes) =>
      minutes === 0
        ? "Änderungen warten"
        : `Änderungen warten, die älteste seit ${count(minutes, { one: "# Minute", other: "# Minuten" })}`,
    keptOnDevice: "Auf diesem Gerät aufbewahrt.",
    keepTabOpen: "Diesen Tab offen lassen.",
    triesAgain: "Die Seite versucht es von selbst noch einmal.",
    noAnswer: "Der Server antwortet nicht. Das Dokument öffnet sich, sobald er antwortet.",
    notOnDevice:
      "Dieses Dokument ist noch nicht auf diesem Gerät. Es öffnet sich, sobald eine Verbindung besteht.",
    reconnecting: "Wird neu verbunden\u00a0…",
    reconnectingIn: (seconds) => `Neuer Versuch in ${number(seconds)}\u00a0s`,
    readOnly: "Dieses Dokument lässt sich lesen.",
    readNotWrite: "Dieses Dokument lässt sich lesen, aber nicht ändern.",
    notSaved: (reason) => `Nicht gespeichert: ${reason}`,
    restNotSaved: (reason) => `Der Rest des Textes ist nicht gespeichert: ${reason}`,
    lastNotSaved: "Die letzten Änderungen sind nicht gespeichert.",
    onlyOnDevice: "Die letzten Änderungen sind nur auf diesem Gerät.",
    onlyInTab: "Die letzten Änderungen sind nur in diesem Tab. Er muss offen bleiben.",
    actions: {
      retry: "Jetzt versuchen",
      reload: "Neu laden",
      copy: "Text kopieren",
      copied: "Kopiert",
      download: "Herunterladen",
      dismiss: "Ausblenden",
    },
  };
}

function formWords({ number }: Format): Words["form"] {
  // The plural is the singular.
  const characters = (value: number): string => `${number(value)} Zeichen`;
  return {
    missing: "Dieses Feld ist leer. Es braucht einen Text.",
    tooLong: (length, max) => `Dieser Text hat ${characters(length)}. Erlaubt sind höchstens ${number(max)}.`,
    tooShort: (length, min) => `Dieser Text hat ${characters(length)}. Nötig sind mindestens ${number(min)}.`,
    unsaved: "Dieser Text ist noch nicht gespeichert. Gleich noch einmal versuchen.",
    counter: (length, max) => `${number(length)} von ${characters(max)}`,
  };
}
