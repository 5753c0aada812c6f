import { allows, type Role } from "@interline/protocol";
import type { Visitor } from "./access.ts";
import { type Gatekeeper, isRefusal, type Refusal } from "./gatekeeper.ts";

/** What a client may do on one channel: nothing until it was asked for. */
export class ChannelRights {
  readonly #gatekeeper: Gatekeeper;
  readonly #visitor: Visitor;
  readonly #document: string;
  /** Undefined while it is being asked for the first time. */
  #role: Role | undefined;
  #mayWrite = false;
  /** True if rights have changed since it was asked for. */
  #mustAskAgain = false;

  constructor(gatekeeper: Gatekeeper, visitor: Visitor, document: string) {
    this.#gatekeeper = gatekeeper;
    this.#visitor = visitor;
    this.#document = document;
    if (gatekeeper.isOpen) this.#set("own");
  }

  /** Undefined where nobody is asked, and nothing is told: everybody may do everything. */
  get told(): Exclude<Role, "none"> | undefined {
    return this.#gatekeeper.isOpen || this.#role === "none" ? undefined : this.#role;
  }

  get mayWrite(): boolean {
    return this.#mayWrite;
  }

  /** Asks before the channel is opened; the refusal, if it may not be. Never rejects. */
  async ask(): Promise<Refusal | undefined> {
    let answer: Role | Refusal;
    do {
      this.#mustAskAgain = false;
      answer = await this.#gatekeeper.roleOf(this.#visitor, this.#document);
    } while (this.#mustAskAgain);
    const refusal = refusalOf(answer);
    if (!isRefusal(answer)) this.#set(answer);
    return refusal;
  }

  /**
   * Asks again. What is new: a refusal that ends the channel, or `changed`. While it cannot be found out, rights stay as they are. Never
   * rejects.
   */
  async askAgain(): Promise<Refusal | "changed" | "same"> {
    this.#mustAskAgain = this.#role === undefined;
    if (this.#mustAskAgain) return "same";
    const answer = await this.#gatekeeper.roleOf(this.#visitor, this.#document);
    if (isRefusal(answer) && answer.code === "ERR_ACCESS_UNAVAILABLE") return "same";
    const refusal = refusalOf(answer);
    if (refusal !== undefined || isRefusal(answer)) return refusal ?? "same";
    if (answer === this.#role) return "same";
    this.#set(answer);
    return "changed";
  }

  #set(role: Role): void {
    this.#role = role;
    this.#mayWrite = allows(role, "write");
  }
}

function refusalOf(answer: Role | Refusal): Refusal | undefined {
  if (isRefusal(answer)) return answer;
  if (answer !== "none") return undefined;
  return { code: "ERR_FORBIDDEN", message: "this document may not be read" };
}
