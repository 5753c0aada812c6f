import { compose, isNoop, type Operation, transformPair } from "@interline/ot";
import { decodeServerMessage, ProtocolErrorCode, type ServerMessage, type User } from "@interline/protocol";
import type { DocumentHost } from "../document-host.ts";
import { ServerError } from "../errors.ts";
import type { Frame } from "../frame.ts";
import type { Channel, ChannelOwner, LiveDocument } from "../live-document.ts";
import { breathe } from "../slices.ts";
import { PART_UNITS, partsOf } from "./parts.ts";

/** What became of a change. */
export interface Written {
  /** Version that it made; where nothing had to be changed, the version that was there. */
  readonly version: number;
  /** True if the document's text is what was asked for: nothing came between, and no line end was made another. */
  readonly isExact: boolean;
}

/** Makes an operation for a document as it is at the moment of asking, in one turn of the event loop. */
type Change = (document: LiveDocument) => { readonly version: number; readonly operation: Operation };

/** Does what takes long, and says what to do then. */
export type Prepare = (document: LiveDocument) => Change | Promise<Change>;

/** Messages that say something about what was written. The others are not even read. */
const OF_INTEREST = /^\["(opened|snapshot|ack|refused|reopen|error)"/;

type Answer = Extract<
  ServerMessage,
  { type: "opened" | "snapshot" | "ack" | "refused" | "reopen" | "error" }
>;

/**
 * Writes to one document from within the server, as a client does: through a channel of its own, under a session, one operation after
 * another, each exactly once. Nobody sees it among the people.
 */
export class Writer {
  readonly #host: DocumentHost;
  readonly #name: string;
  readonly #session: string;
  readonly #maxDocumentLength: number;
  #seq = 0;
  /** Ends when everything asked so far is written. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(host: DocumentHost, name: string, session: string, maxDocumentLength: number) {
    this.#host = host;
    this.#maxDocumentLength = maxDocumentLength;
    this.#name = name;
    this.#session = session;
  }

  /**
   * Resolves when the change is durable. `prepare` may take its time: it makes the change for a document as it is then.
   * @throws ServerError with the code of a refusal, `ERR_STORE_UNAVAILABLE` if it cannot be written now, or what `prepare` or the change
   * throws.
   */
  write(author: User, prepare: Prepare): Promise<Written> {
    const written = this.#turn.then(() => this.#write(author, prepare));
    this.#turn = written.catch(() => undefined);
    return written;
  }

  async #write(author: User, prepare: Prepare): Promise<Written> {
    const lastSeq = this.#seq;
    let isLast = true;
    const fate = await this.#through(author, async (document, line) => {
      await this.#open(document, line, { lastSeq, inFlight: false });
      const change = await prepare(document);
      const { version, operation } = change(document);
      if (isNoop(operation)) return { version, isExact: true };
      if (operation.insertedUnits <= PART_UNITS) return this.#send(line, version, operation);
      // Refused as a whole, rather than when most of it is written.
      if (operation.targetLength > Math.max(operation.baseLength, this.#maxDocumentLength)) {
        throw new ServerError(ProtocolErrorCode.DocumentTooLarge, "the document would be too long");
      }
      isLast = false;
      return this.#sendParts(document, line, version, operation, () => {
        isLast = true;
      });
    });
    if (fate !== undefined) return fate;
    // The channel ended meanwhile: whether the operation is in the log shows when the session is opened again.
    const found = await this.#lookUp(author);
    if (isLast) return found;
    throw new ServerError(ProtocolErrorCode.StoreUnavailable, "only the beginning could be written");
  }

  /** Undefined: the channel ended before it was known what became of it. */
  async #send(line: Line, version: number, operation: Operation): Promise<Written | undefined> {
    const seq = ++this.#seq;
    const settled = seq;
    const selection = undefined;
    const submission = { seq, version, length: operation.baseLength, settled, selection };
    line.submit({ type: "submit", channel: 0, ...submission, operation: { ok: true, operation } });
    const answer = await line.answer();
    if (answer.type === "ack") return { version: answer.version, isExact: answer.version === version + 1 };
    if (answer.type === "refused") throw new ServerError(answer.code, "the operation was refused");
    return undefined;
  }

  /** Sends a long operation part by part. What others write meanwhile stays where they wrote it. */
  async #sendParts(
    document: LiveDocument,
    line: Line,
    start: number,
    operation: Operation,
    onLast: () => void,
  ): Promise<Written | undefined> {
    let version = start;
    let isExact = true;
    /** What others did between the parts, as if the parts so far had come before it. */
    let others: Operation | undefined;
    const parts = partsOf(operation);
    for (let next = parts.next(); next.done !== true; ) {
      const part = next.value;
      next = parts.next();
      if (next.done === true) onLast();
      await breathe();
      const [moved, left] = others === undefined ? [part, undefined] : transformPair(part, others);
      others = left;
      if (isNoop(moved)) continue;
      const written = await this.#send(line, version, moved);
      if (written === undefined) return undefined;
      if (!written.isExact) {
        isExact = false;
        const [, came] = transformPair(moved, await document.composed(version, written.version - 1));
        others = others === undefined ? came : compose(others, came);
      }
      version = written.version;
    }
    return { version, isExact };
  }

  async #lookUp(author: User): Promise<Written> {
    const { lastSeq, lastVersion } = await this.#through(author, (document, line) =>
      this.#open(document, line, { lastSeq: this.#seq, inFlight: true }),
    );
    if (lastSeq >= this.#seq) return { version: lastVersion, isExact: false };
    throw new ServerError(ProtocolErrorCode.StoreUnavailable, "the document cannot be written now");
  }

  async #through<Result>(
    author: User,
    work: (document: LiveDocument, line: Line) => Promise<Result>,
  ): Promise<Result> {
    const line = new Line(author);
    try {
      return await this.#host.use(this.#name, (document) => work(document, line));
    } finally {
      line.close();
    }
  }

  async #open(
    document: LiveDocument,
    line: Line,
    sent: { readonly lastSeq: number; readonly inFlight: boolean },
  ): Promise<{ readonly lastSeq: number; readonly lastVersion: number }> {
    const { version, entryId } = document.head;
    const open = { document: this.#name, session: this.#session, version, entryId, settled: 0, ...sent };
    await document.open({ type: "open", channel: 0, ...open }, line);
    const answer = await line.answer();
    if (answer.type === "opened" || answer.type === "snapshot") return answer;
    const code = answer.type === "error" ? answer.code : ProtocolErrorCode.StoreUnavailable;
    throw new ServerError(code, "the document cannot be opened now");
  }
}

/** The writer's end of one channel: keeps the answers until they are asked for. */
class Line implements ChannelOwner {
  readonly channel = 0;
  readonly isHidden = true;
  readonly isBusy = false;
  readonly user: User;
  #isGone = false;
  #open: Channel | undefined;
  readonly #answers: Answer[] = [];
  #wake: (() => void) | undefined;

  constructor(user: User) {
    this.user = user;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  submit(message: Parameters<Channel["submit"]>[0]): void {
    this.#open?.submit(message);
  }

  /** The next answer, now or when it comes. */
  async answer(): Promise<Answer> {
    for (;;) {
      const answer = this.#answers.shift();
      if (answer !== undefined) return answer;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#isGone = true;
    this.#open?.close();
  }

  send(frame: Frame): void {
    if (!OF_INTEREST.test(frame.text)) return;
    const decoded = decodeServerMessage(frame.text);
    if (!decoded.ok) return;
    this.#answers.push(decoded.message as Answer);
    this.#wake?.();
  }

  opened(channel: Channel): void {
    this.#open = channel;
  }

  ended(): void {
    this.#isGone = true;
  }
}
