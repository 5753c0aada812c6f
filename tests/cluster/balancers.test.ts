import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Environment, openDocument, type SharedDocument } from "@interline/client";
import { EventSocket } from "@interline/client/carriers";
import { describe, expect, it } from "vitest";
import { startBalancer } from "../support/balancer.ts";
import { type ClusterNode, TestCluster } from "../support/cluster.ts";
import { freePort } from "../support/free-port.ts";
import { killWithUs } from "../support/kill-with-us.ts";
import { nodeEnvironment } from "../support/node-environment.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { BACKOFF } from "../support/typing.ts";
import { waitFor } from "../support/wait-for.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const WORDS = 40;

/** A client whose messages are carried by requests alone. */
function byRequests(mode: "stream" | "poll"): Environment {
  const environment = nodeEnvironment();
  return {
    ...environment,
    openSocket: (url) => new EventSocket(url.replace(/^ws/, "http"), mode, fetch, environment),
  };
}

function open(
  port: number,
  document: string,
  name: string,
  environment: Environment = nodeEnvironment(),
): SharedDocument {
  const user = { id: name, name, color: 1 };
  return openDocument({ url: `ws://127.0.0.1:${port}/sync`, document, user, environment, backoff: BACKOFF });
}

/** Everybody writes so many words, each after the one before is saved; in the end all have the same text, with every word once. */
async function writeTogether(documents: readonly SharedDocument[]): Promise<void> {
  await waitFor("everybody to be there", () => documents.every(({ isReady }) => isReady));
  await Promise.all(
    documents.map(async (document, index) => {
      for (let word = 0; word < WORDS; word++) {
        document.insert(document.text.points, `<${index}.${word}>`);
        await document.flush();
      }
    }),
  );
  const [first] = documents;
  const isThere = (document: SharedDocument): boolean =>
    document.status.state === "synced" && document.version === first?.version;
  await waitFor("everybody to have everything", () => documents.every(isThere));
  const text = first?.text.toString() ?? "";
  for (const document of documents) expect(document.text.toString()).toBe(text);
  const words = text.match(/<[^>]*>/g) ?? [];
  expect(words).toHaveLength(documents.length * WORDS);
  expect(new Set(words).size).toBe(documents.length * WORDS);
}

async function metric({ server }: ClusterNode, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}

describe("behind a balancer that has no memory", () => {
  // Each request and each connection goes to the next server.
  const choose = "";

  it("[E8] clients of all carriers write one document, each request at another server", async () => {
    await using cluster = await TestCluster.start();
    await using balancer = await startBalancer(cluster.nodes, choose);
    const documents = [
      open(balancer.port, "d", "socket"),
      open(balancer.port, "d", "stream", byRequests("stream")),
      open(balancer.port, "d", "other-stream", byRequests("stream")),
      open(balancer.port, "d", "poll", byRequests("poll")),
    ];
    try {
      await writeTogether(documents);
    } finally {
      for (const document of documents) document.close();
    }
  });

  it("[E8] a client whose server is killed goes on at another, by whatever carrier", async () => {
    await using cluster = await TestCluster.start();
    await using balancer = await startBalancer(cluster.nodes, choose);
    const documents = [
      open(balancer.port, "d", "socket"),
      open(balancer.port, "d", "stream", byRequests("stream")),
      open(balancer.port, "d", "poll", byRequests("poll")),
    ];
    try {
      await waitFor("everybody to be there", () => documents.every(({ isReady }) => isReady));
      const writing = writeTogether(documents);
      for (const { server } of cluster.nodes.slice(1)) {
        const before = documents[0]?.version ?? 0;
        await waitFor("some words", () => (documents[0]?.version ?? 0) > before + 5);
        await server.kill();
      }
      await writing;
    } finally {
      for (const document of documents) document.close();
    }
  });
});

describe("behind nginx with affinity", () => {
  it("all who write a document are at one server, and documents are spread", async () => {
    await using cluster = await TestCluster.start();
    await using balancer = await startBalancer(cluster.nodes);
    const count = 12;
    const documents = Array.from({ length: count * 3 }, (_, index) =>
      open(
        balancer.port,
        `doc-${index % count}`,
        `w${index}`,
        index < count * 2 ? nodeEnvironment() : byRequests("stream"),
      ),
    );
    try {
      await waitFor("everybody to be there", () => documents.every(({ isReady }) => isReady));
      const open = await Promise.all(cluster.nodes.map((node) => metric(node, "interline_documents")));
      expect(open.reduce((sum, documents) => sum + documents)).toBe(count);
      expect(Math.max(...open)).toBeLessThan(count);
    } finally {
      for (const document of documents) document.close();
    }
  });
});

describe("npm run cluster", () => {
  it("serves one page from three servers, of which one may be killed, and ends when it is asked to", async () => {
    await using folder = await temporaryFolder();
    const port = await freePort();
    const args = ["scripts/run.mjs", "cluster", "--port", `${port}`, "--data-dir", folder.path];
    const command = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    killWithUs(command);
    let output = "";
    for (const stream of [command.stdout, command.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    const pids = (): number[] => [...output.matchAll(/\(process (\d+)\)/g)].map(([, pid]) => Number(pid));
    try {
      await waitFor(
        "the cluster",
        () => {
          if (command.exitCode !== null) throw new Error(output);
          return output.includes(`open http://127.0.0.1:${port}`) && pids().length === 5;
        },
        { timeoutMs: 60_000 },
      );
      const page = await fetch(`http://127.0.0.1:${port}/`);
      expect(await page.text()).toContain("<title>Interline</title>");
      const documents = ["ana", "ben"].map((name) => open(port, "minutes", name));
      await waitFor("both to be there", () => documents.every(({ isReady }) => isReady));
      const writing = writeTogether(documents);
      const [, ...servers] = pids();
      process.kill(servers[0] ?? 0, "SIGKILL");
      await writing;
      for (const document of documents) document.close();
      command.kill("SIGTERM");
      const [code] = (await once(command, "exit")) as [number];
      expect(code).toBe(0);
      for (const pid of pids()) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    } finally {
      command.kill("SIGTERM");
    }
  });
});
