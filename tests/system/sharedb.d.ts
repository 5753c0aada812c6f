/** The part of npm `sharedb` that is used here; it comes without types. */
declare module "sharedb" {
  import type { Duplex } from "node:stream";

  type Done = (error?: Error) => void;

  export interface Doc {
    readonly connection: Connection;
    /** Undefined while there is no document, and while it is loaded again. */
    readonly data: string | undefined;
    readonly version: number;
    create(data: string, type: string, done: Done): void;
    fetch(done: Done): void;
    subscribe(done: Done): void;
    on(event: "load", listener: () => void): void;
    submitOp(operation: readonly unknown[], done?: Done): void;
    hasPending(): boolean;
  }

  export interface Connection {
    get(collection: string, id: string): Doc;
    getDocPresence(collection: string, id: string): Presence;
  }

  interface Presence {
    readonly remotePresences: Readonly<Record<string, unknown>>;
    subscribe(done: Done): void;
    create(id: string): LocalPresence;
  }

  interface LocalPresence {
    readonly value: unknown;
    submit(value: unknown, done: Done): void;
  }

  export interface SubmitRequest {
    rejectedError(): Error;
  }

  export default class ShareDB {
    static readonly types: { register(type: unknown): void };
    static readonly logger: { setMethods(methods: { info(message: unknown): void }): void };
    constructor(options: {
      readonly presence?: boolean;
      readonly doNotForwardSendPresenceErrorsToClient: boolean;
    });
    use(action: "apply", handle: (request: SubmitRequest, next: Done) => void): void;
    listen(stream: Duplex): void;
    connect(): Connection;
    close(): void;
  }
}
