import { decodeJwt, type JWTPayload, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { ShareLinks } from "../../src/access/share-links.ts";
import { tokenAccess, type TokenAccessOptions } from "../../src/access/token-access.ts";
import { userIdOf } from "../../src/access/user-ids.ts";
import { MemoryCatalogue } from "../../src/catalogue/memory-catalogue.ts";

const SECRET = "a secret of at least thirty-two bytes";
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const now = (): number => Math.floor(Date.now() / 1000);
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

function signed(payload: JWTPayload, secret: string = SECRET, alg = "HS256"): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg }).sign(bytes(secret));
}

function setUp(options: Partial<TokenAccessOptions> = {}) {
  const catalogue = new MemoryCatalogue();
  const links = new ShareLinks(catalogue);
  const access = tokenAccess({ secret: SECRET, catalogue, links, ...options });
  const roleOf = async (token: string, document: string) =>
    access.authorize(await access.authenticate({ token }), document);
  const faultOf = async (token: string | undefined): Promise<string> => {
    try {
      await access.authenticate({ token });
      return "let in";
    } catch (error) {
      return String((error as { code?: unknown }).code);
    }
  };
  return { catalogue, links, access, roleOf, faultOf };
}

describe("tokens of a login", () => {
  test("name the person, until they run out", async () => {
    const { access } = setUp();
    const exp = now() + 60;
    const token = await signed({ sub: "ann", name: "Ann", exp });
    expect(await access.authenticate({ token })).toMatchObject({
      id: "ann",
      name: "Ann",
      expiresAt: exp * 1000,
    });
  });

  test.each<[string, string | undefined | (() => string | Promise<string>), string]>([
    ["no token", undefined, "ERR_TOKEN_MISSING"],
    ["no JWT", "let-me-in", "ERR_TOKEN_INVALID"],
    ["three parts that are nothing", "a.b.c", "ERR_TOKEN_INVALID"],
    [
      "one signed with another secret",
      () => signed({ sub: "ann" }, SECRET.toUpperCase()),
      "ERR_TOKEN_INVALID",
    ],
    [
      "one of another algorithm",
      () => signed({ sub: "ann" }, SECRET.repeat(2), "HS512"),
      "ERR_TOKEN_INVALID",
    ],
    [
      "one without a signature",
      () => `${encode({ alg: "none" })}.${encode({ sub: "ann" })}.`,
      "ERR_TOKEN_INVALID",
    ],
    [
      "one whose claims were changed",
      async () => (await signed({ sub: "ann" })).replace(/\.[^.]+\./, `.${encode({ sub: "eve" })}.`),
      "ERR_TOKEN_INVALID",
    ],
    ["one that names nobody", () => signed({ name: "Ann" }), "ERR_TOKEN_INVALID"],
    ["an expired one", () => signed({ sub: "ann", exp: now() - 10 }), "ERR_TOKEN_EXPIRED"],
    ["one of tomorrow", () => signed({ sub: "ann", nbf: now() + 60 }), "ERR_TOKEN_NOT_YET_VALID"],
    ["one with a time that is none", () => signed({ sub: "ann", exp: "soon" as never }), "ERR_TOKEN_INVALID"],
    [
      "a share link of another server",
      async () => {
        const other = new ShareLinks(new MemoryCatalogue());
        const made = await other.create({ document: "d", role: "own", createdBy: "eve", time: 0 });
        return made.token;
      },
      "ERR_TOKEN_INVALID",
    ],
    [
      "a login's token that calls itself a share link",
      () =>
        new SignJWT({ document: "d", role: "own" })
          .setProtectedHeader({ alg: "HS256", typ: "interline-link+jwt" })
          .setJti("x")
          .sign(bytes(SECRET)),
      "ERR_TOKEN_INVALID",
    ],
  ])("%s is refused", async (_name, token, code) => {
    const { faultOf } = setUp();
    expect(await faultOf(typeof token === "function" ? await token() : token)).toBe(code);
  });

  test("of another issuer, or for somebody else, are refused", async () => {
    const { faultOf } = setUp({ issuer: "https://login.example", audience: "interline" });
    const good = { sub: "ann", iss: "https://login.example", aud: ["interline", "mail"] };
    expect(await faultOf(await signed(good))).toBe("let in");
    expect(await faultOf(await signed({ ...good, iss: "https://evil.example" }))).toBe("ERR_TOKEN_INVALID");
    expect(await faultOf(await signed({ ...good, aud: "mail" }))).toBe("ERR_TOKEN_INVALID");
  });

  test("say what may be done, with each document or all; what they do not say is the default", async () => {
    const { roleOf, catalogue } = setUp();
    const some = await signed({ sub: "ann", documents: { a: "own", b: "comment", "*": "read", c: "king" } });
    const asked = ["a", "b", "c", "*", "elsewhere"];
    const roles = await Promise.all(asked.map((document) => roleOf(some, document)));
    expect(roles).toEqual(["own", "comment", "none", "read", "read"]);
    expect(await roleOf(await signed({ sub: "ann", documents: {} }), "a")).toBe("none");
    expect(await roleOf(await signed({ sub: "ann" }), "a")).toBe("write");
    await catalogue.create({ id: "mine", title: "", owner: "ann", createdAt: 1, deletedAt: undefined });
    expect(await roleOf(await signed({ sub: "ann", documents: {} }), "mine")).toBe("own");
    expect(await roleOf(await signed({ sub: "bob", documents: {} }), "mine")).toBe("none");
  });

  test("name a role that not every server knows with what counts instead, and never get more", async () => {
    const { roleOf } = setUp();
    const documents = {
      a: ["suggest", "comment"],
      b: ["review", "suggest"],
      c: ["review"],
      d: 7,
      "*": "own",
    };
    const token = await signed({ sub: "ann", documents });
    const roles = await Promise.all(["a", "b", "c", "d", "e"].map((document) => roleOf(token, document)));
    expect(roles).toEqual(["suggest", "suggest", "none", "none", "own"]);
  });

  test("say of one document what goes before everything else", async () => {
    const { roleOf, catalogue } = setUp();
    const roles = { "*": "write", handbook: "read", secret: "none", mine: "comment" } as const;
    const token = await signed({ sub: "ann", documents: roles });
    await catalogue.create({ id: "mine", title: "", owner: "ann", createdAt: 1, deletedAt: undefined });
    const asked = ["handbook", "secret", "mine", "other", "*"];
    expect(await Promise.all(asked.map((document) => roleOf(token, document)))).toEqual([
      "read",
      "none",
      "comment",
      "write",
      "write",
    ]);
  });

  test("give nobody all documents at once who may not own each of them", async () => {
    const { roleOf } = setUp();
    for (const role of ["none", "read", "write"]) {
      const token = await signed({ sub: "ann", documents: { "*": "own", handbook: role } });
      expect(await roleOf(token, "*")).toBe("write");
      expect(await roleOf(token, "other")).toBe("own");
    }
    const all = await signed({ sub: "ann", documents: { "*": "own", handbook: "own" } });
    expect(await roleOf(all, "*")).toBe("own");
  });

  test("need a secret that is long enough", () => {
    expect(() => setUp({ secret: "short" })).toThrow(RangeError);
  });
});

