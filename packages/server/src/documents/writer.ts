import { isNoop, type Operation } from "@interline/ot";
import { decodeServerMessage, type ServerMessage, type User } from "@interline/protocol";
import type { SubmitTerms } from "../authority.ts";
import type { DocumentHost } from "../document-host.ts";
import { ServerError } from "../errors.ts";
import type { Frame } from "../frame.ts";
import type { Channel, ChannelOwner, LiveDocument } from "../live-document.ts";
import { numbersFor } from "./parts.ts";

/** What became of a change. */
export interface Written {
  /** Version that it made; where nothing had to be changed, the version that was there. */
  readonly version: number;
  /**
   * True if the document's text is what was asked for: nothing came between, and no line end was made
   * another.
   */
  readonly isExact: boolean;
}

/**
 * Makes an operation for a document as it is at the moment of asking, in one turn of the event loop.
 * `isStrict`: it is for this version only, and not to be moved over what others do meanwhile.
 */
type Change = (document: LiveDocument) => {
  readonly version: number;
  readonly operation: Operation;
  readonly isStrict?: boolean;
};

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
  #seq = 0;
  /** Ends when everything asked so far is written. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(host: DocumentHost, name: string, session: string) {
    this.#host = host;
    this.#name = name;
    this.#session = session;
  }

  /**
   * Resolves when the change is durable, all of it; when it rejects, nothing of it is, unless the store is
   * out of reach. `prepare` may take its time: it makes the change for a document as it is then.
   * @throws ServerError with the code of a refusal, `ERR_VERSION_MISMATCH` if others were before a strict change, `ERR_STORE_UNAVAILABLE` if it
   * cannot be written now, or what `prepare` or the change throws.
   */
  write(author: User, prepare: Prepare): Promise<Written> {
    const written = this.#turn.then(() => this.#write(author, prepare));
    this.#turn = written.catch(() => undefined);
    return written;
  }

  async #write(author: User, prepare: Prepare): Promise<Written> {
    const lastSeq = this.#seq;
    let strictAt: number | undefined;
    const fate = await this.#through(author, async (document, line) => {
      await this.#open(document, line, { lastSeq, inFlight: false });
      const change = await prepare(document);
      const { version, operation, isStrict = false } = change(document);
      if (isNoop(operation)) return { version, isExact: true };
      if (isStrict) strictAt = version;
      return this.#send(line, version, operation, isStrict);
    });
    return fate ?? this.#lookUp(author, strictAt);
  }

  /** Undefined: the channel ended before it was known what became of it. */
  async #send(
    line: Line,
    version: number,
    operation: Operation,
    isStrict: boolean,
  ): Promise<Written | undefined> {
    const numbers = numbersFor(operation);
    const before = this.#seq;
    this.#seq += numbers;
    const seq = this.#seq;
    const submission = { seq, version, length: operation.baseLength, settled: seq, selection: undefined };
    const terms = { numbers, isStrict };
    line.submit({ type: "submit", channel: 0, ...submission, operation: { ok: true, operation } }, terms);
    /** Version that its first entry made. */
    let first: number | undefined;
    for (;;) {
      const answer = await line.answer();
      if (answer.type === "refused") throw new ServerError(answer.code, "the operation was refused");
      if (answer.type !== "ack") return undefined;
      if (answer.seq <= before) continue;
      first ??= answer.version;
      if (answer.seq === seq) return { version: answer.version, isExact: first === version + 1 };
    }
  }

  /**
   * Whether the last operation is in the log shows when its session is opened again: all of it, or nothing.
   * `strictAt`: the version that it had to follow.
   */
  async #lookUp(author: User, strictAt: number | undefined): Promise<Written> {
    const { lastSeq, lastVersion, version } = await this.#through(author, async (document, line) => ({
      ...(await this.#open(document, line, { lastSeq: this.#seq, inFlight: true })),
      version: document.head.version,
    }));
    if (lastSeq >= this.#seq) return { version: lastVersion, isExact: false };
    if (strictAt !== undefined && strictAt !== version) throw mismatch(version, strictAt);
    throw new ServerError("ERR_STORE_UNAVAILABLE", "the document cannot be written now");
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
    const code = answer.type === "error" ? answer.code : "ERR_STORE_UNAVAILABLE";
    throw new ServerError(code, "the document cannot be opened now");
  }
}

/** Others were before what was to follow this version only. */
export function mismatch(version: number, wanted: number): ServerError {
  const message = `the document is at version ${version}, not ${wanted}`;
  return new ServerError("ERR_VERSION_MISMATCH", message);
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

  submit(message: Parameters<Channel["submit"]>[0], terms: SubmitTerms): void {
    this.#open?.submit(message, terms);
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
