import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ShareLinks } from "../../src/access/share-links.ts";
import { tokenAccess } from "../../src/access/token-access.ts";
import { MemoryCatalogue } from "../../src/catalogue/memory-catalogue.ts";

function withKeysAt(jwksUrl: string) {
  const catalogue = new MemoryCatalogue();
  const access = tokenAccess({ secret: undefined, jwksUrl, catalogue, links: new ShareLinks(catalogue) });
  const faultOf = async (token: string): Promise<string> => {
    try {
      await access.authenticate({ token });
      return "let in";
    } catch (error) {
      return String((error as { code?: unknown }).code);
    }
  };
  return { access, faultOf };
}

describe("a login with public keys", async () => {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwks = createServer((_request, response) => {
    void exportJWK(publicKey).then((key) => response.end(JSON.stringify({ keys: [{ ...key, kid: "1" }] })));
  });
  let jwksUrl = "";
  beforeAll(async () => {
    jwks.listen(0, "127.0.0.1");
    await once(jwks, "listening");
    jwksUrl = `http://127.0.0.1:${(jwks.address() as AddressInfo).port}/keys`;
  });
  afterAll(() => {
    jwks.close();
  });

  test("is believed by its signature, found by the name of its key", async () => {
    const { access, faultOf } = withKeysAt(jwksUrl);
    const sign = (kid: string) =>
      new SignJWT({ sub: "ann" }).setProtectedHeader({ alg: "RS256", kid }).sign(privateKey);
    expect(await access.authenticate({ token: await sign("1") })).toMatchObject({ id: "ann" });
    expect(await faultOf(await sign("2"))).toBe("ERR_TOKEN_INVALID");
  });

  test("takes no token that is signed with the public key as a shared secret", async () => {
    const { faultOf } = withKeysAt(jwksUrl);
    for (const secret of [await exportSPKI(publicKey), JSON.stringify(await exportJWK(publicKey))]) {
      const token = await new SignJWT({ sub: "ann" })
        .setProtectedHeader({ alg: "HS256", kid: "1" })
        .sign(new TextEncoder().encode(secret));
      expect(await faultOf(token)).toBe("ERR_TOKEN_INVALID");
    }
  });

  test("whose keys cannot be read is no fault of the token", async () => {
    const { access } = withKeysAt("http://127.0.0.1:9/keys");
    const token = await new SignJWT({ sub: "ann" }).setProtectedHeader({ alg: "RS256" }).sign(privateKey);
    await expect(access.authenticate({ token })).rejects.not.toHaveProperty("name", "AccessError");
  });
});
