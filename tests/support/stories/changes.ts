import type { StoredCopy } from "@interline/client";
import type { Tamper } from "./wire.ts";

/** Changes frames of one name. */
export function changing(name: string, change: (fields: unknown[]) => unknown[] | undefined): Tamper {
  return (frame) => {
    const fields = JSON.parse(frame) as unknown[];
    if (fields[0] !== name) return [frame];
    const changed = change(fields);
    return changed === undefined ? [] : [JSON.stringify(changed)];
  };
}

/** A copy from before its operation was sent. */
export function unsent({ copy, text }: StoredCopy): StoredCopy {
  return { copy: { ...copy, lastSeq: 0, inFlight: undefined, buffer: copy.inFlight!.operation }, text };
}
