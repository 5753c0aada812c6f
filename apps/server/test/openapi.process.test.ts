import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, type Running, run, tokenFor } from "./running.ts";

interface Operation {
  readonly operationId?: string;
  readonly security?: unknown;
  readonly responses: Record<string, unknown>;
}

interface Described {
  readonly paths: Record<string, Record<string, Operation>>;
}

let server: Running;
let described: Described;
let token: string;
beforeAll(async () => {
  server = await run({ isClosed: true });
  token = await tokenFor("ann", { "*": "own" });
  described = (await (await ask(server, "GET", "/openapi.json")).json()) as Described;
});
afterAll(() => server.stop());

/** One good call of every operation of the description, in an order in which they work. */
const CALLS: readonly [operation: string, status: number, parameters?: string, body?: unknown][] = [
  ["post /documents", 201, "", { id: "doc", text: "one" }],
  ["get /documents", 200],
  ["get /documents/{id}", 200],
  ["patch /documents/{id}", 200, "", { title: "T" }],
  ["get /documents/{id}/text", 200],
  ["put /documents/{id}/text", 200, "", "two"],
  ["post /documents/{id}/text", 200, "", { text: "!" }],
  ["post /documents/{id}/operations", 201, "", { version: 1, operation: ["x"] }],
  ["get /documents/{id}/operations", 200, "?after=1"],
  ["get /documents/{id}/people", 200],
  ["get /documents/{id}/events", 200],
  ["post /import", 201, "?filename=a.md", "text"],
  ["get /documents/{id}/export", 200, "?format=md"],
  ["post /documents/{id}/links", 201, "", { role: "read" }],
  ["get /documents/{id}/links", 200],
  ["delete /documents/{id}/links/{link}", 204],
  ["post /documents/{id}/owner", 200, "", {}],
  ["patch /documents/{id}/access", 200, "", { access: "read", frozen: true }],
  ["get /documents/{id}/access", 200],
  ["put /documents/{id}/blocked/{person}", 204],
  ["get /documents/{id}/blocked", 200],
  ["delete /documents/{id}/blocked/{person}", 204],
  ["delete /documents/{id}/people/{person}", 204],
  ["delete /documents/{id}", 200],
  ["post /documents/{id}/undelete", 200],
  ["get /backup", 200],
];

describe("the description of the API", () => {
  test("is a valid OpenAPI document", async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(described) as never);
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  test("has every route, and the way to log in", async () => {
    const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path.replace("/api/v1", "")}`),
    );
    expect(operations.toSorted()).toEqual(CALLS.map(([operation]) => operation).toSorted());
    expect(described).toMatchObject({
      servers: [{ url: server.url }],
      components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
      security: [{ bearer: [] }],
    });
  });

  test("names every operation, once, and how to log in for it", async () => {
    const open = await run();
    const openly = (await (await ask(open, "GET", "/openapi.json")).json()) as Described;
    await open.stop();
    for (const [{ paths }, security] of [
      [described, [{ bearer: [] }]],
      [openly, [{}, { bearer: [] }]],
    ] as const) {
      const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
      const ids = operations.map(({ operationId }) => operationId);
      expect(ids).toHaveLength(CALLS.length);
      for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/);
      expect(new Set(ids).size).toBe(ids.length);
      for (const operation of operations) expect(operation.security).toEqual(security);
    }
  });

  test("is true: every operation answers as it says", async () => {
    let link = "";
    for (const [operation, status, parameters = "", body] of CALLS) {
      const [method = "", path = ""] = operation.split(" ");
      const stop = new AbortController();
      const { responses } = described.paths[`/api/v1${path}`]?.[method] ?? { responses: {} };
      expect(Object.keys(responses), operation).toContain(String(status));
      const asked =
        path.replace("{id}", "doc").replace("{link}", link).replace("{person}", "zoe") + parameters;
      const answer = await ask(server, method.toUpperCase(), asked, { token, body, signal: stop.signal });
      expect(answer.status, operation).toBe(status);
      if (operation === "post /documents/{id}/links") {
        link = ((await answer.json()) as { link: { id: string } }).link.id;
      }
      stop.abort();
    }
  });

  test("is for everybody to read", async () => {
    expect((await ask(server, "GET", "/openapi.json")).status).toBe(200);
    expect((await ask(server, "GET", "/nowhere", { token })).status).toBe(404);
  });
});
