/**
 * A capacity model of many servers on one Redis: from what one thing costs to what many people need. Pure arithmetic; docs/SCALE.md says how
 * it was measured and checked.
 */

/** What one thing costs, measured. */
export interface UnitCosts {
  /** Processor time of the server that commits an operation, in µs, without telling anybody. */
  readonly operationMicros: number;
  /** Of each other server that has the document open, for an operation that it hears of, in µs. */
  readonly foreignMicros: number;
  /** Of telling one person one operation, in µs. */
  readonly deliveryMicros: number;
  /** Of one comparison of a document's head with Redis, in µs. */
  readonly comparisonMicros: number;
  /** Of Redis, for one commit and for one comparison, in µs. */
  readonly redisCommitMicros: number;
  readonly redisComparisonMicros: number;
  /** Of Redis, for passing one message on to one server, in µs. */
  readonly redisMessageMicros: number;
  /** Memory of a server per connection with its share of the document, in bytes, and once per open document. */
  readonly connectionBytes: number;
  readonly documentBytes: number;
  /** Memory of Redis for a document without entries, and for each entry that is kept, in bytes. */
  readonly redisDocumentBytes: number;
  readonly redisEntryBytes: number;
}

/** What people do. */
export interface Load {
  /** Connected at once. */
  readonly people: number;
  /** In one document at once. */
  readonly peoplePerDocument: number;
  /** Operations per second of each of them, on average over those who write and those who read. */
  readonly operationsPerPerson: number;
  /** Mean number of operations that are committed together. */
  readonly batch: number;
  /** Entries that are kept of a document in Redis. */
  readonly entriesPerDocument: number;
  /** Documents in Redis for each that is open now. */
  readonly documentsPerOpen: number;
}

export interface Deployment {
  readonly servers: number;
  /** True: all people of a document are at one server. */
  readonly hasAffinity: boolean;
  /** Seconds between two comparisons of heads. */
  readonly compareSeconds: number;
}

/** What that comes to, per second and all together. */
export interface Demand {
  readonly documents: number;
  /** Servers that have one document open, on average. */
  readonly serversPerDocument: number;
  readonly operations: number;
  readonly deliveries: number;
  readonly commits: number;
  readonly comparisons: number;
  /** Messages that Redis passes on to servers. */
  readonly messages: number;
  /** Processor seconds per second: cores. */
  readonly serverCores: number;
  readonly redisCores: number;
  readonly serverBytes: number;
  readonly redisBytes: number;
}

/** How many servers have a document open whose people are spread by chance: occupied boxes of n for p balls. */
function serversPerDocument(
  { servers, hasAffinity }: Pick<Deployment, "servers" | "hasAffinity">,
  people: number,
): number {
  return hasAffinity ? 1 : servers * (1 - (1 - 1 / servers) ** people);
}

export function demandOf(load: Load, deployment: Deployment, costs: UnitCosts): Demand {
  const { people, peoplePerDocument, operationsPerPerson, batch } = load;
  const documents = people / peoplePerDocument;
  const spread = serversPerDocument(deployment, peoplePerDocument);
  const operations = people * operationsPerPerson;
  const deliveries = operations * (peoplePerDocument - 1);
  const commits = operations / batch;
  const comparisons = (documents * spread) / deployment.compareSeconds;
  // A message goes to each server that listens, the one too that it came from.
  const messages = commits * spread;
  const serverMicros =
    operations * costs.operationMicros +
    operations * (spread - 1) * costs.foreignMicros +
    deliveries * costs.deliveryMicros +
    comparisons * costs.comparisonMicros;
  const redisMicros =
    commits * costs.redisCommitMicros +
    comparisons * costs.redisComparisonMicros +
    messages * costs.redisMessageMicros;
  return {
    documents,
    serversPerDocument: spread,
    operations,
    deliveries,
    commits,
    comparisons,
    messages,
    serverCores: serverMicros / 1e6,
    redisCores: redisMicros / 1e6,
    serverBytes: people * costs.connectionBytes + documents * spread * costs.documentBytes,
    redisBytes:
      documents *
      load.documentsPerOpen *
      (costs.redisDocumentBytes + load.entriesPerDocument * costs.redisEntryBytes),
  };
}
