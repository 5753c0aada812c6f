import type { CodeWords } from "./words.ts";

const RELOAD = "Dieses Dokument ist nicht mehr verbunden. Nach dem Neuladen der Seite geht es weiter.";
const UNFIT = "Der Server nimmt die letzten Änderungen nicht an.";
const ELSEWHERE =
  "Der Server nimmt von dieser Adresse keine Seiten an. Wer ihn betreibt, findet den Grund im Serverprotokoll.";
const FORBIDDEN = "Für dieses Dokument fehlt die Berechtigung.";

export const germanCodes: CodeWords = {
  denied: {
    ERR_TOKEN_MISSING: "Dieses Dokument öffnet sich nur mit einer Anmeldung oder mit einem geteilten Link.",
    ERR_TOKEN_INVALID:
      "Link oder Anmeldung gelten hier nicht. Es braucht einen neuen Link oder eine neue Anmeldung.",
    ERR_TOKEN_NOT_YET_VALID: "Link oder Anmeldung gelten noch nicht. Später noch einmal versuchen.",
    ERR_TOKEN_EXPIRED:
      "Link oder Anmeldung sind abgelaufen. Es braucht einen neuen Link oder eine neue Anmeldung.",
    ERR_LINK_REVOKED: "Der Link zu diesem Dokument wurde widerrufen. Es braucht einen neuen.",
    ERR_FORBIDDEN: FORBIDDEN,
    ERR_REMOVED: "Wer dieses Dokument besitzt, hat den Zugang entzogen.",
    ERR_BLOCKED: "Wer dieses Dokument besitzt, hat den Zugang gesperrt.",
    ERR_DOCUMENT_DELETED: "Dieses Dokument wurde gelöscht.",
    ERR_HOST_FORBIDDEN: ELSEWHERE,
    ERR_ORIGIN_FORBIDDEN: ELSEWHERE,
  },
  ended: {
    ERR_MESSAGE_SYNTAX: RELOAD,
    ERR_MESSAGE_UNKNOWN: RELOAD,
    ERR_MESSAGE_SHAPE: RELOAD,
    ERR_MESSAGE_ORDER: RELOAD,
    ERR_MESSAGE_TOO_LARGE: RELOAD,
    ERR_PROTOCOL_VERSION: "Diese Seite ist älter als der Server. Nach dem Neuladen geht es weiter.",
    ERR_DOCUMENT_ID: "So kann kein Dokument heißen. Ein Blick auf die Adresse der Seite hilft.",
    ERR_TOO_MANY_DOCUMENTS:
      "Auf dieser Seite sind zu viele Dokumente offen. Einige schließen und die Seite neu laden.",
  },
  waiting: {
    ERR_SERVER_TOO_OLD: "Der Server ist älter als diese Seite und muss aktualisiert werden.",
    ERR_TIMEOUT: "Die Verbindung ist abgebrochen.",
    ERR_RATE_LIMITED: "So viel auf einmal nimmt der Server nicht an.",
    ERR_TOO_MANY_CONNECTIONS: "Es sind zu viele Seiten offen. Einige davon schließen.",
    ERR_TOO_MANY_LOGINS: "Aus diesem Netz sind zu viele Anmeldungen fehlgeschlagen.",
    ERR_ACCESS_UNAVAILABLE: "Der Server kann die Anmeldung gerade nicht prüfen.",
  },
  refused: {
    ERR_DOCUMENT_TOO_LARGE: "Das Dokument hat die größte mögliche Länge erreicht.",
    ERR_READ_ONLY: "Dieses Dokument lässt sich lesen, aber nicht ändern.",
    ERR_OPERATION_INVALID: UNFIT,
    ERR_OPERATION_NUMBER: UNFIT,
    ERR_OPERATION_TEXT: UNFIT,
    ERR_OPERATION_TOO_LARGE: UNFIT,
    ERR_POSITION_INVALID: UNFIT,
  },
  other: { denied: FORBIDDEN, ended: RELOAD, refused: UNFIT },
};
