import { decodeOperation, Operation, type Selection, transform, transformSelection } from "@interline/ot";
import { decodeServerMessage, type ServerMessage, type User } from "@interline/protocol";
import type { DocumentHost } from "../src/document-host.ts";
import type { Frame } from "../src/frame.ts";
import type { Channel, ChannelOwner } from "../src/live-document.ts";
import { EMPTY_HEAD, type Head } from "../src/log/document-log.ts";
import type { SharedPeer } from "../src/shared-presence.ts";

type Seen = Pick<SharedPeer, "user" | "isAway"> & { readonly selection: Selection | undefined };

/**
 * One client at a server, without a connection: it knows who else is there as the protocol has it, and complains of what may not be. A session is
 * the name of its person.
 */
export class Visitor implements ChannelOwner {
  readonly channel = 1;
  readonly session: string;
  user: User;
  isAway = false;
  isBusy = false;
  isGone = false;
  /** Its network is gone, and nobody knows of it yet. */
  isDeaf = false;
  handle: Channel | undefined;
  /** All that was said, in order. */
  readonly messages: ServerMessage[] = [];
  readonly peers = new Map<number, Seen>();
  readonly gone = new Set<string>();
  /** Ids of everybody who was ever seen. */
  readonly met = new Set<string>();
  #version = 0;
  #length = 0;
  #pending: Operation | undefined;
  #caret: number | undefined;

  constructor(session: string, id: string) {
    this.session = session;
    this.user = { id, name: session, color: 1 };
  }

  /** Opens the document with everything up to a head. */
  async open(
    host: DocumentHost,
    { version, entryId, length }: Head = EMPTY_HEAD,
    lastSeq = 0,
  ): Promise<void> {
    this.#version = version;
    this.#length = length;
    const { channel, session } = this;
    await host.open(
      {
        type: "open",
        document: "d",
        channel,
        session,
        version,
        entryId,
        lastSeq,
        inFlight: false,
        settled: 0,
      },
      this,
    );
  }

  opened(channel: Channel): void {
    this.handle = channel;
  }

  ended(): void {
    this.isGone = true;
  }

  leave(): void {
    this.isGone = true;
    this.handle?.close();
  }

  rename(user: Partial<User>): void {
    this.user = { ...this.user, ...user };
    this.handle?.rename(this.user);
  }

  setAway(isAway: boolean): void {
    this.isAway = isAway;
    this.handle?.setAway(isAway);
  }

  select(at: number): void {
    if (this.#pending !== undefined) return;
    this.#caret = Math.min(at, this.#length);
    const selection = { anchor: this.#caret, head: this.#caret };
    this.handle?.select({ type: "select", channel: 1, version: this.#version, selection });
  }

  /** Types a letter at the caret. */
  write(seq: number): void {
    if (this.#pending !== undefined) return;
    const at = Math.min(this.#caret ?? 0, this.#length);
    const components = at === 0 ? ["x"] : [at, "x"];
    this.#caret = at + 1;
    this.#pending = Operation.from(components, this.#length);
    const operation = decodeOperation(components, this.#length, { maxComponents: 9 });
    const selection = { anchor: at + 1, head: at + 1 };
    const [version, length] = [this.#version, this.#length];
    this.handle?.submit({
      type: "submit",
      channel: 1,
      seq,
      version,
      length,
      operation,
      settled: 0,
      selection,
    });
  }

  take(): ServerMessage[] {
    return this.messages.splice(0);
  }

  send(frame: Frame): void {
    const decoded = decodeServerMessage(frame.text);
    if (!decoded.ok) throw new Error(decoded.reason);
    this.messages.push(decoded.message);
    if (!this.isDeaf) this.#hear(decoded.message);
  }

  #hear(message: ServerMessage): void {
    if (message.type === "ops") this.#advance(message);
    if (message.type === "ack") {
      if (this.#pending !== undefined) this.#move(this.#pending);
      this.#pending = undefined;
      this.#version = message.version;
    }
    if (message.type === "selections") {
      if (message.version !== this.#version) throw new Error("carets at another version");
      this.#place(message.selections);
    }
    if (message.type !== "peers") return;
    for (const { peer, user, isAway, selection } of message.joined) {
      this.peers.set(peer, { user, isAway, selection });
      this.met.add(user.id);
    }
    for (const { user } of message.gone) this.gone.add(user.id);
    for (const { user } of message.joined) this.gone.delete(user.id);
    for (const peer of message.left) {
      if (!this.peers.delete(peer)) throw new Error(`${this.session} never heard of ${peer}`);
    }
    const names = [this.session, ...Array.from(this.peers.values(), ({ user }) => user.name)];
    if (new Set(names).size < names.length) throw new Error(`seen twice: ${names.join(", ")}`);
  }

  #advance({ to, operation: told, selections }: Extract<ServerMessage, { type: "ops" }>): void {
    const operation = Operation.from(told.toJSON(), this.#length);
    const pending = this.#pending;
    this.#move(operation);
    if (pending !== undefined) this.#pending = transform(pending, operation, "left");
    if (this.#caret !== undefined) {
      const moved = pending === undefined ? operation : transform(operation, pending, "right");
      this.#caret = transformSelection({ anchor: this.#caret, head: this.#caret }, moved, "left").head;
    }
    this.#version = to;
    this.#place(selections);
  }

  #move(operation: Operation): void {
    this.#length += operation.targetLength - operation.baseLength;
    for (const [peer, seen] of this.peers) {
      const selection = seen.selection && transformSelection(seen.selection, operation, "left");
      this.peers.set(peer, { ...seen, selection });
    }
  }

  #place(selections: readonly { peer: number; selection?: Selection | undefined }[]): void {
    for (const { peer, selection } of selections) {
      const seen = this.peers.get(peer);
      if (seen === undefined) throw new Error(`the caret of ${peer}, whom ${this.session} does not know`);
      this.peers.set(peer, { ...seen, selection });
    }
  }
}
