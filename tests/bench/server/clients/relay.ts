import { once } from "node:events";
import { type CountedSocket, connectSocket } from "./socket.ts";
import type { Writer } from "./writer.ts";

/** Joins a room of the relay. Its frames say what ours say, without versions: it has none. */
export async function connectRelay(port: number, document: string): Promise<Writer> {
  const connection = connectSocket(port, document, (frame) => writer.take(frame));
  const writer = new RelayWriter(connection);
  await connection.opened;
  return writer;
}

let writers = 0;

class RelayWriter implements Writer {
  readonly #connection: CountedSocket;
  readonly #id = writers++;
  #seq = 0;
  #frames = 0;
  #characters = 0;
  #whenEchoed: (() => void) | undefined;
  length = 0;
  onInsert: (text: string) => void = () => {};

  constructor(connection: CountedSocket) {
    this.#connection = connection;
  }

  take(frame: Buffer): void {
    const [, id, , , inserted = ""] = JSON.parse(frame.toString()) as [
      string,
      number,
      number,
      number,
      string?,
    ];
    this.#frames++;
    this.#characters += inserted.length;
    this.length += inserted.length;
    if (id !== this.#id) return this.onInsert(inserted);
    const done = this.#whenEchoed;
    this.#whenEchoed = undefined;
    done?.();
  }

  get bytesRead(): number {
    return this.#connection.bytesRead;
  }

  get bytesWritten(): number {
    return this.#connection.bytesWritten;
  }

  replace(position: number, deleted: number, inserted: string): Promise<void> {
    this.#seq++;
    const components = deleted === 0 ? [position, inserted] : [position, inserted, { d: deleted }];
    this.#connection.socket.send(JSON.stringify(["op", this.#id, this.#seq, ...components]));
    return new Promise((resolve) => {
      this.#whenEchoed = resolve;
    });
  }

  work(): void {}

  text(): string {
    return `${this.#frames} frames with ${this.#characters} characters`;
  }

  pause(): void {
    this.#connection.socket.pause();
  }

  resume(): void {
    this.#connection.socket.resume();
  }

  async leave(): Promise<void> {
    const { socket } = this.#connection;
    socket.close();
    await once(socket, "close");
  }

  comeBack(): Promise<void> {
    return Promise.reject(new Error("the relay has nothing to come back to"));
  }
}
