/**
 * A version of the protocol. Two sides of one `major` version understand each other, whatever their `minor`
 * ones are: a higher one only adds fields at the end of messages, and messages, which a lower one passes
 * over.
 * @public
 */
export interface Version {
  readonly major: number;
  readonly minor: number;
}

/** What one side speaks. @public */
export interface Announcement {
  /** The highest `minor` version of each `major` one: it speaks those below it too. */
  readonly versions: readonly Version[];
  /** What both sides must know before either uses it. */
  readonly features: readonly string[];
}

/** What `hello` says, which was all there was to say before sides announced what they speak. @public */
export const PROTOCOL_VERSION = 1;

/**
 * What this package speaks. Version 1.0 is that of peers that announce nothing. `major` covers the meaning of
 * operations too: who is `left` (the pending one) and how two operations compose (mirrored).
 * @public
 */
export const SPOKEN: Announcement = { versions: [{ major: 1, minor: 3 }], features: [] };

/** What one connection speaks. @public */
export interface Agreement extends Version {
  /** What the other side speaks of this `major` version. */
  readonly peer: Version;
  /** Those that both sides know. */
  readonly features: readonly string[];
}

/** The version of a peer that announces nothing. @public */
export const UNANNOUNCED: Agreement = {
  major: 1,
  minor: 0,
  peer: { major: 1, minor: 0 },
  features: [],
};

/** Why two sides have no version in common. @public */
export type Disagreement = "peer-too-old" | "peer-too-new";

/** Parameter of the address by which a client announces what it speaks, over every carrier. @public */
export const SPEAKS_PARAMETER = "speaks";

const MAX_UNITS = 256;
const MAX_PARTS = 16;
const VERSION = /^(\d{1,6})\.(\d{1,6})$/;
const FEATURE = /^[a-z][a-z0-9-]{0,31}$/;

/** @public */
export function versionText({ major, minor }: Version): string {
  return `${major}.${minor}`;
}

/** An announcement as it stands in an address: `1.1,2.0,feature`. @public */
export function writeAnnouncement({ versions, features }: Announcement): string {
  return [...versions.map(versionText), ...features].join(",");
}

/**
 * Reads an announcement. Undefined if it is none: without a version, with two of one `major`, with a word
 * that is neither a version nor a feature, or too long. Cost linear in the text, of which 256 units are
 * looked at at most.
 * @public
 */
export function readAnnouncement(text: string): Announcement | undefined {
  const parts = text.length > MAX_UNITS ? [] : text.split(",", MAX_PARTS + 1);
  const versions = new Map<number, Version>();
  const features = new Set<string>();
  for (const part of parts) {
    const [, major, minor] = VERSION.exec(part) ?? [];
    if (major === undefined && !FEATURE.test(part)) return undefined;
    if (major === undefined) features.add(part);
    else if (versions.has(Number(major))) return undefined;
    else versions.set(Number(major), { major: Number(major), minor: Number(minor) });
  }
  if (versions.size === 0 || parts.length > MAX_PARTS) return undefined;
  return { versions: [...versions.values()], features: [...features] };
}

/**
 * The best that both sides speak: the highest `major` version of both, with the lower of their `minor` ones.
 * @public
 */
export function agree(own: Announcement, peer: Announcement): Agreement | Disagreement {
  const common = peer.versions
    .filter(({ major }) => own.versions.some((version) => version.major === major))
    .toSorted((a, b) => b.major - a.major)[0];
  if (common === undefined) {
    const lowest = Math.min(...own.versions.map(({ major }) => major));
    return peer.versions.every(({ major }) => major < lowest) ? "peer-too-old" : "peer-too-new";
  }
  const { major } = common;
  const minor = own.versions.find((version) => version.major === major)?.minor ?? 0;
  const features = own.features.filter((feature) => peer.features.includes(feature));
  return { major, minor: Math.min(minor, common.minor), peer: common, features };
}

/**
 * True if the other side may say what is not known here: it announced a newer version than this package
 * speaks. @public
 */
export function isNewer({ peer }: Agreement, { versions }: Announcement = SPOKEN): boolean {
  return versions.some(({ major, minor }) => major === peer.major && peer.minor > minor);
}
