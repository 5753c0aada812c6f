import { allows } from "@interline/protocol";
import type { Connection } from "../connection.ts";
import { DocumentChannel } from "../document-channel.ts";
import { Replica } from "../replica.ts";
import type { AdoptedCopy } from "./adoption.ts";
import type { DocumentKey, DocumentStore } from "./document-store.ts";
import { Keeper } from "./keeper.ts";

export interface RescueOptions {
  readonly adopted: AdoptedCopy;
  readonly store: DocumentStore;
  readonly key: DocumentKey;
  readonly connection: Connection;
  readonly newSession: () => string;
  /** Text of which nobody can say whether the server has it. Resolves to whether it is kept elsewhere now. */
  readonly onRecovered: (texts: readonly string[]) => Promise<boolean>;
  readonly onChanged: () => void;
  /** Everything is saved, and the copy is gone. */
  readonly onDone: () => void;
}

/**
 * Saves what a closed tab has left: goes on with its session, as one more client beside the document that is shown, until
 * nothing of it is pending. The document gets the edits as everybody does.
 */
export class Rescue {
  readonly #options: RescueOptions;
  readonly #replica: Replica;
  readonly #keeper: Keeper;
  readonly #channel: DocumentChannel;
  readonly #recovered: string[];
  #isEnding = false;

  constructor(options: RescueOptions) {
    const { adopted, store, key, connection, newSession, onChanged } = options;
    const { opened } = adopted;
    this.#options = options;
    this.#recovered = [...opened.extras.recovered];
    const replica = new Replica({ state: opened.state, newSession, writesAhead: true });
    this.#replica = replica;
    this.#keeper = new Keeper({
      store,
      key,
      environment: connection.environment,
      opened,
      isDoubted: false,
      state: () => replica.state,
      extras: () => ({ pendingSince: opened.extras.pendingSince, recovered: this.#recovered }),
      onKept: (state) => this.#channel.run(replica.kept(state)),
      onFailed: () => this.#channel.unkept(),
    });
    this.#channel = new DocumentChannel({
      document: key.document,
      connection,
      replica,
      keeper: this.#keeper,
      owner: {
        opening: () => {},
        opened: () => {},
        heard: () => {},
        effect: (effect) => {
          if (effect.type === "set-aside") this.#recovered.push(effect.text);
        },
        edited: () => {},
        access: (role) => {
          if (allows(role, "write")) this.#channel.run(this.#replica.allowed());
        },
        differed: () => {},
        selection: () => undefined,
        changed: () => {
          onChanged();
          void this.#endIfSaved();
        },
      },
    });
    void this.#endIfSaved();
  }

  get session(): string {
    return this.#replica.state.session;
  }

  get pendingEdits(): number {
    return this.#replica.pendingEdits;
  }

  /** Looks whether the store still has it. */
  verify(): void {
    void this.#keeper.verify();
  }

  /** Ends it; what is not saved stays in the store for the next who looks. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#channel.close();
    await this.#keeper.flush();
    await this.#keeper.close();
    this.#options.adopted.lock.release();
  }

  /** Ends it without another word to the store. */
  abandon(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#channel.close();
    void this.#keeper.close();
    this.#options.adopted.lock.release();
  }

  async #endIfSaved(): Promise<void> {
    const { inFlight, bufferEdits } = this.#replica.state;
    if (this.#isEnding || inFlight !== undefined || bufferEdits > 0) return;
    this.#isEnding = true;
    this.#channel.close();
    const { store, key, adopted, onRecovered, onDone } = this.#options;
    // The keeper writes nothing after this, so what is removed stays so.
    await this.#keeper.close();
    try {
      if (this.#recovered.length === 0 || (await onRecovered(this.#recovered))) {
        await store.remove(key, adopted.opened.state.session);
        await store.remove(key, this.session);
      }
    } catch {
      // It stays; who finds it is told by the server that it is saved.
    }
    adopted.lock.release();
    onDone();
  }
}
