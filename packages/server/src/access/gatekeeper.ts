import { ProtocolErrorCode, type Role } from "@interline/protocol";
import type { Logger } from "../logger.ts";
import { type Access, AccessError, type Credentials, type Visitor } from "./access.ts";

/** Why somebody is not let in, as they are told. */
export interface Refusal {
  readonly code: ProtocolErrorCode;
  readonly message: string;
}

/** Asks the hooks of an application, and turns whatever they do into an answer. Never rejects. */
export class Gatekeeper {
  readonly #access: Access | undefined;
  readonly #logger: Logger;

  /** Without `access` everybody may do everything. */
  constructor(access: Access | undefined, logger: Logger) {
    this.#access = access;
    this.#logger = logger;
  }

  /** True if nobody is asked who they are. */
  get isOpen(): boolean {
    return this.#access === undefined;
  }

  async admit(credentials: Credentials): Promise<Visitor | Refusal> {
    try {
      return (await this.#access?.authenticate(credentials)) ?? { id: undefined };
    } catch (error) {
      return this.#refusal(error);
    }
  }

  /** What a visitor may do with a document. */
  async roleOf(visitor: Visitor, document: string): Promise<Role | Refusal> {
    try {
      return (await this.#access?.authorize(visitor, document)) ?? "own";
    } catch (error) {
      return this.#refusal(error);
    }
  }

  #refusal(error: unknown): Refusal {
    if (error instanceof AccessError) return { code: error.code, message: error.message };
    this.#logger.error({ event: "access-failed", error }, "rights could not be found out");
    const message = "whether this is allowed cannot be found out now";
    return { code: ProtocolErrorCode.AccessUnavailable, message };
  }
}

/** True for an answer that is a refusal. */
export function isRefusal(answer: Visitor | Role | Refusal): answer is Refusal {
  return typeof answer === "object" && "code" in answer;
}
