import { openDocument, type SharedDocument, type SharedDocumentOptions } from "@interline/client";
import { expect, test } from "vitest";
import { Site } from "../support/carriers/site.ts";
import { nodeEnvironment } from "../support/node-environment.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { waitFor } from "../support/wait-for.ts";

const EDITS = 10_000;
/** Letters that are typed at one place before another is looked for. */
const RUN = 50;

test("10,000 own edits and 10,000 that were missed are merged with one message each way", async () => {
  await using site = await Site.start({ heartbeatMs: 15_000 });
  const direct = site.url.replace("http", "ws");
  const random = seededRandom();
  const received: string[] = [];
  const logger = {
    debug: ({ event, type }: Readonly<Record<string, unknown>>) => {
      if (event === "received") received.push(String(type));
    },
  };
  // Nobody comes back before it is told to.
  const backoff = { firstMs: 1_000_000, maxMs: 1_000_000 };
  const open = (id: string, more: Partial<SharedDocumentOptions> = {}): SharedDocument =>
    openDocument({
      url: direct,
      document: "doc",
      user: { id, name: id, color: 1 },
      environment: { ...nodeEnvironment(), random: () => 0.9 },
      backoff,
      ...more,
    });
  const [ana, bob] = [open("ana", { logger }), open("bob")];
  await waitFor("both to be ready", () => ana.isReady && bob.isReady);
  ana.insert(0, "-".repeat(2_000));
  await ana.flush();
  await waitFor("both to have the text", () => bob.text.points === 2_000);

  const type = (writer: SharedDocument, letter: string): void => {
    for (let edit = 0, at = 0; edit < EDITS; edit++) {
      if (edit % RUN === 0) at = random.int(writer.text.points + 1);
      writer.insert(at++, letter);
    }
  };
  site.proxy.refuse();
  site.proxy.reset();
  await waitFor("both to be offline", () => [ana, bob].every(({ status }) => status.state === "offline"));
  type(bob, "b");
  type(ana, "a");
  await site.proxy.accept();
  bob.reconnect();
  await bob.flush();
  const before = ana.diagnostics().counters.submits;
  received.length = 0;
  ana.reconnect();
  await ana.flush();
  expect(received.filter((type) => type === "ops")).toHaveLength(1);
  expect(ana.diagnostics().counters.submits - before).toBe(1);
  await waitFor("both texts to be equal", () => String(ana.text) === String(bob.text));
  const text = String(ana.text);
  expect(text.length).toBe(2_000 + 2 * EDITS);
  expect(["a", "b"].map((letter) => text.split(letter).length - 1)).toEqual([EDITS, EDITS]);
  for (const writer of [ana, bob]) writer.close();
});
