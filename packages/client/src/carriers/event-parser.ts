/** What stands between two empty lines of an event stream. A comment has no data. */
export interface StreamedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string | undefined;
}

/**
 * Reads an event stream (HTML standard, section 9.2.6) as our server writes it: lines end with a line feed, and an event has one line of
 * data at most. In whatever pieces it comes, each event is told once, when all of it is there.
 */
export class EventParser {
  readonly #onEvent: (event: StreamedEvent) => void;
  #rest = "";

  constructor(onEvent: (event: StreamedEvent) => void) {
    this.#onEvent = onEvent;
  }

  feed(text: string): void {
    const blocks = (this.#rest + text).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map<string, string>();
      for (const line of block.split("\n")) {
        const colon = line.indexOf(": ");
        fields.set(line.slice(0, colon), line.slice(colon + 2));
      }
      this.#onEvent({
        id: fields.get("id") ?? "",
        event: fields.get("event") ?? "",
        data: fields.get("data"),
      });
    }
  }
}
