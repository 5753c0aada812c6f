import { pathOf } from "./addresses.ts";
import type { Keys } from "./device-keys.ts";

/** Answers after which no later try gives the owner link: somebody else owns the document, or it was revoked. */
const FINAL: ReadonlySet<string> = new Set(["ERR_DOCUMENT_OWNED", "ERR_LINK_REVOKED"]);

interface OwnershipOptions {
  /** Address of the site, with a slash at its end. */
  readonly site: string;
  readonly document: string;
  readonly keys: Keys;
  readonly fetch: typeof fetch;
}

/**
 * Whether this device owns a document: the owner link that it keeps, or the secret that the document was started
 * with, which the server gives the link for.
 */
export class Ownership {
  readonly #options: OwnershipOptions;
  #token: string | undefined;
  #isClaiming = false;
  /** False once there is nothing to claim while the page is open. */
  #isClaimable = true;

  constructor(options: OwnershipOptions) {
    this.#options = options;
  }

  /** Address of the document with the owner link's token, once it is known. */
  get link(): string | undefined {
    const { site, document } = this.#options;
    if (this.#token === undefined) return undefined;
    return new URL(`${pathOf(document, new URL(site).pathname)}#token=${this.#token}`, site).href;
  }

  /** The token of the owner link; undefined: this device has none. Never rejects. */
  async token(): Promise<string | undefined> {
    const { keys, document } = this.#options;
    this.#token ??= await keys.get(`owner:${document}`);
    return this.#token;
  }

  /** Keeps what shows that this device started the document. */
  async started(secret: string): Promise<void> {
    await this.#options.keys.set(`start:${this.#options.document}`, secret);
  }

  /** Keeps a link that somebody came with. True if it is kept. */
  async keep(token: string): Promise<boolean> {
    const { keys, document } = this.#options;
    this.#token = token;
    return keys.set(`owner:${document}`, token);
  }

  /** Forgets the owner link: it is good no more. */
  async forget(): Promise<void> {
    const { keys, document } = this.#options;
    this.#token = undefined;
    await keys.delete(`owner:${document}`);
  }

  /** Asks for the owner link, if this device has started the document. True if it has come. Never rejects. */
  async claim(): Promise<boolean> {
    if (this.#isClaiming || !this.#isClaimable) return false;
    this.#isClaiming = true;
    try {
      return await this.#claim();
    } catch {
      // No network: it is asked for again.
      return false;
    } finally {
      this.#isClaiming = false;
    }
  }

  async #claim(): Promise<boolean> {
    const { keys, document, site, fetch } = this.#options;
    const secret = await keys.get(`start:${document}`);
    this.#isClaimable = secret !== undefined && (await this.token()) === undefined;
    if (!this.#isClaimable) return false;
    const answer = await fetch(new URL(`api/v1/documents/${document}/owner`, site), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ secret }),
      credentials: "omit",
    });
    const { ownerLink, code } = (await answer.json()) as { ownerLink?: { token?: unknown }; code?: unknown };
    const token = ownerLink?.token;
    this.#isClaimable = answer.status >= 500 || answer.status === 429;
    const isTaken = typeof code === "string" && FINAL.has(code);
    if (isTaken) await keys.delete(`start:${document}`);
    if (typeof token !== "string" || !(await this.keep(token))) return false;
    await keys.delete(`start:${document}`);
    return true;
  }
}
