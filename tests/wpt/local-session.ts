import type { Session } from "@interline/editor";
import { apply, type Operation, Text } from "@interline/ot";

/** A document that nobody else is in, whose text is known and saved at once. */
export class LocalSession implements Session {
  readonly isReady = true;
  readonly role = "write";
  readonly peers = [];
  readonly gone = [];
  readonly status: Session["status"] = {
    state: "synced",
    pendingEdits: 0,
    pendingSince: undefined,
    isKept: true,
    canKeep: true,
    retryAt: undefined,
    code: undefined,
  };
  text: Text;

  constructor(text: string) {
    this.text = Text.of(text);
  }

  edit(operation: Operation): void {
    this.text = apply(this.text, operation);
  }

  select(): void {}

  reconnect(): void {}

  on(): () => void {
    return () => {};
  }
}
