import { CarrierHeader } from "@interline/protocol";
import type { Environment, Timer, WebSocketLike } from "../environment.ts";
import { EventParser, type StreamedEvent } from "./event-parser.ts";

/** How events come: in one answer that stays open, or in one poll after another. */
export type EventMode = "stream" | "poll";

/**
 * A stream that says nothing for so long, in ms, is kept back by something on the way. Its first words do not count: nginx lets
 * those through that come with the head of the answer.
 */
const STREAM_PATIENCE_MS = 4_000;
/**
 * A request that is refused is sent again for so long, in ms, then the connection is given up: what is away for a moment is mended
 * unnoticed, but nobody is to believe for longer than that in a server that has gone.
 */
const GIVE_UP_MS = 1_000;
/** An answer that has not begun by then, in ms, is not waited for. */
const ANSWER_MS = 5_000;
const FIRST_RETRY_MS = 100;
/** Messages that go out together, in UTF-16 code units, beyond the first. */
const MAX_BODY_UNITS = 131_072;
/** Closed without a word, as a WebSocket's code says it. */
const ABNORMAL = 1006;

/** No connection has this id any more, or what was missed is not kept. */
class GoneError extends Error {}

/**
 * What a WebSocket does, over plain requests (see `EventGateway` of the server): messages leave in numbered `POST`s, one at a time, and
 * are sent again until they are answered; the server's come as numbered events, and an answer that breaks off is asked for again
 * from where it was. So a request that is lost costs time, and nothing else.
 */
export class EventSocket implements WebSocketLike {
  binaryType = "arraybuffer";
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly #url: string;
  readonly #mode: EventMode;
  readonly #fetch: typeof globalThis.fetch;
  readonly #environment: Pick<Environment, "monotonicNow" | "setTimeout" | "clearTimeout">;
  /** Those that are under way. */
  readonly #requests = new Set<AbortController>();
  #connection: string | undefined;
  #isOpen = false;
  #isClosed = false;
  /** Messages that were not taken yet. `#first` is the number of the first of them. */
  #outbox: string[] = [];
  #first = 1;
  #isPosting = false;
  #lastEvent = 0;
  /** How long a poll may wait for events, in ms. */
  #pollMs = 0;
  #patience: Timer;

  /** `url`: `http:` or `https:`. */
  constructor(
    url: string,
    mode: EventMode,
    fetch: typeof globalThis.fetch,
    environment: Pick<Environment, "monotonicNow" | "setTimeout" | "clearTimeout">,
  ) {
    this.#url = url;
    this.#mode = mode;
    this.#fetch = fetch;
    this.#environment = environment;
    void this.#run();
  }

