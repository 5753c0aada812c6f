import { openDocument, type SharedDocument } from "@interline/client";
import { describe, expect, it } from "vitest";
import { without } from "../support/broken/broken.ts";
import { CarriedClient, sessionOf } from "../support/carriers/carried-client.ts";
import { type ClusterNode, TestCluster, toServer } from "../support/cluster.ts";
import { BACKOFF, textAt } from "../support/typing.ts";
import { type WaitOptions, waitFor } from "../support/wait-for.ts";

const DOCUMENT = "d";
const SESSION = sessionOf("ana");

/** A client at one server, which opens the document for the session. */
async function openAt({ server }: ClusterNode, lastSeq: number): Promise<CarriedClient> {
  const client = await CarriedClient.ready("websocket", server.syncUrl);
  client.say("open", 1, DOCUMENT, SESSION, 0, "", lastSeq, lastSeq > 0, 0);
  await client.heard("opened");
  return client;
}

/**
 * A client writes a letter at one server, which does not reach Redis; comes back at another, is told that the letter is not in the log, and
 * writes it again; in between what the first server has left to do is done. Returns the text in the end.
 */
async function writeThroughZombie({ nodes }: TestCluster): Promise<string> {
  const [first, second] = nodes as readonly [ClusterNode, ClusterNode];
  const before = await openAt(first, 0);
  first.toRedis.stall("up");
  before.say("submit", 1, 1, 0, 0, ["x"], 0);
  const after = await openAt(second, 1);
  expect(
    after.received.find(([name]) => name === "opened"),
    "the letter is not in the log",
  ).toMatchObject({
    3: 0,
  });
  first.toRedis.resume();
  // The late commit was answered, however it was.
  await waitFor("the first server to be done", () =>
    before.received.some(([name]) => name === "reopen" || name === "ack"),
  );
  after.say("submit", 1, 2, 0, 0, ["x"], 0);
  await after.heard("ack");
  return textAt(first.server.syncUrl, DOCUMENT);
}

function openAtNode(node: ClusterNode, name: string): SharedDocument {
  return openDocument({
    url: "ws://any.example/sync",
    document: DOCUMENT,
    user: { id: name, name, color: 1 },
    environment: toServer(() => node),
    backoff: BACKOFF,
  });
}

/**
 * Somebody reads at a server that hears nothing for a while. Resolves when they have everything after all, or
 * rejects.
 *
 * @param patience how long they wait at most, once something is published again
 */
async function readThroughSilence(cluster: TestCluster, patience?: WaitOptions): Promise<void> {
  const [first, second] = cluster.nodes as readonly [ClusterNode, ClusterNode];
  const writer = openAtNode(first, "ana");
  const reader = openAtNode(second, "ben");
  const type = async (text: string): Promise<void> => {
    writer.insert(writer.text.points, text);
    await writer.flush();
  };
  try {
    await waitFor("both to be there", () => writer.isReady && reader.isReady);
    await type("Heard. ");
    await waitFor("it to be heard", () => reader.text.toString() === "Heard. ");
    second.published.isSilent = true;
    await type("Not heard. ");
    await waitFor("it to be lost", () => second.published.lost > 0);
    second.published.isSilent = false;
    await type("Heard again. ");
    await waitFor(
      "the reader to have all",
      () => reader.text.toString() === writer.text.toString(),
      patience,
    );
  } finally {
    writer.close();
    reader.close();
  }
}

describe("a client that goes from one server to another", () => {
  it("[S3] [S5] what it left behind is not committed once it has come back elsewhere", async () => {
    await using cluster = await TestCluster.start({ nodes: 2 });
    expect(await writeThroughZombie(cluster)).toBe("x");
  });

  it("without the fence its letter would be there twice", async () => {
    await using cluster = await TestCluster.start({ nodes: 2, ...without("fence") });
    expect(await writeThroughZombie(cluster)).toBe("xx");
  });
});

describe("a server to which nothing is published for a while", () => {
  it("[S7] [pitfall 5] has everything soon after", async () => {
    await using cluster = await TestCluster.start({ nodes: 2 });
    await readThroughSilence(cluster);
  });

  it("without reading what is missing it would never have it", async () => {
    await using cluster = await TestCluster.start({ nodes: 2, ...without("reading") });
    // Five times as long as it takes where it is read.
    await expect(readThroughSilence(cluster, { timeoutMs: 10_000 })).rejects.toThrow(
      "Timed out waiting for the reader to have all",
    );
  });
});
