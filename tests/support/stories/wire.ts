import type { CarriedConnection, DocumentServer, Frame } from "@interline/server";

/** What a connection makes of a frame on its way: usually the frame alone. */
export type Tamper = (frame: string) => readonly string[];

/**
 * One connection whose frames move only when the story moves them. Each direction keeps its order. Frames may be read and
 * changed while they are on the way.
 */
export class Wire {
  readonly up: string[] = [];
  readonly down: string[] = [];
  /** False once the client has left: what comes for it is lost, what it sent may still arrive. */
  isHeard = true;
  /** True while the client takes nothing. */
  isBusy = false;
  /** Everything that goes to the client passes through here. */
  tamper: Tamper = (frame) => [frame];
  readonly #server: CarriedConnection;
  readonly #receive: (frame: string) => void;

  constructor(server: DocumentServer, receive: (frame: string) => void) {
    this.#receive = receive;
    const isBusy = () => this.isBusy;
    this.#server = server.connect({
      get bufferedBytes() {
        return isBusy() ? 1_000_000 : 0;
      },
      send: (frame: Frame) => {
        if (this.isHeard) this.down.push(...this.tamper(frame.text));
      },
      close: () => {},
      terminate: () => {},
    });
  }

  /** The oldest frame to the server arrives. */
  async deliverUp(): Promise<void> {
    const frame = this.up.shift();
    if (frame !== undefined) this.#server.receive(frame);
    await settled();
  }

  /** The oldest frame to the client arrives. */
  async deliverDown(): Promise<void> {
    const frame = this.down.shift();
    if (frame !== undefined) this.#receive(frame);
    await settled();
  }

  /** The server hears that the connection has ended. */
  async hangUp(): Promise<void> {
    this.#server.handleClosed();
    await settled();
  }

  /** The client takes what has gathered. */
  async drain(): Promise<void> {
    this.isBusy = false;
    this.#server.drained();
    await settled();
  }

  /** The client leaves; what was for it is lost. The server does not hear of it yet. */
  leave(): void {
    this.isHeard = false;
    this.down.length = 0;
  }
}

/** Everything that an event has started comes to rest. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}
