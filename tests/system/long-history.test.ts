import { createDocumentServer, type DocumentLog, type DocumentServer, LevelLog } from "@interline/server";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { waitFor } from "../support/wait-for.ts";

const OPERATIONS = 100_000;
const LENGTH = 10_000;
const WRITERS = 128;
const CHECKPOINT_WEIGHT = 65_536;
/** Of an operation that replaces one character: 8 for each of three components, and the character. */
const WEIGHT = 25;

/** A client in this process, which hears of operations only if it `reads`. Frames stand in PROTOCOL.md. */
class Client {
  /** Version of what it has heard. */
  version = 0;
  /** The first text that came: of a newcomer, all of it. */
  text: unknown;
  readonly #connection: ReturnType<DocumentServer["connect"]>;
  #isOpen = false;
  #fault: unknown[] | undefined;
  #wake = (): void => {};

  private constructor(server: DocumentServer, id: string, reads: boolean) {
    this.#connection = server.connect({
      bufferedBytes: reads ? 0 : 1_000_000,
      send: ({ text }) => this.#receive(JSON.parse(text) as unknown[]),
      close: () => {},
      terminate: () => {},
    });
    this.say("hello", 1, [id, id, 1]);
    this.say("open", 1, "long", `session-${id}`, 0, "", 0, false, 0);
  }

  static async open(server: DocumentServer, id: string, reads: boolean): Promise<Client> {
    const client = new Client(server, id, reads);
    await client.#until(() => client.#isOpen);
    return client;
  }

  say(...message: unknown[]): void {
    this.#connection.receive(JSON.stringify(message));
  }

  /** Resolves when it has heard everything up to a version. */
  reach(version: number): Promise<void> {
    return this.#until(() => this.version >= version);
  }

  leave(): void {
    this.#connection.handleClosed();
  }

  #receive(message: unknown[]): void {
    const [name] = message;
    if (name === "opened") this.#isOpen = true;
    if (name === "error" || name === "refused" || name === "reopen") this.#fault ??= message;
    if (name === "op" || name === "ops") {
      const [version, , [first]] = message.slice(name === "op" ? 2 : 3) as [number, string, unknown[]];
      this.version = version;
      this.text ??= first;
    }
    this.#wake();
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.#fault !== undefined) throw new Error(this.#fault.join(" "));
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** Counts the entries that are read from a log. */
function counted(log: DocumentLog): { entries: number } {
  const read = log.readEntries.bind(log);
  const count = { entries: 0 };
  log.readEntries = async (...range) => {
    const entries = await read(...range);
    count.entries += entries?.length ?? 0;
    return entries;
  };
  return count;
}

it("a document of 100,000 operations opens from its text and the few since, also after a crash", async () => {
  await using folder = await temporaryFolder();
  const first = await LevelLog.open({ location: folder.path });
  const server = createDocumentServer({ log: first, checkpointWeight: CHECKPOINT_WEIGHT });
  const reader = await Client.open(server, "reader", true);
  const writers: Client[] = [];
  while (writers.length < WRITERS) writers.push(await Client.open(server, `w${writers.length}`, false));
  writers[0]?.say("submit", 1, 1, 0, 0, ["x".repeat(LENGTH)], 0);
  await reader.reach(1);
  const letters = Array<string>(LENGTH).fill("x");
  for (let seq = 2; reader.version < OPERATIONS; seq++) {
    const base = reader.version;
    for (const [index, writer] of writers.entries()) {
      const at = ((base + index) * 7_919) % (LENGTH - 1);
      const letter = "abcdefgh"[(base + index) % 8] ?? "";
      letters[at] = letter;
      writer.say(
        "submit",
        1,
        seq,
        base,
        LENGTH,
        at === 0 ? [letter, { d: 1 }] : [at, letter, { d: 1 }],
        seq - 1,
      );
    }
    await reader.reach(base + WRITERS);
  }
  // The server ends without a word: it saves nothing.
  await first.close();
  const [text, version] = [letters.join(""), reader.version];

  const second = await LevelLog.open({ location: folder.path });
  const afterCrash = counted(second);
  const restarted = createDocumentServer({ log: second, idleMs: 1 });
  const ann = await Client.open(restarted, "ann", true);
  await ann.reach(version);
  expect(ann.text).toBe(text);
  // The newest checkpoint is as old as the interval says, or the one before where it was being saved.
  expect(afterCrash.entries).toBeGreaterThan(0);
  expect(afterCrash.entries).toBeLessThanOrEqual((2 * CHECKPOINT_WEIGHT) / WEIGHT);

  ann.leave();
  await waitFor("its last text to be saved", async () => {
    const checkpoint = await second.loadCheckpoint("long");
    return checkpoint?.version === version;
  });
  await restarted.close();
  await second.close();

  const third = await LevelLog.open({ location: folder.path });
  const afterLeaving = counted(third);
  const again = createDocumentServer({ log: third });
  const bob = await Client.open(again, "bob", true);
  await bob.reach(version);
  expect(bob.text).toBe(text);
  expect(afterLeaving.entries).toBe(0);
  await again.close();
  await third.close();
});
