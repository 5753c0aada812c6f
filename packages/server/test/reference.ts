import type { Component } from "@interline/ot";
import type { RefusedCode, ReopenCode } from "@interline/protocol";
import { expect } from "vitest";
import type { CommitBatch } from "../src/log/document-log.ts";

/** What one author did in one operation: a letter that nobody types twice was put between two others, or taken away. */
export type Intent =
  | { readonly type: "insert"; readonly letter: string; readonly left: string; readonly right: string }
  | { readonly type: "delete"; readonly letter: string }
  /** It may never be committed. */
  | { readonly type: "nothing" };

/** An operation as it was handed to the server. */
export interface Sent {
  readonly session: string;
  readonly seq: number;
  readonly version: number;
  readonly length: number;
  readonly components: readonly Component[];
  readonly intent: Intent;
  /** The answers that are right, besides an acknowledgement where the intent is not nothing. */
  readonly refusals: readonly (RefusedCode | ReopenCode)[];
}

interface Durable {
  readonly entryId: string;
  readonly session: string;
  readonly seq: number;
}

/** Applies an operation to a string, by the letter. */
function splice(text: string, components: readonly Component[]): string {
  const letters = Array.from(text);
  const result: string[] = [];
  let at = 0;
  for (const component of components) {
    if (typeof component === "number") {
      result.push(...letters.slice(at, at + component));
      at += component;
    } else if (typeof component === "string") result.push(component);
    else at += component.d;
  }
  expect(at).toBeLessThanOrEqual(letters.length);
  return result.join("") + letters.slice(at).join("");
}

/** What must be true of one document: a list of entries, the text after each as a string, and the last number of each session. */
export class Reference {
  readonly entries: Durable[] = [];
  readonly texts: string[] = [""];
  readonly #last = new Map<string, number>();
  readonly #sent = new Map<string, Sent>();
  /** Numbers of which a client was told that they are not committed. */
  readonly #never = new Set<string>();
  readonly #deleted = new Set<string>();
  readonly #inserted = new Set<string>();
  /** Version of the newest checkpoint. */
  checkpoint = 0;
  /** What was found wrong where the server would take it for a fault of its own. */
  readonly faults: unknown[] = [];

  /** Runs a check from within a call of the server. */
  watch(check: () => void): void {
    try {
      check();
    } catch (fault) {
      this.faults.push(fault);
    }
  }

  /** Throws the first thing that was found wrong. */
  report(): void {
    if (this.faults.length > 0) throw this.faults[0];
  }

  get version(): number {
    return this.entries.length;
  }

  get text(): string {
    return this.texts[this.version] as string;
  }

  lastSeq(session: string): number {
    return this.#last.get(session) ?? 0;
  }

  send(sent: Sent): void {
    this.#sent.set(`${sent.session} ${sent.seq}`, sent);
  }

  /** A client was told that a number is not committed and never will be. */
  rule(session: string, seq: number): void {
    expect(this.lastSeq(session), "not in the log when its client is told so").toBeLessThan(seq);
    this.#never.add(`${session} ${seq}`);
  }

  /** The log appends a batch. */
  append({ expected, entries }: CommitBatch): void {
    expect(expected.version, "versions are consecutive").toBe(this.version);
    for (const { session, seq, entryId, operation, length } of entries) {
      const name = `${session} ${seq}`;
      const sent = this.#sent.get(name);
      if (sent === undefined) throw new Error(`${name} was never sent`);
      expect(sent.intent.type, name).not.toBe("nothing");
      expect(seq, "once, and numbers rise").toBeGreaterThan(this.lastSeq(session));
      expect(this.#never, "what a client was told stays true").not.toContain(name);
      const before = this.text;
      const after = splice(before, operation.toJSON());
      expect(Array.from(after)).toHaveLength(length);
      if (sent.version === this.version) expect(after).toBe(splice(before, sent.components));
      this.#checkIntent(after, sent.intent);
      this.#last.set(session, seq);
      this.entries.push({ entryId, session, seq });
      this.texts.push(after);
    }
  }

  #checkIntent(text: string, intent: Intent): void {
    if (intent.type === "delete") this.#deleted.add(intent.letter);
    if (intent.type === "insert") {
      this.#inserted.add(intent.letter);
      const at = text.indexOf(intent.letter);
      if (intent.left !== "" && text.includes(intent.left))
        expect(text.indexOf(intent.left)).toBeLessThan(at);
      if (intent.right !== "" && text.includes(intent.right))
        expect(text.indexOf(intent.right)).toBeGreaterThan(at);
    }
    const expected = [...this.#inserted].filter((letter) => !this.#deleted.has(letter));
    expect(Array.from(text).toSorted()).toEqual(expected.toSorted());
  }
}