  send(frame: string): void {
    if (this.#isClosed) return;
    this.#outbox.push(frame);
    void this.#post();
  }

  close(code = 1000, reason = ""): void {
    if (this.#connection !== undefined && !this.#isClosed) {
      const headers = { [CarrierHeader.Connection]: this.#connection };
      this.#fetch(this.#url, { method: "DELETE", headers, keepalive: true }).catch(() => {});
    }
    this.#end(code, reason);
  }

  async #run(): Promise<void> {
    try {
      await this.#request({ method: "POST" }, (response) => this.#connect(response));
      while (!this.#isClosed) await this.#insist(() => this.#read());
    } catch {
      this.#end(ABNORMAL, "");
    }
  }

  async #connect(response: Response): Promise<void> {
    if (!response.ok) {
      // Where the server itself takes no pages of this address, trying again is of no use. Any other refusal may pass.
      const code = /ERR_\w+_FORBIDDEN/.exec(await response.text());
      if (code) this.onmessage?.({ data: `["error","${code[0]}",""]` });
      const isBusy = response.status === 429;
      return this.#end(code ? 4401 : isBusy ? 4429 : ABNORMAL, "");
    }
    const { connection, heartbeatMs } = (await response.json()) as {
      connection: string;
      heartbeatMs: number;
    };
    this.#connection = connection;
    if (this.#mode === "poll") {
      this.#pollMs = heartbeatMs;
      return this.#opened();
    }
    const giveUp = (): void => this.#end(ABNORMAL, "kept back");
    this.#patience = this.#environment.setTimeout(giveUp, STREAM_PATIENCE_MS);
  }

  /** Reads one answer to its end. */
  #read(): Promise<void> {
    const headers = { ...this.#headers(), accept: "text/event-stream", [CarrierHeader.Mode]: this.#mode };
    return this.#request({ method: "GET", headers }, (response) => this.#readEvents(response), this.#pollMs);
  }

  async #readEvents(response: Response): Promise<void> {
    if (response.status === 404 || response.status === 410) throw new GoneError();
    if (!response.ok || response.body === null) throw new Error(`answered with ${response.status}`);
    const parser = new EventParser((event) => this.#take(event));
    const reader = response.body.getReader();
    const utf8 = new TextDecoder();
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        parser.feed(utf8.decode(part.value, { stream: true }));
      }
    } catch {
      // It broke off, and the next goes on from there: no failure, which would make the wait longer each time.
      await this.#pause(FIRST_RETRY_MS);
    }
  }

  #take({ id, event, data }: StreamedEvent): void {
    if (this.#isClosed) return;
    if (data === undefined) return this.#beat();
    this.#environment.clearTimeout(this.#patience);
    if (event === "close") {
      const [code, reason] = JSON.parse(data) as [number, string];
      return this.#end(code, reason);
    }
    // An event that was written twice, since an answer broke off behind it.
    if (Number(id) <= this.#lastEvent) return;
    this.#lastEvent = Number(id);
    this.onmessage?.({ data });
  }

  /** The server shows that it is there, and is shown the same, with how far its events have come. */
  #beat(): void {
    if (!this.#isOpen) return this.#opened();
    this.#environment.clearTimeout(this.#patience);
    void this.#post(true);
  }

  #opened(): void {
    if (this.#isClosed || this.#isOpen) return;
    this.#isOpen = true;
    this.onopen?.(undefined as never);
  }

  /** Sends what waits, until nothing does. `isSign`: also if nothing does, once. */
  async #post(isSign = false): Promise<void> {
    if (this.#isPosting || this.#connection === undefined) return;
    this.#isPosting = true;
    try {
      let isDue = isSign;
      while (!this.#isClosed && (isDue || this.#outbox.length > 0)) {
        isDue = false;
        const lines = this.#nextLines();
        await this.#insist(() => this.#postLines(lines));
        this.#outbox.splice(0, lines.length);
        this.#first += lines.length;
      }
    } catch {
      this.#end(ABNORMAL, "");
    }
    this.#isPosting = false;
  }

  #nextLines(): readonly string[] {
    let units = 0;
    const end = this.#outbox.findIndex((line, index) => {
      units += line.length;
      return index > 0 && units > MAX_BODY_UNITS;
    });
    return this.#outbox.slice(0, end < 0 ? this.#outbox.length : end);
  }

  #postLines(lines: readonly string[]): Promise<void> {
    const headers = {
      ...this.#headers(),
      "content-type": "text/plain;charset=utf-8",
      ...(lines.length > 0 && { [CarrierHeader.Message]: String(this.#first) }),
    };
    const body = lines.join("\n");
    return this.#request({ method: "POST", headers, body }, (response) => this.#posted(response));
  }

  async #posted(response: Response): Promise<void> {
    if (response.status === 413) return this.#end(1009, "message too large");
    if (response.status < 500 && !response.ok) throw new GoneError();
    if (!response.ok) throw new Error(`answered with ${response.status}`);
    // Read to its end, or it is not known to have come.
    await response.text();
  }

  /** A request whose answer must begin in time: the network under it may be gone without a word. */
  async #request(
    request: RequestInit,
    use: (response: Response) => Promise<void>,
    moreMs = 0,
  ): Promise<void> {
    const controller = new AbortController();
    const timer = this.#environment.setTimeout(() => controller.abort(), ANSWER_MS + moreMs);
    this.#requests.add(controller);
    try {
      const response = await this.#fetch(this.#url, { ...request, signal: controller.signal });
      this.#environment.clearTimeout(timer);
      await use(response);
    } finally {
      this.#environment.clearTimeout(timer);
      this.#requests.delete(controller);
    }
  }

  #headers(): Record<string, string> {
    return {
      [CarrierHeader.Connection]: this.#connection ?? "",
      [CarrierHeader.LastEvent]: String(this.#lastEvent),
    };
  }

  /**
   * Does something until it works, waiting longer each time. Rejects when that is of no use, or was refused for too long; where nobody
   * answers it goes on, until it is closed.
   */
  async #insist(attempt: () => Promise<void>): Promise<void> {
    const { monotonicNow: now } = this.#environment;
    let giveUpAt: number | undefined;
    for (let delay = FIRST_RETRY_MS; ; delay *= 2) {
      const startedAt = now();
      try {
        return await attempt();
      } catch (error) {
        if (this.#isClosed) return;
        if (error instanceof GoneError) throw error;
        // What lasted for a while, as a poll does, was not refused: that it broke off is news.
        if (giveUpAt === undefined || now() - startedAt > GIVE_UP_MS) {
          giveUpAt = now() + GIVE_UP_MS;
          delay = FIRST_RETRY_MS;
        } else if (now() >= giveUpAt) throw error;
      }
      await this.#pause(delay);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#environment.setTimeout(resolve, ms);
    });
  }

  #end(code: number, reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#environment.clearTimeout(this.#patience);
    for (const request of this.#requests) request.abort();
    this.onclose?.({ code, reason });
  }
}
