import type { Metrics, ServerStats } from "@interline/server";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** One answer over HTTP. */
interface Answered {
  readonly method: string;
  /** As it is declared, with `:id` in it. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

/** So many words of newer clients are told apart. */
const MAX_NEWER_SERIES = 50;

/** Everything that the program counts, and its text for Prometheus. */
export interface ProgramMetrics extends Metrics {
  readonly contentType: string;
  answered(answer: Answered): void;
  text(): Promise<string>;
}

/** Names begin with `interline_`; those of the process and of Node are the usual ones, the event loop's delay among them. */
export function programMetrics(stats: () => ServerStats): ProgramMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const gauge = (name: string, help: string, read: (now: ServerStats) => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read(stats()));
      },
    });
  gauge("interline_connections", "Connections that are open.", (now) => now.connections);
  gauge("interline_documents", "Documents in memory.", (now) => now.documents);
  gauge(
    "interline_queued_operations",
    "Operations that wait to be committed.",
    (now) => now.queuedOperations,
  );
  gauge("interline_fan_out_bytes", "Bytes sent to clients and not taken yet.", (now) => now.bufferedBytes);

  const operations = new Counter({
    name: "interline_operations_total",
    help: "Operations that became durable here.",
    registers,
  });
  const refused = new Counter({
    name: "interline_refused_total",
    help: "What was refused, by code.",
    labelNames: ["code"],
    registers,
  });
  const passedOver = new Counter({
    name: "interline_passed_over_total",
    help: "Messages of newer clients, or fields of them, that this version does not know.",
    labelNames: ["message", "version"],
    registers,
  });
  const newer = new Set<string>();
  const commits = new Histogram({
    name: "interline_commit_seconds",
    help: "From giving a batch of operations to the store until it is durable.",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const attempts = new Histogram({
    name: "interline_commit_attempts",
    help: "Attempts until a batch was durable: over 1 where other servers were first.",
    buckets: [1, 2, 3, 4, 8, 16, 32, 64],
    registers,
  });
  const depth = new Histogram({
    name: "interline_transform_entries",
    help: "Entries that an operation was moved over because its author had not seen them.",
    buckets: [0, 1, 2, 4, 8, 16, 64, 256, 1024],
    registers,
  });
  const answers = new Histogram({
    name: "interline_http_seconds",
    help: "Answers over HTTP.",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.025, 0.1, 0.5, 2.5],
    registers,
  });

  return {
    contentType: registry.contentType,
    refused: (code) => refused.inc({ code }),
    committed(count, latencyMs, attempt) {
      operations.inc(count);
      commits.observe(latencyMs / 1000);
      attempts.observe(attempt);
    },
    passedOver(message, version) {
      // The client chooses both words: it must not choose how many series there are.
      const series = `${message} ${version}`;
      if (newer.size < MAX_NEWER_SERIES) newer.add(series);
      passedOver.inc(newer.has(series) ? { message, version } : { message: "other", version: "other" });
    },
    transformed: (entries) => depth.observe(entries),
    answered: ({ method, route, status, ms }) => answers.observe({ method, route, status }, ms / 1000),
    text: () => registry.metrics(),
  };
}
