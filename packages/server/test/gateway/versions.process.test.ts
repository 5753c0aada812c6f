import { once } from "node:events";
import { SPOKEN, writeAnnouncement } from "@interline/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { silentMetrics } from "../../src/metrics.ts";
import { RawClient, type RunningServer, startServer } from "./clients.ts";

const ours = writeAnnouncement(SPOKEN);
/** A minor version that is not there yet, and a major one. */
const NEWER = "1.999";

let server: RunningServer;
let passedOver: string[] = [];

beforeAll(async () => {
  const metrics = {
    ...silentMetrics,
    passedOver: (message: string, version: string) => passedOver.push(`${message} ${version}`),
  };
  server = await startServer({ metrics });
});
afterAll(() => server.stop());
beforeEach(() => {
  passedOver = [];
});

/** Somebody whose client speaks this, or announces nothing. */
async function speaking(speaks: string | undefined): Promise<RawClient> {
  const query = speaks === undefined ? "" : `?speaks=${encodeURIComponent(speaks)}`;
  const client = new RawClient(server.url + query);
  await once(client.socket, "open");
  return client;
}

async function welcomed(speaks: string | undefined): Promise<RawClient> {
  const client = await speaking(speaks);
  client.say("hello", 1, ["ann", "Ann", 1]);
  await client.next("welcome");
  return client;
}

describe("what a server speaks", () => {
  test("is told to who says what they speak, and to nobody else", async () => {
    for (const [speaks, told] of [
      [ours, ours],
      [NEWER, ours],
      [undefined, undefined],
    ]) {
      const client = await speaking(speaks);
      client.say("hello", 1, ["ann", "Ann", 1]);
      expect(await client.next("welcome")).toMatchObject({ protocol: 1, speaks: told });
    }
  });
});

describe("a client of a newer minor version", () => {
  test("is let in, and what it adds is passed over and counted", async () => {
    const client = await speaking(`${NEWER},carets`);
    client.say("hello", 1, ["ann", "Ann", 1, "pronouns"], "token", "a field of 1.999");
    await client.next("welcome");
    client.say("shout", "whatever", [1, 2]);
    client.say("open", 1, "newer", "session-ann", 0, "", 0, false, 0, [1, 0, ["taken"]], { colour: "red" });
    await client.next("opened");
    await client.next("ack");
    client.say("ping");
    await client.next("pong");
    expect(passedOver).toEqual(["hello 1.999", "shout 1.999", "open 1.999"]);
  });

  test("is still refused what is wrong in a field that is known", async () => {
    const client = await welcomed(NEWER);
    client.say("away", "yes", "more");
    expect(await client.next("error")).toMatchObject({ code: "ERR_MESSAGE_SHAPE" });
    expect(await client.end()).toMatchObject({ code: 4400 });
  });
});

describe.each([
  ["of this version", ours],
  ["that announces nothing", undefined],
  ["of an older minor version", "1.0"],
])("[I8] a client %s", (_, speaks) => {
  test.each([
    ["a field too many", ["ping", 1], "ERR_MESSAGE_SHAPE"],
    ["a field too many in a list", ["user", ["a", "A", 1, 1]], "ERR_MESSAGE_SHAPE"],
    ["an unknown message", ["shout"], "ERR_MESSAGE_UNKNOWN"],
  ])("is refused %s", async (_what, message, code) => {
    const client = await welcomed(speaks);
    client.say(...message);
    expect(await client.next("error")).toMatchObject({ code });
    expect(await client.end()).toMatchObject({ code: 4400 });
    expect(passedOver).toEqual([]);
  });
});

describe("the id by which others know a client", () => {
  test.each([
    [undefined, undefined],
    ["1.0", undefined],
    ["1.1", undefined],
    [ours, "ann"],
    [NEWER, "ann"],
  ])("is told to a client that speaks %s as %s", async (speaks, self) => {
    const client = await speaking(speaks);
    client.say("hello", 1, ["ann", "Ann", 1]);
    expect(await client.next("welcome")).toMatchObject({ protocol: 1, self });
  });
});

describe("a role that 1.0 does not have", () => {
  test.each([
    [undefined, "comment"],
    ["1.0", "comment"],
    ["1.1", "comment"],
    [ours, "suggest"],
    [NEWER, "suggest"],
  ])("is told to a client that speaks %s as %s", async (speaks, role) => {
    const limited = await startServer({
      access: { authenticate: () => ({ id: "ann" }), authorize: () => "suggest" },
    });
    const query = speaks === undefined ? "" : `?speaks=${speaks}`;
    const client = new RawClient(limited.url + query);
    await once(client.socket, "open");
    client.say("hello", 1, ["ann", "Ann", 1]);
    await client.next("welcome");
    client.say("open", 1, "doc", "session-ann", 0, "", 0, false, 0);
    expect(await client.next("access")).toMatchObject({ role });
    client.say("submit", 1, 1, 0, 0, ["x"], 0);
    expect(await client.next("refused")).toMatchObject({ code: "ERR_READ_ONLY" });
    await limited.stop();
  });
});

describe("where no version is common", () => {
  test.each([
    ["a client that is too old is told so, and does not try again", "0.9", "ERR_PROTOCOL_VERSION", 4426],
    [
      "a client that is too new is told that the server is old, and tries again",
      "2.0,3.1",
      "ERR_SERVER_TOO_OLD",
      4427,
    ],
    ["a client that speaks nothing is refused", "", "ERR_MESSAGE_SHAPE", 4400],
    ["a client that speaks a range is refused", "1.3-1.0", "ERR_MESSAGE_SHAPE", 4400],
    ["a client that speaks a huge version is refused", "1.99999999", "ERR_MESSAGE_SHAPE", 4400],
    ["a client that speaks without end is refused", `1.1,${"a,".repeat(3_000)}a`, "ERR_MESSAGE_SHAPE", 4400],
  ])("%s", async (_, speaks, code, closeCode) => {
    const client = await speaking(speaks);
    client.say("hello", 1, ["ann", "Ann", 1]);
    expect(await client.next("error")).toMatchObject({ code });
    expect(await client.end()).toMatchObject({ code: closeCode });
  });
});
