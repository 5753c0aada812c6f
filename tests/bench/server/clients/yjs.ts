import { once } from "node:events";
import { createDecoder, type Decoder, readVarString, readVarUint, readVarUint8Array } from "lib0/decoding";
import { createEncoder, type Encoder, toUint8Array, writeVarString, writeVarUint } from "lib0/encoding";
import {
  messageYjsSyncStep1,
  messageYjsSyncStep2,
  messageYjsUpdate,
  writeSyncStep1,
  writeSyncStep2,
  writeUpdate,
} from "y-protocols/sync";
import { applyUpdate, ContentString, decodeUpdate, Doc } from "yjs";
import { type CountedSocket, connectSocket } from "./socket.ts";
import type { Writer } from "./writer.ts";

const SYNC = 0;
const AUTH = 2;
const SYNC_REPLY = 4;
const SYNC_STATUS = 8;

/** How the servers of Yjs differ. */
export interface YjsDialect {
  readonly path: string;
  /** Stands before every message, where there is one. */
  readonly address: string | undefined;
  /** Says that each update was taken. Otherwise its echo tells so. */
  readonly answers: boolean;
}

/** A client of a Yjs server: a copy that makes the updates of its own edits, and takes in those of others when asked to. */
export class YjsWriter implements Writer {
  readonly #port: number;
  readonly #dialect: YjsDialect;
  readonly #doc = new Doc();
  #connection: CountedSocket | undefined;
  #isAway = false;
  #updates: Uint8Array[] = [];
  #unanswered: (() => void)[] = [];
  #whenSynced: (() => void) | undefined;
  /** The text that others have changed since the copy took it in. */
  #growth = 0;
  onInsert: (text: string) => void = () => {};

  constructor(port: number, dialect: YjsDialect) {
    this.#port = port;
    this.#dialect = dialect;
    this.#doc.on("update", (update, origin) => {
      if (origin !== this && !this.#isAway) this.#send(SYNC, (encoder) => writeUpdate(encoder, update));
    });
  }

  get bytesRead(): number {
    return this.#connection?.bytesRead ?? 0;
  }

  get bytesWritten(): number {
    return this.#connection?.bytesWritten ?? 0;
  }

  get length(): number {
    return this.#doc.getText().length + this.#growth;
  }

  async open(): Promise<void> {
    this.#connection = connectSocket(this.#port, this.#dialect.path, (frame) =>
      this.#take(createDecoder(frame)),
    );
    await this.#connection.opened;
    const synced = new Promise<void>((resolve) => {
      this.#whenSynced = resolve;
    });
    const taken = this.#dialect.answers ? this.#answered() : undefined;
    if (this.#dialect.answers) {
      this.#send(AUTH, (encoder) => {
        writeVarUint(encoder, 0);
        writeVarString(encoder, "");
      });
    }
    this.#send(SYNC, (encoder) => writeSyncStep1(encoder, this.#doc));
    await synced;
    await taken;
  }

  replace(position: number, deleted: number, inserted: string): Promise<void> {
    const text = this.#doc.getText();
    const at = position % (text.length + 1);
    const done = this.#isAway ? Promise.resolve() : this.#answered();
    this.#doc.transact(() => {
      if (deleted > 0) text.delete(at, deleted);
      text.insert(at, inserted);
    });
    return done;
  }

  work(): void {
    for (const update of this.#updates) applyUpdate(this.#doc, update, this);
    this.#updates = [];
    this.#growth = 0;
  }

  text(): string {
    this.work();
    return this.#doc.getText().toJSON();
  }

  pause(): void {
    this.#connection?.socket.pause();
  }

  resume(): void {
    this.#connection?.socket.resume();
  }

  async leave(): Promise<void> {
    this.work();
    this.#isAway = true;
    this.#connection?.socket.close();
    await once(this.#connection?.socket ?? process, "close");
  }

  async comeBack(): Promise<void> {
    const taken = this.#dialect.answers ? undefined : this.#answered();
    await this.open();
    await taken;
    this.#isAway = false;
    this.work();
  }

  #answered(): Promise<void> {
    return new Promise((resolve) => {
      this.#unanswered.push(resolve);
    });
  }

  #send(type: number, write: (encoder: Encoder) => void): void {
    const encoder = createEncoder();
    const { address } = this.#dialect;
    if (address !== undefined) writeVarString(encoder, address);
    writeVarUint(encoder, type);
    write(encoder);
    this.#connection?.socket.send(toUint8Array(encoder));
  }

  #take(decoder: Decoder): void {
    if (this.#dialect.address !== undefined) readVarString(decoder);
    const type = readVarUint(decoder);
    if (type === SYNC_STATUS) this.#unanswered.shift()?.();
    if (type !== SYNC && type !== SYNC_REPLY) return;
    const step = readVarUint(decoder);
    const content = readVarUint8Array(decoder);
    if (step === messageYjsSyncStep1) {
      this.#send(SYNC, (encoder) => writeSyncStep2(encoder, this.#doc, content));
    } else if (step === messageYjsSyncStep2) {
      applyUpdate(this.#doc, content, this);
      this.#whenSynced?.();
    } else if (step === messageYjsUpdate) this.#takeUpdate(content);
  }

  #takeUpdate(update: Uint8Array): void {
    const { structs, ds } = decodeUpdate(update);
    const own = this.#doc.clientID;
    if (structs.some(({ id }) => id.client === own) && !this.#dialect.answers) this.#unanswered.shift()?.();
    const others = structs.filter(({ id }) => id.client !== own);
    if (structs.length > 0 && others.length === 0) return;
    this.#updates.push(update);
    for (const ranges of ds.clients.values()) for (const { len } of ranges) this.#growth -= len;
    for (const struct of others) {
      if (!("content" in struct) || !(struct.content instanceof ContentString)) continue;
      this.#growth += struct.length;
      this.onInsert(struct.content.str);
    }
  }
}
