import { replaceOperation } from "@interline/ot";
import type { DocumentServer } from "@interline/server";
import { copyOf, openCopy } from "../../../packages/client/src/offline/copy.ts";
import type { StoredCopy } from "../../../packages/client/src/offline/document-store.ts";
import { type Effect, Replica } from "../../../packages/client/src/replica.ts";
import {
  decodeServerMessage,
  encodeClientMessage,
  type OutgoingClientMessage,
  type SnapshotReason,
} from "../../../packages/protocol/src/index.ts";
import { type Tamper, Wire } from "./wire.ts";

export const DOCUMENT = "story";

/** Moves in one exchange, at most: two that fight for a session would go on for ever. */
const MAX_MOVES = 100;

/** The client's replica at the end of a wire. It types letters, each of which nobody types twice. */
export class StoryClient {
  readonly name: string;
  replica: Replica;
  /** The copy on the client's disk. */
  disk: StoredCopy | undefined;
  readonly typed = new Set<string>();
  readonly removed = new Set<string>();
  /** Texts that were set aside because their fate cannot be known. */
  readonly setAside: string[] = [];
  readonly snapshots: SnapshotReason[] = [];
  /** What becomes of frames to this client, and of those from it. */
  tamper: Tamper = (frame) => [frame];
  tamperUp: Tamper = (frame) => [frame];
  wire: Wire | undefined;
  readonly #newSession: () => string;
  #channel = 0;

  constructor(name: string, session = `session-${name}`) {
    this.name = name;
    let lives = 0;
    this.#newSession = () => (lives++ === 0 ? session : `${session}-${lives}`);
    this.replica = new Replica({ newSession: this.#newSession });
  }

  /** From now on what is sent is on the disk before, which the story does with `keep`. */
  writeAhead(): void {
    this.replica = new Replica({
      newSession: this.#newSession,
      state: this.replica.state,
      writesAhead: true,
    });
  }

  /** What the disk would hold if it were written now. */
  copy(): StoredCopy {
    const { state } = this.replica;
    const extras = { pendingSince: undefined, recovered: [] };
    return JSON.parse(
      JSON.stringify({ copy: copyOf(state, undefined, extras, 0), text: state.base.toString() }),
    ) as StoredCopy;
  }

  /** The disk holds everything now; what has waited for that leaves. */
  keep(): void {
    this.disk = this.copy();
    this.#run(this.replica.kept(this.replica.state));
  }

  /** The tab dies, and another goes on from the disk. */
  reload(): void {
    if (this.wire) this.lose();
    const opened = this.disk && openCopy(this.disk);
    if (opened === undefined) throw new Error("the disk holds nothing that fits");
    this.replica = new Replica({ newSession: this.#newSession, state: opened.state, writesAhead: true });
  }

  get text(): string {
    return this.replica.text.toString();
  }

  get isAtRest(): boolean {
    return this.wire !== undefined && this.replica.isCaughtUp && this.replica.pendingEdits === 0;
  }

  /** Types letters before the code point `at`. */
  type(letters: string, at = 0): void {
    for (const letter of letters) this.typed.add(letter);
    this.#run(this.replica.edit(replaceOperation(at, at, letters, this.replica.text.points)));
  }

  remove(letter: string): void {
    const at = this.text.indexOf(letter);
    this.removed.add(letter);
    this.#run(this.replica.edit(replaceOperation(at, at + 1, "", this.replica.text.points)));
  }

  /** Begins a connection. Nothing arrives anywhere yet. */
  dial(server: DocumentServer): Wire {
    const wire = new Wire(server, (frame) => {
      if (this.wire === wire) this.#receive(frame);
    });
    wire.tamper = (frame) => this.tamper(frame);
    this.wire = wire;
    const user = { id: this.name, name: this.name, color: 1 };
    this.#send({ type: "hello", protocol: 1, user, token: undefined });
    return wire;
  }

  /** The connection breaks. What the client had sent is still on the wire that this returns. */
  lose(): Wire {
    const { wire } = this;
    if (wire === undefined) throw new Error("there is no connection");
    wire.leave();
    this.wire = undefined;
    this.replica.closed();
    return wire;
  }

  /** Everything on the way arrives, and what it causes, until nothing more comes. */
  async exchange(): Promise<void> {
    for (let move = 0; move < MAX_MOVES; move++) {
      const { wire } = this;
      if (wire === undefined || wire.up.length + wire.down.length === 0) return;
      if (wire.up.length > 0) await wire.deliverUp();
      else await wire.deliverDown();
    }
  }

  /** A connection that has heard what became of what was sent, and nothing more. */
  async hearFate(server: DocumentServer): Promise<void> {
    const wire = this.dial(server);
    while (!this.replica.isLive) await (wire.up.length > 0 ? wire.deliverUp() : wire.deliverDown());
  }

  async connect(server: DocumentServer): Promise<void> {
    this.dial(server);
    await this.exchange();
  }

  #receive(frame: string): void {
    const decoded = decodeServerMessage(frame);
    if (!decoded.ok) throw new Error(decoded.reason);
    const { message } = decoded;
    if (message.type === "welcome") return this.#open();
    if ("channel" in message && message.channel !== this.#channel) return;
    switch (message.type) {
      case "opened":
        return this.#run(this.replica.opened(message));
      case "snapshot":
        this.snapshots.push(message.reason);
        return this.#run(this.replica.snapshot(message));
      case "ops":
        return this.#run(this.replica.ops(message));
      case "ack":
        return this.#run(this.replica.ack(message));
      case "refused":
        return this.#run(this.replica.refused(message));
      case "reopen":
      case "error":
        return this.#run([{ type: "reopen" }]);
      case "access":
      case "move":
      case "peers":
      case "selections":
      case "pong":
    }
  }

  #run(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === "submit") {
        const { seq, version, length, operation, settled } = effect;
        const about = { channel: this.#channel, selection: undefined };
        this.#send({ type: "submit", seq, version, length, operation, settled, ...about });
      } else if (effect.type === "set-aside") this.setAside.push(effect.text);
      else if (effect.type === "reopen") {
        this.#send({ type: "close", channel: this.#channel });
        this.replica.closed();
        this.#open();
      }
    }
  }

  #open(): void {
    this.#channel++;
    this.#send({ type: "open", channel: this.#channel, document: DOCUMENT, ...this.replica.open() });
  }

  #send(message: OutgoingClientMessage): void {
    this.wire?.up.push(...this.tamperUp(encodeClientMessage(message)));
  }
}
