import type { ErrorCode, Role } from "@interline/protocol";
import type { Logger } from "../logger.ts";
import { type Access, AccessError, type Credentials, type Visitor } from "./access.ts";
import type { LoginMeter } from "./login-meter.ts";

/** Why somebody is not let in, as they are told. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  /** How long to wait before it is worth another try, in ms. */
  readonly waitMs?: number | undefined;
}

/** Asks the hooks of an application, and turns whatever they do into an answer. Never rejects. */
export class Gatekeeper {
  readonly #access: Access | undefined;
  readonly #logger: Logger;
  readonly #logins: LoginMeter | undefined;

  /** Without `access` everybody may do everything. */
  constructor(access: Access | undefined, logger: Logger, logins?: LoginMeter) {
    this.#access = access;
    this.#logger = logger;
    this.#logins = logins;
  }

  /** True if nobody is asked who they are. */
  get isOpen(): boolean {
    return this.#access === undefined;
  }

  /** `address`: where failed logins are counted by. Undefined: they are not counted. */
  async admit(credentials: Credentials, address?: string): Promise<Visitor | Refusal> {
    const { token } = credentials;
    if (this.isOpen || token === undefined || address === undefined || this.#logins === undefined) {
      return this.#authenticate(credentials);
    }
    const end = this.#logins.begin(address, token);
    if (typeof end === "number") {
      const message = "too many logins from this address have failed";
      return { code: "ERR_TOO_MANY_LOGINS", message, waitMs: end };
    }
    const answer = await this.#authenticate(credentials);
    end(isRefusal(answer) ? answer.code : undefined);
    return answer;
  }

  async #authenticate(credentials: Credentials): Promise<Visitor | Refusal> {
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
    return { code: "ERR_ACCESS_UNAVAILABLE", message };
  }
}

/** True for an answer that is a refusal. */
export function isRefusal(answer: Visitor | Role | Refusal): answer is Refusal {
  return typeof answer === "object" && "code" in answer;
}
