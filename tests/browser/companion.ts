import { openDocument, type SharedDocument } from "@interline/client";
import { nodeEnvironment } from "../support/node-environment.ts";
import type { ServerProcess } from "../support/server-process.ts";
import { waitFor } from "../support/wait-for.ts";

/** Somebody else in a document, without a browser: they write and move their caret as a test says. Positions in code points. */
export class Companion implements AsyncDisposable {
  readonly session: SharedDocument;

  private constructor(session: SharedDocument) {
    this.session = session;
  }

  /** Joins the document of an address, and returns when its text is known. */
  static async join(
    server: Pick<ServerProcess, "syncUrl">,
    document: string,
    name: string,
    color = 6,
  ): Promise<Companion> {
    const session = openDocument({
      url: server.syncUrl,
      document,
      user: { id: `c${Companion.#count++}-${document}`, name, color },
      environment: nodeEnvironment(),
      store: null,
    });
    await waitFor(`${name} to join`, () => session.isReady);
    return new Companion(session);
  }

  static #count = 0;

  /** Id by which others know them. */
  get id(): string {
    return this.session.self ?? "";
  }

  /** Resolves when they have this text. */
  async sees(text: string): Promise<void> {
    await waitFor(
      `the text ${JSON.stringify(text.slice(0, 60))}`,
      () => this.session.text.toString() === text,
    );
  }

  /** Puts their caret at the start of a line, counted from 1. */
  goToLine(line: number): this {
    const before = this.session.text
      .toString()
      .split("\n")
      .slice(0, line - 1);
    const head = Array.from(before.join("\n")).length + (before.length > 0 ? 1 : 0);
    this.session.select({ anchor: head, head });
    return this;
  }

  /** Types at a place: the caret goes behind what is typed. */
  type(position: number, text: string): this {
    this.session.insert(position, text);
    const head = position + Array.from(text).length;
    this.session.select({ anchor: head, head });
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.flush();
    this.session.close();
  }
}
