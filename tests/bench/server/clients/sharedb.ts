import { once } from "node:events";
import { type } from "ot-text-unicode";
import { type CountedSocket, connectSocket } from "./socket.ts";
import type { Writer } from "./writer.ts";

type TextOperation = Parameters<typeof type.apply>[1];

type Note = { readonly type: "own" | "theirs"; readonly operation: TextOperation } | { readonly type: "ack" };

/** A message in either direction: `a` is what it is about, `v` a version. */
interface Message {
  readonly a: string;
  readonly id?: string;
  readonly v?: number;
  readonly src?: string;
  readonly seq?: number;
  readonly op?: TextOperation;
  readonly data?: { readonly v: number; readonly data?: string };
  readonly error?: unknown;
}

const PLACE = { c: "texts" } as const;

/** Opens a document of ShareDB: its messages, without its client. */
export async function connectShareDb(port: number, document: string): Promise<Writer> {
  const writer = new ShareDbWriter(port, document);
  await writer.open();
  return writer;
}

class ShareDbWriter implements Writer {
  readonly #port: number;
  readonly #document: string;
  #connection: CountedSocket | undefined;
  #source = "";
  #version: number | undefined;
  #seq = 0;
  #notes: Note[] = [];
  #base = "";
  #pending: TextOperation | undefined;
  #offline = false;
  #exists = false;
  #whenAnswered: ((message: Message) => void) | undefined;
  #whenAcknowledged: (() => void) | undefined;
  length = 0;
  onInsert: (text: string) => void = () => {};

  constructor(port: number, document: string) {
    this.#port = port;
    this.#document = document;
  }

  get bytesRead(): number {
    return this.#connection?.bytesRead ?? 0;
  }

  get bytesWritten(): number {
    return this.#connection?.bytesWritten ?? 0;
  }

  async open(): Promise<void> {
    this.#connection = connectSocket(this.#port, "", (frame) =>
      this.#take(JSON.parse(frame.toString()) as Message),
    );
    await this.#connection.opened;
    const { id = "" } = await this.#ask({ a: "hs", id: null, protocol: 1, protocolMinor: 2 });
    this.#source = id;
    this.#seq = 0;
    const known = this.#version ?? null;
    const { data } = await this.#ask({ a: "s", ...PLACE, d: this.#document, v: known });
    if (known !== null || data === undefined) return;
    this.#version = data.v;
    this.#exists = data.data !== undefined;
    this.#base = data.data ?? "";
    this.length = this.#base.length;
  }

  async replace(position: number, deleted: number, inserted: string): Promise<void> {
    if (!this.#exists) {
      this.#exists = true;
      await this.#submit({ create: { type: type.uri, data: "" } });
    }
    const operation = type.normalize([position, inserted, { d: deleted }]);
    if (this.#offline) {
      this.#pending = this.#pending === undefined ? operation : type.compose(this.#pending, operation);
      this.length += inserted.length - deleted;
      return;
    }
    this.#notes.push({ type: "own", operation });
    await this.#submit({ op: operation });
    this.length += inserted.length - deleted;
  }

  work(): void {
    for (const note of this.#notes) {
      if (note.type === "own") this.#pending = note.operation;
      else if (note.type === "theirs") {
        this.#base = type.apply(this.#base, note.operation);
        if (this.#pending !== undefined) {
          this.#pending = type.transform(this.#pending, note.operation, "left");
        }
      } else if (this.#pending !== undefined) {
        this.#base = type.apply(this.#base, this.#pending);
        this.#pending = undefined;
      }
    }
    this.#notes = [];
  }

  text(): string {
    this.work();
    return this.#base;
  }

  pause(): void {
    this.#connection?.socket.pause();
  }

  resume(): void {
    this.#connection?.socket.resume();
  }

  async leave(): Promise<void> {
    this.work();
    this.#offline = true;
    this.#connection?.socket.close();
    await once(this.#connection?.socket ?? process, "close");
  }

  async comeBack(): Promise<void> {
    this.#offline = false;
    this.length = this.#base.length;
    await this.open();
    // What was missed came before the answer to the subscription.
    this.work();
    if (this.#pending !== undefined) await this.#submit({ op: this.#pending });
    this.work();
  }

  #submit(change: { readonly op: TextOperation } | { readonly create: unknown }): Promise<void> {
    this.#seq++;
    this.#send({ a: "op", ...PLACE, d: this.#document, v: this.#version, seq: this.#seq, x: {}, ...change });
    return new Promise((resolve) => {
      this.#whenAcknowledged = resolve;
    });
  }

  #ask(message: object): Promise<Message> {
    this.#send(message);
    return new Promise((resolve) => {
      this.#whenAnswered = resolve;
    });
  }

  #send(message: object): void {
    this.#connection?.socket.send(JSON.stringify(message));
  }

  #take(message: Message): void {
    if (message.error !== undefined) throw new Error(`refused: ${JSON.stringify(message).slice(0, 300)}`);
    if (message.a === "hs" || message.a === "s") return this.#whenAnswered?.(message);
    if (message.a !== "op") return;
    const { v = 0 } = message;
    // What a submission was transformed over is sent with its answer, and once more as an operation of somebody's.
    if (this.#version !== undefined && v < this.#version) return;
    this.#version = v + 1;
    if (message.src === this.#source) {
      this.#notes.push({ type: "ack" });
      return this.#whenAcknowledged?.();
    }
    this.#exists = true;
    if (message.op === undefined) return;
    this.#notes.push({ type: "theirs", operation: message.op });
    for (const component of message.op) {
      if (typeof component === "string") {
        this.length += component.length;
        this.onInsert(component);
      } else if (typeof component === "object") this.length -= component.d as number;
    }
  }
}
