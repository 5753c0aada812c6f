import type { SharedNews } from "@interline/server";
import { type Field, personOf, type PersonValue } from "./roster.ts";

/** What is published about the people of a document, on the channel of its other news. */
export type PresenceMessage =
  /** Made by `SHARE`: the change with this number of the hash. What was deleted may be another node's. */
  | readonly [
      kind: "p",
      node: string,
      epoch: string,
      number: number,
      time: number,
      set: readonly (readonly [session: string, value: PersonValue | null])[],
      deleted: readonly string[],
    ]
  /** Carets at a version, and who went. Numbers of a node rise; what comes late says less than what came. */
  | readonly [
      kind: "c",
      node: string,
      number: number,
      version: number,
      carets: readonly CaretValue[],
      gone: readonly GoneValue[],
    ];

type CaretValue = readonly [session: string, quietMs: number, anchor?: number, head?: number];
type GoneValue = readonly [id: string, name: string, color: number, goneMs: number];

/** True for news of people. They come from every node, this one too. */
export function isPresence(message: string): boolean {
  return message.startsWith('["p"') || message.startsWith('["c"');
}

export function parsePresence(message: string): PresenceMessage {
  return JSON.parse(message) as PresenceMessage;
}

export function caretsMessage(node: string, number: number, { version, carets, gone }: SharedNews): string {
  const caretValues = carets.map(({ session, selection, quietMs }): CaretValue => {
    return selection === undefined
      ? [session, quietMs]
      : [session, quietMs, selection.anchor, selection.head];
  });
  const goneValues = gone.map(
    ({ user: { id, name, color }, goneMs }): GoneValue => [id, name, color, goneMs],
  );
  return JSON.stringify(["c", node, number, version, caretValues, goneValues] satisfies PresenceMessage);
}

export function sharedNewsOf([, , , version, carets, gone]: Extract<
  PresenceMessage,
  readonly ["c", ...unknown[]]
>): SharedNews {
  return {
    version,
    carets: carets.map(([session, quietMs, anchor, head]) => ({
      session,
      quietMs,
      selection: anchor === undefined || head === undefined ? undefined : { anchor, head },
    })),
    gone: gone.map(([id, name, color, goneMs]) => ({ user: personOf(id, name, color), goneMs })),
  };
}

/** The name of a field of the hash, taken apart. Ids of nodes have no slash. */
export function placeOf(field: string): { readonly node: string; readonly session: string } {
  const at = field.indexOf("/");
  return { node: field.slice(0, at), session: field.slice(at + 1) };
}

/**
 * The fields of the hash as `SHARE` gives them, names and values by turns, at a `time` of Redis that is `now` here.
 */
export function fieldsOf(all: readonly string[], time: number, now: number): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < all.length; at += 2) {
    const [name = "", text = ""] = [all[at], all[at + 1]];
    if (name === "@" || name === "#") continue;
    const space = text.indexOf(" ");
    const writtenAt = Number(text.slice(0, space));
    const value = JSON.parse(text.slice(space + 1)) as PersonValue | null;
    fields.push({ ...placeOf(name), time: writtenAt, at: now - Math.max(0, time - writtenAt), value });
  }
  return fields;
}
