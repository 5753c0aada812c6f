import { once } from "node:events";
import { inflateRawSync } from "node:zlib";
import { apply, Composer, type Component, Operation, replaceOperation, Text, transform } from "@interline/ot";
import { DEFLATE_SUBPROTOCOL, encodeClientMessage, PROTOCOL_VERSION } from "@interline/protocol";
import { type CountedSocket, connectSocket } from "./socket.ts";
import type { Writer } from "./writer.ts";

/** What happened to the copy and is not worked into the text yet. */
type Note =
  | { readonly type: "own"; readonly position: number; readonly deleted: number; readonly inserted: string }
  | { readonly type: "theirs"; readonly components: readonly Component[] }
  | { readonly type: "ack" };

/** Opens a document of our server: PROTOCOL.md without what is for people to see. */
export function connectInterline(port: number, document: string): Promise<Writer> {
  return connect(port, document, []);
}

/** The same, with long messages compressed. */
export function connectCompressed(port: number, document: string): Promise<Writer> {
  return connect(port, document, [DEFLATE_SUBPROTOCOL]);
}

async function connect(port: number, document: string, subprotocols: string[]): Promise<Writer> {
  const writer = new InterlineWriter(port, document, subprotocols);
  await writer.open();
  return writer;
}

let sessions = 0;

class InterlineWriter implements Writer {
  readonly #port: number;
  readonly #document: string;
  readonly #subprotocols: string[];
  readonly #session = `bench-${process.pid}-${String(sessions++).padStart(8, "0")}`;
  #connection: CountedSocket | undefined;
  #version = 0;
  #entryId = "";
  #seq = 0;
  #notes: Note[] = [];
  /** The text at the version that the notes begin with, and the own operation that is not acknowledged there. */
  #base = Text.empty;
  #pending: Operation | undefined;
  #offline: Composer | undefined;
  #headVersion: number | undefined;
  #whenOpen: (() => void) | undefined;
  #whenAcknowledged: (() => void) | undefined;
  length = 0;
  onInsert: (text: string) => void = () => {};

  constructor(port: number, document: string, subprotocols: string[]) {
    this.#port = port;
    this.#document = document;
    this.#subprotocols = subprotocols;
  }

  get bytesRead(): number {
    return this.#connection?.bytesRead ?? 0;
  }

  get bytesWritten(): number {
    return this.#connection?.bytesWritten ?? 0;
  }

  async open(): Promise<void> {
    this.#headVersion = undefined;
    const take = (frame: Buffer, isBinary: boolean): void => {
      const text = isBinary ? inflateRawSync(frame) : frame;
      this.#take(JSON.parse(text.toString()) as unknown[]);
    };
    this.#connection = connectSocket(this.#port, "sync", take, this.#subprotocols);
    await this.#connection.opened;
    const opened = new Promise<void>((resolve) => {
      this.#whenOpen = resolve;
    });
    const user = { id: "bench", name: "Bench", color: 1 };
    this.#send(encodeClientMessage({ type: "hello", protocol: PROTOCOL_VERSION, user, token: undefined }));
    await opened;
  }

  replace(position: number, deleted: number, inserted: string): Promise<void> {
    if (this.#offline !== undefined) {
      this.#offline.add(replaceOperation(position, position + deleted, inserted, this.length));
      this.length += inserted.length - deleted;
      return Promise.resolve();
    }
    const components = [position, { d: deleted }, inserted].filter(
      (part) => part !== 0 && part !== "" && !(typeof part === "object" && part.d === 0),
    );
    this.#notes.push({ type: "own", position, deleted, inserted });
    return this.#submit(components, inserted.length - deleted);
  }

  work(): void {
    for (const note of this.#notes) {
      if (note.type === "own") {
        const { position, deleted, inserted } = note;
        this.#pending = replaceOperation(position, position + deleted, inserted, this.#base.points);
      } else if (note.type === "theirs") {
        const operation = Operation.from(note.components, this.#base.points);
        this.#base = apply(this.#base, operation);
        if (this.#pending !== undefined) this.#pending = transform(this.#pending, operation, "left");
      } else if (this.#pending !== undefined) {
        this.#base = apply(this.#base, this.#pending);
        this.#pending = undefined;
      }
    }
    this.#notes = [];
  }

  text(): string {
    this.work();
    return this.#base.toString();
  }

  pause(): void {
    this.#connection?.socket.pause();
  }

  resume(): void {
    this.#connection?.socket.resume();
  }

  async leave(): Promise<void> {
    this.work();
    this.#offline = new Composer();
    this.#connection?.socket.close();
    await once(this.#connection?.socket ?? process, "close");
  }

  async comeBack(): Promise<void> {
    this.#pending = this.#offline?.value;
    this.#offline = undefined;
    this.length = this.#base.points;
    await this.open();
    this.work();
    if (this.#pending === undefined) return;
    const { targetLength, baseLength } = this.#pending;
    await this.#submit(this.#pending.toJSON(), targetLength - baseLength);
  }

  #submit(components: readonly unknown[], growth: number): Promise<void> {
    this.#seq++;
    const message = ["submit", 1, this.#seq, this.#version, this.length, components, this.#seq - 1];
    this.#send(JSON.stringify(message));
    return new Promise((resolve) => {
      this.#whenAcknowledged = () => {
        this.length += growth;
        resolve();
      };
    });
  }

  #take(message: unknown[]): void {
    switch (message[0]) {
      case "welcome":
        this.#sendOpen();
        return;
      case "opened":
        this.#headVersion = message[5] as number;
        this.#checkOpen();
        return;
      case "op":
        this.#takeOperation(message[2] as number, message[3] as string, message[4] as readonly Component[]);
        return;
      case "ops":
        this.#takeOperation(message[3] as number, message[4] as string, message[5] as readonly Component[]);
        return;
      case "ack": {
        this.#notes.push({ type: "ack" });
        this.#version = message[3] as number;
        this.#entryId = message[4] as string;
        const done = this.#whenAcknowledged;
        this.#whenAcknowledged = undefined;
        done?.();
        return;
      }
      case "peers":
      case "selections":
      case "pong":
        return;
      default:
        throw new Error(`not expected: ${JSON.stringify(message).slice(0, 200)}`);
    }
  }

  #sendOpen(): void {
    const open = encodeClientMessage({
      type: "open",
      channel: 1,
      document: this.#document,
      session: this.#session,
      version: this.#version,
      entryId: this.#entryId,
      lastSeq: this.#seq,
      inFlight: false,
      settled: this.#seq,
    });
    this.#send(open);
  }

  #send(message: string): void {
    this.#connection?.socket.send(message);
  }

  #takeOperation(version: number, entryId: string, components: readonly Component[]): void {
    this.#version = version;
    this.#entryId = entryId;
    this.#notes.push({ type: "theirs", components });
    for (const component of components) {
      if (typeof component === "string") {
        this.length += component.length;
        this.onInsert(component);
      } else if (typeof component === "object") this.length -= component.d;
    }
    this.#checkOpen();
  }

  #checkOpen(): void {
    if (this.#headVersion === undefined || this.#version < this.#headVersion) return;
    this.#whenOpen?.();
    this.#whenOpen = undefined;
  }
}