describe("subjects of a login", () => {
  test("are ids where they can be, and nobody gets one that is made here", () => {
    expect(userIdOf("ann-1")).toBe("ann-1");
    for (const subject of ["auth0|17", "ann@example.org", "guest_x", "sub_x", "x".repeat(65)]) {
      expect(userIdOf(subject)).toMatch(/^sub_[\w-]{43}$/);
    }
  });
});

describe("share links", () => {
  const link = { document: "d", role: "comment", createdBy: "ann", time: 1 } as const;

  test("let anybody into one document with one role", async () => {
    const { links, roleOf, access } = setUp();
    const { token } = await links.create(link);
    expect(await access.authenticate({ token })).toMatchObject({ id: undefined, expiresAt: undefined });
    expect(await roleOf(token, "d")).toBe("comment");
    expect(await roleOf(token, "e")).toBe("none");
    expect(await roleOf(token, "*")).toBe("none");
  });

  test("say in their token what a server gives that does not know their role", async () => {
    const { links, roleOf } = setUp();
    const { token } = await links.create({ ...link, role: "suggest" });
    expect(decodeJwt(token)).toMatchObject({ document: "d", role: "comment", roles: ["suggest"] });
    expect(await roleOf(token, "d")).toBe("suggest");
    expect(decodeJwt((await links.create(link)).token)).not.toHaveProperty("roles");
  });

  test("end when their time is over, and when they are revoked", async () => {
    const { links, faultOf, access } = setUp();
    const old = await links.create({ ...link, expiresAt: Date.now() - 10_000 });
    expect(await faultOf(old.token)).toBe("ERR_TOKEN_EXPIRED");
    const made = await links.create({ ...link, expiresAt: Date.now() + 60_000 });
    const visitor = await access.authenticate({ token: made.token });
    expect(await links.revoke("d", made.link.id, 2)).toBe(true);
    expect(await faultOf(made.token)).toBe("ERR_LINK_REVOKED");
    await expect(access.authorize(visitor, "d")).rejects.toMatchObject({ code: "ERR_LINK_REVOKED" });
    expect(await links.list("d")).toMatchObject([{}, {}]);
  });

  test("end with the link by which their maker came in, however far above", async () => {
    const { links, access, faultOf } = setUp();
    const made = [await links.create({ ...link, role: "own" })];
    for (let depth = 0; depth < 8; depth++) {
      made.push(await links.create({ ...link, role: "own", parent: made.at(-1)?.link.id }));
    }
    const sibling = await links.create({ ...link, parent: made[0]?.link.id });
    const visitors = await Promise.all(made.map(async ({ token }) => access.authenticate({ token })));
    expect(visitors.map((visitor) => visitor.link)).toEqual(made.map((one) => one.link.id));
    await links.revoke("d", made[1]?.link.id ?? "", 7);
    const faults = await Promise.all(made.map(({ token }) => faultOf(token)));
    expect(faults).toEqual(["let in", ...made.slice(1).map(() => "ERR_LINK_REVOKED")]);
    for (const visitor of visitors.slice(1)) {
      await expect(access.authorize(visitor, "d")).rejects.toMatchObject({ code: "ERR_LINK_REVOKED" });
    }
    expect(await faultOf(sibling.token)).toBe("let in");
    const shown = new Map((await links.list("d")).map(({ id, revokedAt }) => [id, revokedAt]));
    expect(made.map((one) => shown.get(one.link.id))).toEqual([undefined, ...made.slice(1).map(() => 7)]);
    // Nothing new comes from a link that was revoked below its maker's feet.
    await expect(links.create({ ...link, parent: made[2]?.link.id })).rejects.toMatchObject({
      code: "ERR_LINK_REVOKED",
    });
  });

  test("come one from another only so often", async () => {
    const { links } = setUp();
    let parent: string | undefined;
    for (let depth = 0; depth <= 8; depth++) parent = (await links.create({ ...link, parent })).link.id;
    await expect(links.create({ ...link, parent })).rejects.toMatchObject({ code: "ERR_FORBIDDEN" });
  });

  test("are at most a thousand to one document, so that each can be seen and revoked", async () => {
    const { links } = setUp();
    const asked = await Promise.allSettled(Array.from({ length: 1_010 }, () => links.create(link)));
    const made = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value.link.id] : []));
    expect(made).toHaveLength(1_000);
    expect((await links.list("d")).map(({ id }) => id).toSorted()).toEqual(made.toSorted());
    await expect(links.create(link)).rejects.toMatchObject({ code: "ERR_FORBIDDEN" });
    expect((await links.create({ ...link, document: "other" })).link.document).toBe("other");
  });

  test("give no more than their maker has, and for no longer", async () => {
    const { links } = setUp();
    const expiresAt = Date.now() + 60_000;
    const { link: above } = await links.create({ ...link, role: "write", expiresAt });
    const below = { ...link, parent: above.id };
    await expect(links.create({ ...below, role: "own" })).rejects.toMatchObject({ code: "ERR_FORBIDDEN" });
    expect((await links.create(below)).link.expiresAt).toBe(expiresAt);
    expect((await links.create({ ...below, expiresAt: expiresAt + 1 })).link.expiresAt).toBe(expiresAt);
    expect((await links.create({ ...below, expiresAt: expiresAt - 1 })).link.expiresAt).toBe(expiresAt - 1);
  });

  test("are good to the end of the second that was asked for", async () => {
    const { links, access } = setUp();
    const expiresAt = Math.floor(Date.now() / 1000) * 1000 + 20_001;
    const { token } = await links.create({ ...link, expiresAt });
    expect((await access.authenticate({ token })).expiresAt).toBe(expiresAt + 999);
  });

  test("whose record is gone with an older store are not good", async () => {
    const { links, catalogue, faultOf } = setUp();
    const { token } = await links.create(link);
    expect(await faultOf(token)).toBe("let in");
    catalogue.link = async () => undefined;
    expect(await faultOf(token)).toBe("ERR_LINK_REVOKED");
  });

  test("are taken where there is no login", async () => {
    const { links, faultOf } = setUp({ secret: undefined });
    expect(await faultOf((await links.create(link)).token)).toBe("let in");
    expect(await faultOf(await signed({ sub: "ann" }))).toBe("ERR_TOKEN_INVALID");
  });
});
