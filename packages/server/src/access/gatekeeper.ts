import type { ErrorCode, Role } from "@interline/protocol";
import type { Logger } from "../logger.ts";
import {
  type Access,
  AccessError,
  type Credentials,
  EVERY_DOCUMENT,
  GENERAL_ACCESS,
  type Visitor,
} from "./access.ts";
import type { LoginMeter } from "./login-meter.ts";
import { roleWithin, type Shared, type Sharing } from "./sharing.ts";

/** Why somebody is not let in, as they are told. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  /** How long to wait before it is worth another try, in ms. */
  readonly waitMs?: number | undefined;
}

/** What somebody may do with a document, or with all. */
export interface Rights {
  readonly role: Role;
  /** True: what everybody has who comes without a token. */
  readonly isGeneral: boolean;
  /** How often they were removed from the document. */
  readonly removals: number;
  /** What the document's owners have decided, which this follows from. Undefined: nothing is asked. */
  readonly shared: Shared | undefined;
}

const EVERYTHING: Rights = { role: "own", isGeneral: false, removals: 0, shared: undefined };

/** Asks the hooks of an application and the owners of a document, and turns whatever they do into an answer. Never rejects. */
export class Gatekeeper {
  readonly #access: Access | undefined;
  readonly #logger: Logger;
  readonly #sharing: Sharing;
  readonly #logins: LoginMeter | undefined;

  /** Without `access` everybody may do everything. */
  constructor(access: Access | undefined, sharing: Sharing, logger: Logger, logins?: LoginMeter) {
    this.#access = access;
    this.#sharing = sharing;
    this.#logger = logger;
    this.#logins = logins;
  }

  /** True if nobody is asked who they are. */
  get isOpen(): boolean {
    return this.#access === undefined;
  }

  /** True if people without a token come in. */
  get hasGuests(): boolean {
    return this.#access === undefined || this.#access.hasGuests === true;
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

  /** What a visitor may do with a document, as the store has it. `person`: by which id others know them. */
  rightsOf(visitor: Visitor, document: string, person: string): Promise<Rights | Refusal> {
    return this.#rightsOf(visitor, document, person, () => this.#sharing.read(document));
  }

  /** The same for somebody who was asked about before, as it was read or heard of lately. */
  rightsLately(visitor: Visitor, document: string, person: string): Promise<Rights | Refusal> {
    return this.#rightsOf(visitor, document, person, () => this.#sharing.lately(document));
  }

  /** True if asking again would find nothing new: the rights follow from nothing but what the document's owners have decided. */
  isStill({ isGeneral, shared }: Rights, document: string): boolean {
    return isGeneral && shared !== undefined && this.#sharing.at(document) === shared;
  }

  async #rightsOf(
    visitor: Visitor,
    document: string,
    person: string,
    read: () => Promise<Shared>,
  ): Promise<Rights | Refusal> {
    if (this.#access === undefined) return EVERYTHING;
    try {
      const given = await this.#access.authorize(visitor, document);
      const isGeneral = given === GENERAL_ACCESS;
      if (document === EVERY_DOCUMENT) {
        return { ...EVERYTHING, isGeneral, role: isGeneral ? "write" : given };
      }
      const shared = await read();
      const role = roleWithin(isGeneral ? shared.general : given, shared, person);
      if (role === undefined) return BLOCKED;
      return { role, isGeneral, removals: shared.people.get(person)?.removals ?? 0, shared };
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

const BLOCKED: Refusal = {
  code: "ERR_BLOCKED",
  message: "the owner of this document does not let this person in",
};

/** True for an answer that is a refusal. */
export function isRefusal(answer: Visitor | Rights | Refusal): answer is Refusal {
  return "code" in answer;
}
