import { decodeJwt, SignJWT } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import type { Visitor } from "../../src/access/access.ts";
import { LINK_TYPE, ShareLinks } from "../../src/access/share-links.ts";
import { tokenAccess } from "../../src/access/token-access.ts";
import { MemoryCatalogue } from "../../src/catalogue/memory-catalogue.ts";

const SECRET = "a secret of at least thirty-two bytes";
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

let catalogue: MemoryCatalogue;
let links: ShareLinks;
let access: ReturnType<typeof tokenAccess>;
/** The owner link of the document "mine", as its id and its token. */
let id: string;
let token: string;

beforeEach(async () => {
  catalogue = new MemoryCatalogue();
  links = new ShareLinks(catalogue);
  access = tokenAccess({ secret: SECRET, hasGuests: true, catalogue, links });
  const made = await links.ownerLink("mine", "guest_x", 1);
  if (made === undefined) throw new Error("somebody else has it");
  ({ token } = made);
  ({ id } = made.link);
});

/** What a token gives with a document, or why it does not. */
async function given(shown: string | undefined, document = "mine"): Promise<unknown> {
  try {
    const visitor: Visitor = await access.authenticate({ token: shown });
    return await access.authorize(visitor, document);
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

/** A link's token with other claims, signed with a key, by default the server's own. */
async function signed(claims: object, key?: Uint8Array, header: object = {}): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: "HS256", typ: LINK_TYPE, ...header })
    .setJti(id)
    .sign(key ?? (await catalogue.secret("links")));
}

describe("an owner link", () => {
  test("makes its holder the owner of one document, and nothing elsewhere", async () => {
    expect(await given(token)).toBe("own");
    expect(await given(token, "other")).toBe("general");
    expect(await given(token, "*")).toBe("general");
    expect(await given(undefined)).toBe("general");
  });

  test("is made once, by whoever is first, also of those who ask at a time", async () => {
    const made = await Promise.all([1, 2, 3].map((time) => links.ownerLink("race", "guest_x", time)));
    expect(new Set(made.map((one) => one?.token)).size).toBe(1);
    expect(await links.list("race")).toHaveLength(1);
    await catalogue.take("taken", "ann");
    expect(await links.ownerLink("taken", "guest_x", 1)).toBeUndefined();
    expect(await links.list("taken")).toEqual([]);
  });

  test("that was revoked is dead, with those that came from it, and is not made again", async () => {
    const child = await links.create({ document: "mine", role: "own", parent: id, createdBy: "x", time: 2 });
    expect(await given(child.token)).toBe("own");
    await links.revoke("mine", id, 3);
    expect(await given(token)).toBe("ERR_LINK_REVOKED");
    expect(await given(child.token)).toBe("ERR_LINK_REVOKED");
    await expect(links.ownerLink("mine", "guest_x", 4)).rejects.toMatchObject({ code: "ERR_LINK_REVOKED" });
    expect(await given(token)).toBe("ERR_LINK_REVOKED");
  });

  test("of another server is none here", async () => {
    const other = new ShareLinks(new MemoryCatalogue());
    expect(await given((await other.ownerLink("mine", "guest_x", 1))?.token)).toBe("ERR_TOKEN_INVALID");
  });

  const own = { document: "mine", role: "own" };
  const [header, claims] = [{ alg: "HS256", typ: LINK_TYPE }, own];
  test.each<[string, () => string | Promise<string>, unknown]>([
    ["signed with another key", () => signed(own, new Uint8Array(32)), "ERR_TOKEN_INVALID"],
    ["signed with the login's secret", () => signed(own, Buffer.from(SECRET)), "ERR_TOKEN_INVALID"],
    ["with an empty key", () => signed(own, new Uint8Array(1)), "ERR_TOKEN_INVALID"],
    [
      "of no signature",
      () => `${encode({ ...header, alg: "none" })}.${encode(claims)}.`,
      "ERR_TOKEN_INVALID",
    ],
    [
      "of no signature, spelt otherwise",
      () => `${encode({ ...header, alg: "nOnE" })}.${encode(claims)}.`,
      "ERR_TOKEN_INVALID",
    ],
    [
      "of another hash",
      async () =>
        new SignJWT(own)
          .setProtectedHeader({ alg: "HS512", typ: LINK_TYPE })
          .setJti(id)
          .sign(new Uint8Array(64)),
      "ERR_TOKEN_INVALID",
    ],
    [
      "that says it is for a public key",
      () => `${encode({ ...header, alg: "RS256" })}.${token.split(".").slice(1).join(".")}`,
      "ERR_TOKEN_INVALID",
    ],
    [
      "with its own key in its head",
      async () => signed(own, new Uint8Array(32), { jwk: { kty: "oct", k: "A".repeat(43) } }),
      "ERR_TOKEN_INVALID",
    ],
    ["with another role than was signed", () => swapped({ role: "write" }), "ERR_TOKEN_INVALID"],
    ["for another document than was signed", () => swapped({ document: "yours" }), "ERR_TOKEN_INVALID"],
    ["with another time than was signed", () => swapped({ exp: 99_999_999_999 }), "ERR_TOKEN_INVALID"],
    ["with its end cut off", () => token.slice(0, -2), "ERR_TOKEN_INVALID"],
    ["with its signature cut off", () => token.slice(0, token.lastIndexOf(".") + 1), "ERR_TOKEN_INVALID"],
    ["with its middle cut out", () => token.replace(/\.[^.]*\./, ".."), "ERR_TOKEN_INVALID"],
    ["with something behind it", () => `${token}.x`, "ERR_TOKEN_INVALID"],
    ["that is over", () => signed({ ...own, exp: 1 }), "ERR_TOKEN_EXPIRED"],
    [
      "as a login",
      () => signed({ ...own, sub: "ann", documents: { "*": "own" } }, Buffer.from(SECRET), { typ: "JWT" }),
      "own",
    ],
  ])("%s is judged as it should be", async (_, forge, code) => {
    expect(await given(await forge())).toBe(code);
    expect(await given(token), "the true one").toBe("own");
  });

  /** Its own signature, under claims that were changed. */
  function swapped(change: object): string {
    const [head, , signature] = token.split(".");
    return `${head}.${encode({ ...decodeJwt(token), ...change })}.${signature}`;
  }

  test.each([
    [{ document: "mine", role: "king" }],
    [{ document: "mine" }],
    [{ document: "mine", role: ["own"] }],
    [{ document: "mine", role: "none" }],
    [{ document: "no id!", role: "own" }],
    [{ role: "own" }],
  ])("that says %j is none, even if it is signed", async (said) => {
    const shown = await given(await signed(said));
    expect(shown === "ERR_TOKEN_INVALID" || shown === "own").toBe(true);
  });

  test("signed, but of a document in which it was never made, lets nobody in", async () => {
    expect(await given(await signed({ document: "yours", role: "own" }), "yours")).toBe("ERR_LINK_REVOKED");
  });
});
