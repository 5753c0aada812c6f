import { apply, type Component, decodeOperation, type Operation, Text } from "@interline/ot";
import type { ReplicaState } from "../replica.ts";
import type { Copy, StoredCopy } from "./document-store.ts";

/** What of a copy is not the replica's. */
export interface CopyExtras {
  readonly pendingSince: number | undefined;
  readonly recovered: readonly string[];
  /** The last change that other tabs were told. */
  readonly told?: number | undefined;
}

/** A replica's state as it is stored, beside a text of which `since` makes its base. */
export function copyOf(
  { session, lastSeq, version, entryId, inFlight, buffer, bufferEdits }: ReplicaState,
  since: Operation | undefined,
  extras: CopyExtras,
  now: number,
): Copy {
  return {
    session,
    lastSeq,
    version,
    entryId,
    bufferEdits,
    since: since?.toJSON() ?? [],
    inFlight: inFlight && { ...inFlight, operation: inFlight.operation.toJSON() },
    buffer: buffer.toJSON(),
    ...extras,
    savedAt: now,
  };
}

/** What a stored copy stands for. */
export interface OpenedCopy {
  readonly state: ReplicaState;
  /** The text that is stored, and what makes the base of it. */
  readonly text: Text;
  readonly since: Operation;
  readonly extras: CopyExtras;
}

/** Reads a stored copy. Undefined if its parts do not fit: nobody can say what it meant. Cost: linear. */
export function openCopy({ copy, text }: StoredCopy): OpenedCopy | undefined {
  const { session, lastSeq, version, entryId, bufferEdits, pendingSince, recovered, told } = copy;
  const stored = Text.of(text);
  const since = operationFrom(copy.since, stored.points);
  if (since === undefined) return undefined;
  const base = apply(stored, since);
  let length = base.points;
  let inFlight: ReplicaState["inFlight"];
  if (copy.inFlight !== undefined) {
    const operation = operationFrom(copy.inFlight.operation, length);
    if (operation === undefined) return undefined;
    inFlight = { ...copy.inFlight, operation };
    length = operation.targetLength;
  }
  const buffer = operationFrom(copy.buffer, length);
  if (buffer === undefined) return undefined;
  return {
    state: { session, lastSeq, version, entryId, base, inFlight, buffer, bufferEdits },
    text: stored,
    since,
    extras: { pendingSince, recovered, told },
  };
}

function operationFrom(components: readonly Component[], length: number): Operation | undefined {
  const decoded = decodeOperation(components, length, { maxComponents: Number.POSITIVE_INFINITY });
  return decoded.ok ? decoded.operation : undefined;
}

/** The text that a state shows. */
export function shownIn({ base, inFlight, buffer }: ReplicaState): Text {
  return apply(inFlight === undefined ? base : apply(base, inFlight.operation), buffer);
}
