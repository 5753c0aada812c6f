import { allows, type Role } from "@interline/protocol";
import type { Visitor } from "./access.ts";
import { type Gatekeeper, isRefusal, type Refusal, type Rights } from "./gatekeeper.ts";

/** What a client may do on one channel: nothing until it was asked for. */
export class ChannelRights {
  readonly #gatekeeper: Gatekeeper;
  readonly #visitor: Visitor;
  readonly #document: string;
  readonly #person: string;
  /** Undefined while they are being asked for the first time. */
  #rights: Rights | undefined;
  #mayWrite = false;
  #isUnlimited = true;
  /** True if rights have changed since it was asked for. */
  #mustAskAgain = false;

  /** `person`: by which id others know the visitor. */
  constructor(gatekeeper: Gatekeeper, visitor: Visitor, document: string, person: string) {
    this.#gatekeeper = gatekeeper;
    this.#visitor = visitor;
    this.#document = document;
    this.#person = person;
    this.#mayWrite = gatekeeper.isOpen;
  }

  /** Undefined where nobody is asked, and nothing is told: everybody may do everything. */
  get told(): Exclude<Role, "none"> | undefined {
    const { role = "none" } = this.#rights ?? {};
    return this.#gatekeeper.isOpen || role === "none" ? undefined : role;
  }

  /** True for who came without a token, and may write since the channel was opened. */
  get isUnlimited(): boolean {
    return this.#isUnlimited;
  }

  get mayWrite(): boolean {
    return this.#mayWrite;
  }

  /** Asks before the channel is opened; the refusal, if it may not be. Never rejects. */
  async ask(): Promise<Refusal | undefined> {
    let answer: Rights | Refusal;
    do {
      this.#mustAskAgain = false;
      answer = await this.#gatekeeper.rightsOf(this.#visitor, this.#document, this.#person);
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
    const before = this.#rights;
    this.#mustAskAgain = before === undefined;
    if (before === undefined || this.#gatekeeper.isStill(before, this.#document)) return "same";
    const answer = await this.#gatekeeper.rightsLately(this.#visitor, this.#document, this.#person);
    if (isRefusal(answer) && answer.code === "ERR_ACCESS_UNAVAILABLE") return "same";
    const refusal = refusalOf(answer);
    if (refusal !== undefined || isRefusal(answer)) return refusal ?? "same";
    // Nobody removes an owner.
    if (answer.removals > before.removals && answer.role !== "own") return REMOVED;
    this.#set(answer);
    return answer.role === before.role ? "same" : "changed";
  }

  #set(rights: Rights): void {
    this.#rights = rights;
    this.#mayWrite = allows(rights.role, "write");
    this.#isUnlimited &&= rights.isGeneral && this.#mayWrite;
  }
}

const REMOVED: Refusal = {
  code: "ERR_REMOVED",
  message: "the owner of this document has removed this person",
};

function refusalOf(answer: Rights | Refusal): Refusal | undefined {
  if (isRefusal(answer)) return answer;
  if (answer.role !== "none") return undefined;
  return { code: "ERR_FORBIDDEN", message: "this document may not be read" };
}
