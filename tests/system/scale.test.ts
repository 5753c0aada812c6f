import type { Environment } from "@interline/client";
import { openDocument, type SharedDocument } from "@interline/client";
import { createDocumentServer, type DocumentServer, silentMetrics } from "@interline/server";
import { expect, test } from "vitest";
import { type Load, demandOf, type UnitCosts } from "../support/capacity.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { Network } from "../support/simulation/network.ts";
import { SharedLog } from "../support/simulation/shared-log.ts";
import { VirtualClock } from "../support/simulation/virtual-clock.ts";

const SERVERS = 100;
const DOCUMENTS = 60;
const PEOPLE_PER_DOCUMENT = 5;
const SECONDS = 20;
/** Mean time between two keystrokes of a person, in ms. */
const KEY_MS = 1_000;

/** Only what is counted matters here. */
const NO_COSTS: UnitCosts = {
  operationMicros: 0,
  foreignMicros: 0,
  deliveryMicros: 0,
  comparisonMicros: 0,
  redisCommitMicros: 0,
  redisComparisonMicros: 0,
  redisMessageMicros: 0,
  connectionBytes: 0,
  documentBytes: 0,
  redisDocumentBytes: 0,
  redisEntryBytes: 0,
};

test(`the capacity model counts what ${SERVERS} servers do, in a simulation of the real code`, {
  timeout: 300_000,
}, async () => {
  const random = seededRandom();
  const clock = new VirtualClock();
  const network = new Network(clock, random);
  network.maxDelayMs = 20;
  const log = new SharedLog(clock, random, { maxDelayMs: 2, failures: 0, newsLoss: 0 });
  let batches = 0;
  let committed = 0;
  let attempts = 0;
  const servers: DocumentServer[] = [];
  for (let index = 0; index < SERVERS; index++) {
    const server = createDocumentServer({
      log: log.accessOf(`server-${index}`, { isDead: false }),
      clock,
      random: () => random.next(),
      newToken: () => Array.from({ length: 4 }, () => random.int(2 ** 32).toString(36)).join(""),
      metrics: {
        ...silentMetrics,
        committed(operations, _latencyMs, nth) {
          batches++;
          committed += operations;
          attempts += nth;
        },
      },
    });
    servers.push(server);
    network.servers.add(server);
  }
  const environment: Environment = {
    now: clock.now,
    monotonicNow: clock.now,
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    random: () => random.next(),
    randomBytes: (length) => Uint8Array.from({ length }, () => random.int(256)),
    openSocket: network.openSocket,
    onWake: () => () => {},
  };
  const people: SharedDocument[] = [];
  let heard = 0;
  for (let document = 0; document < DOCUMENTS; document++) {
    for (let person = 0; person < PEOPLE_PER_DOCUMENT; person++) {
      const name = `p${document}-${person}`;
      const user = { id: name, name, color: 1 };
      const opened = openDocument({
        url: "ws://simulated/sync",
        document: `doc-${document}`,
        user,
        environment,
        store: null,
      });
      people.push(opened);
    }
  }
  while (!people.every(({ isReady }) => isReady)) await clock.step();
  for (const person of people) person.on("remote", () => heard++);
  const messagesBefore = log.messages;
  const [batchesBefore, committedBefore, attemptsBefore] = [batches, committed, attempts];
  const opened = servers.reduce((sum, server) => sum + server.stats().documents, 0);

  const start = clock.now();
  let typed = 0;
  const type = (person: SharedDocument): void => {
    if (clock.now() - start > SECONDS * 1000) return;
    person.insert(random.int(person.text.points + 1), "x");
    typed++;
    clock.setTimeout(() => type(person), random.int(2 * KEY_MS));
  };
  for (const person of people) clock.setTimeout(() => type(person), random.int(2 * KEY_MS));
  while (clock.now() - start < SECONDS * 1000 || people.some(({ status }) => status.pendingEdits > 0))
    await clock.step();
  const settled = clock.now();
  while (clock.now() - settled < 1_000) await clock.step();

  const operations = committed - committedBefore;
  const commits = batches - batchesBefore;
  const load: Load = {
    people: people.length,
    peoplePerDocument: PEOPLE_PER_DOCUMENT,
    operationsPerPerson: operations / people.length / SECONDS,
    batch: operations / commits,
    entriesPerDocument: 0,
    documentsPerOpen: 1,
  };
  const demand = demandOf(load, { servers: SERVERS, hasAffinity: false, compareSeconds: 5 }, NO_COSTS);
  const per = (total: number): number => total / SECONDS;
  // Each person hears of each operation of the others; what came together was told together.
  expect(per(heard) / demand.deliveries).toBeGreaterThan(0.9);
  // In whole deliveries: often nothing came together.
  expect(heard).toBeLessThanOrEqual(Math.round(demand.deliveries * SECONDS));
  expect(opened / DOCUMENTS / demand.serversPerDocument).toBeGreaterThan(0.97);
  expect(opened / DOCUMENTS / demand.serversPerDocument).toBeLessThan(1.03);
  // Messages to others: those of the model without the one that goes back to where it came from.
  const messages = per(log.messages - messagesBefore) + demand.commits;
  expect(messages / demand.messages).toBeGreaterThan(0.95);
  expect(messages / demand.messages).toBeLessThan(1.05);
  // Five people of a document at five servers hardly ever meet: nearly every commit is the first attempt.
  expect((attempts - attemptsBefore) / commits).toBeLessThan(1.1);
  expect(operations).toBeGreaterThan(0.9 * typed);
  for (const person of people) person.close();
});
