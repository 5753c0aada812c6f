/** The part of npm `sharedb` that is used here; it comes without types. */
declare module "sharedb" {
  import type { Duplex } from "node:stream";

  export interface Doc {
    readonly data: string;
    readonly version: number;
    create(data: string, type: string, done: (error?: Error) => void): void;
    subscribe(done: (error?: Error) => void): void;
    submitOp(operation: readonly unknown[], done?: (error?: Error) => void): void;
    hasPending(): boolean;
  }

  export default class ShareDB {
    static readonly types: { register(type: unknown): void };
    constructor(options: { readonly doNotForwardSendPresenceErrorsToClient: boolean });
    listen(stream: Duplex): void;
    connect(): { get(collection: string, id: string): Doc };
    close(): void;
  }
}
