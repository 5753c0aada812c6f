/** Guests of one browser are one writer: nothing tells them apart. No user id begins like this. */
const GUEST = "~guest";
/** What the page's earlier builds kept copies under: ids that they had made up and kept in `localStorage`. */
const MADE_UP = /^[A-Za-z0-9]{22}$/;
/** `typ` of a share link's token, which names nobody. */
const LINK_TYPE = "interline-link+jwt";

/** Whose copies on this device a page shows. */
export interface DeviceAccount {
  readonly name: string;
  readonly isFormer: (account: string) => boolean;
}

/**
 * The account of the person that a token names, or of this browser's guest. It depends on nothing that the
 * browser may forget apart from the copies themselves. Undefined: the token cannot be read, so nobody can say
 * whose words would be shown, and none are kept.
 *
 * @param guestId id that an earlier build may have kept the guest's copies under
 */
export function deviceAccountOf(token: string | undefined, guestId: string): DeviceAccount | undefined {
  const guest = { name: GUEST, isFormer: (account: string) => account === guestId || MADE_UP.test(account) };
  if (token === undefined) return guest;
  const [header, claims] = token.split(".").map(partOf);
  if (header?.["typ"] === LINK_TYPE) return guest;
  const subject = claims?.["sub"];
  if (typeof subject !== "string" || subject === "") return undefined;
  return { name: `~login:${encodeURIComponent(subject.toWellFormed())}`, isFormer: () => false };
}

/**
 * A part of a JSON Web Token, which is not checked here: whoever makes one up can read this browser's copies
 * anyway.
 */
function partOf(base64url: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
    const json = new TextDecoder().decode(Uint8Array.from(binary, (byte) => byte.charCodeAt(0)));
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
