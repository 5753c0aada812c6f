import { spawnSync } from "node:child_process";
import parse from "parse-prometheus-text-format";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask, type Running, run, Socket } from "./running.ts";

interface Metric {
  readonly value?: string;
  readonly labels?: Record<string, string>;
  readonly count?: string;
  readonly sum?: string;
  readonly buckets?: Record<string, string>;
}

let server: Running;
beforeEach(async () => {
  server = await run();
});
afterEach(() => server.stop());

/** What `/metrics` says now, as a parser of the format reads it. */
async function metrics() {
  const answer = await fetch(`${server.url}/metrics`);
  expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await answer.text();
  const families = parse(text) as { name: string; metrics: Metric[] }[];
  const of = (name: string, labels: Record<string, string> = {}): Metric => {
    const found = families
      .find((family) => family.name === name)
      ?.metrics.find((metric) =>
        Object.entries(labels).every(([key, value]) => metric.labels?.[key] === value),
      );
    return found ?? {};
  };
  return {
    text,
    of,
    value: (name: string, labels?: Record<string, string>) => Number(of(name, labels).value ?? 0),
  };
}

test("what is counted is what was done", async () => {
  const ann = await Socket.open(server, "doc", undefined, "ann");
  const bob = await Socket.open(server, "doc", undefined, "bob");
  await Promise.all([ann.next("opened"), bob.next("opened")]);
  for (let seq = 1; seq <= 10; seq++) {
    ann.say("submit", 1, seq, seq - 1, seq - 1, [...(seq > 1 ? [seq - 1] : []), "x"], seq - 1);
    await ann.next("ack");
  }
  // Bob has seen nothing of it: his operation is moved over ten.
  bob.say("submit", 1, 1, 0, 0, ["y"], 0);
  await bob.next("ack");
  bob.say("submit", 1, 2, 11, 99, ["y"], 0);
  expect((await bob.next("refused"))[3]).toBe("ERR_LENGTH_MISMATCH");
  bob.say("nonsense");
  await bob.next("error");
  await expect.poll(() => bob.closeCode).toBe(4400);
  for (let asked = 0; asked < 3; asked++) await ask(server, "GET", "/documents/none");

  const { text, of, value } = await metrics();
  expect(value("interline_connections")).toBe(1);
  expect(value("interline_documents")).toBe(1);
  expect(value("interline_operations_total")).toBe(11);
  expect(value("interline_queued_operations")).toBe(0);
  expect(value("interline_fan_out_bytes")).toBe(0);
  expect(of("interline_commit_seconds")).toMatchObject({ count: "11" });
  expect(Number(of("interline_commit_seconds").sum)).toBeGreaterThan(0);
  expect(of("interline_transform_entries")).toMatchObject({
    count: "11",
    sum: "10",
    buckets: { "0": "10", "8": "10", "16": "11" },
  });
  expect(value("interline_refused_total", { code: "ERR_LENGTH_MISMATCH" })).toBe(1);
  expect(value("interline_refused_total", { code: "ERR_MESSAGE_UNKNOWN" })).toBe(1);
  expect(value("interline_refused_total", { code: "ERR_DOCUMENT_NOT_FOUND" })).toBe(3);
  expect(text).toContain(
    'interline_http_seconds_count{method="GET",route="/api/v1/documents/:id",status="404"} 3\n',
  );
  expect(value("nodejs_eventloop_lag_seconds")).toBeGreaterThanOrEqual(0);
  expect(of("nodejs_eventloop_lag_p99_seconds").value).toBeDefined();
  expect(value("process_resident_memory_bytes")).toBeGreaterThan(1e6);
});

test("names and help are as Prometheus wants them", async () => {
  // So that every metric has values, of refusals too.
  await ask(server, "POST", "/documents", { body: { id: "doc", text: "x" } });
  await ask(server, "GET", "/documents/none");
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const ours = (parse(text) as { name: string; help: string; type: string }[]).filter(({ name }) =>
    name.startsWith("interline_"),
  );
  expect(ours.length).toBeGreaterThan(9);
  // The rules of `promtool check metrics`.
  for (const { name, help, type } of ours) {
    expect(name).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
    expect(help.trim(), name).not.toBe("");
    expect(name.endsWith("_total"), name).toBe(type === "COUNTER");
    expect(name).not.toMatch(/_(count|sum|bucket|info|counter|gauge|histogram|summary)$/);
    expect(name).not.toMatch(
      /_(s|ms|us|ns|sec|secs|milliseconds|minutes|hours|b|kb|mb|kilobytes|percent)(_|$)/,
    );
  }
  // And the program itself, where there is one.
  const { error, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
    input: text,
    encoding: "utf8",
  });
  if (error === undefined) expect(`${stdout}${stderr}`).not.toContain("interline_");
});

test("what is logged has no text of documents, and no tokens", async () => {
  const secret = "the most private words";
  await ask(server, "POST", "/documents", { body: { id: "doc", title: secret, text: secret } });
  await ask(server, "PUT", "/documents/doc/text", { body: `${secret}!`, token: "a-token-nobody-may-see" });
  const ann = await Socket.open(server, "doc", "another-token-to-hide", "ann");
  await ann.next("ops");
  ann.say("submit", 1, 1, 2, 1, [secret], 0);
  await ann.next("refused");
  ann.say("submit", secret);
  await expect.poll(() => ann.closeCode).toBe(4400);
  await ask(server, "POST", "/documents/doc/operations", { body: { version: 99, operation: [secret] } });
  expect(server.logged.length).toBeGreaterThan(3);
  for (const line of server.logged) {
    // The one line of the HTTP library, with its address.
    if (line.includes("Server listening")) continue;
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), event: expect.any(String) });
    expect(line).not.toMatch(/private|token-nobody|token-to-hide/);
  }
});
