import { openDocument, type SharedDocument } from "@interline/client";
import { replaceOperation } from "@interline/ot";
import { describe, expect, it } from "vitest";
import { nodeEnvironment } from "../support/node-environment.ts";
import { ServerProcess } from "../support/server-process.ts";
import { loadTrace, traceNames } from "../support/traces.ts";
import { waitFor } from "../support/wait-for.ts";

/** Keystrokes between two looks at the network: far more than anybody types in a round trip. */
const KEYSTROKES_AT_ONCE = 50;
/** Times that a writer stops to think, until something of theirs is acknowledged: so many operations are ordered at least. */
const PAUSES = 100;

const turn = () => new Promise((resolve) => setImmediate(resolve));

function open(url: string, document: string, name: string): SharedDocument {
  return openDocument({ url, document, user: { id: name, name, color: 1 }, environment: nodeEnvironment() });
}

describe("real editing histories, from one client through the server to another", () => {
  it.each(traceNames)("%s ends in its own final text", async (name) => {
    const trace = await loadTrace(name);
    await using server = await ServerProcess.start();
    const writer = open(server.syncUrl, name, "writer");
    const reader = open(server.syncUrl, name, "reader");
    await waitFor("both to be ready", () => writer.isReady && reader.isReady);

    if (trace.startContent !== "") writer.insert(0, trace.startContent);
    const total = trace.txns.reduce((sum, { patches }) => sum + patches.length, 0);
    const keystrokesPerPause = Math.floor(total / PAUSES);
    let keystrokes = 0;
    for (const { patches } of trace.txns) {
      for (const [position, deleted, inserted] of patches) {
        writer.edit(replaceOperation(position, position + deleted, inserted, writer.text.points));
        if (++keystrokes % KEYSTROKES_AT_ONCE === 0) await turn();
        if (keystrokes % keystrokesPerPause === 0) {
          const { version } = writer;
          await waitFor("an acknowledgement", () => writer.version > version, { intervalMs: 1 });
        }
      }
    }
    await writer.flush();
    await waitFor("the reader to have every version", () => reader.version === writer.version);
    expect(writer.text.toString() === trace.endContent).toBe(true);
    expect(reader.text.toString() === trace.endContent).toBe(true);
    expect(writer.version).toBeGreaterThanOrEqual(PAUSES);
    writer.close();
    reader.close();

    await server.kill();
    await server.restart();
    const later = open(server.syncUrl, name, "later");
    await waitFor("a new client to be ready", () => later.isReady);
    expect(later.text.toString() === trace.endContent).toBe(true);
    later.close();
  });
});
