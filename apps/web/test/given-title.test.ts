import { describe, expect, it } from "vitest";
import { givenTitle } from "../src/given-title.ts";

/** What is asked for, and the title that comes of an answer. */
async function asked(
  answer: () => Response,
  token?: string,
): Promise<[url: string, auth: unknown, title: string]> {
  let url = "";
  let headers = new Headers();
  const title = await givenTitle({
    site: "https://write.example/pad/",
    document: "minutes",
    token,
    fetch: async (input, init) => {
      url = input instanceof URL ? input.href : "";
      headers = new Headers(init?.headers);
      return answer();
    },
  });
  return [url, headers.get("authorization"), title];
}

describe("the title that was given to a document", () => {
  const address = "https://write.example/pad/api/v1/documents/minutes";

  it("is asked for with the reader's own right, under the path of the site", async () => {
    const answer = (): Response => Response.json({ title: " Minutes " });
    expect(await asked(answer)).toEqual([address, null, "Minutes"]);
    expect(await asked(answer, "a.b.c")).toEqual([address, "Bearer a.b.c", "Minutes"]);
  });

  it.each([
    ["there is none", () => Response.json({ title: "" })],
    ["the document has no record", () => Response.json({ code: "ERR_DOCUMENT_NOT_FOUND" }, { status: 404 })],
    ["it may not be read", () => Response.json({ title: "Secret" }, { status: 403 })],
    ["something else answers", () => new Response("<!doctype html>")],
    ["the answer is no record", () => Response.json({ title: 7 })],
    ["nobody answers", () => Promise.reject(new TypeError("no network")) as never],
  ])("is empty where %s", async (_case, answer) => {
    expect((await asked(answer))[2]).toBe("");
  });
});
