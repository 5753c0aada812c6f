import { openDocument } from "@interline/client";
import { nodeEnvironment } from "../support/node-environment.ts";
import type { ServerProcess } from "../support/server-process.ts";
import { waitFor } from "../support/wait-for.ts";

/** What the server has, asked by somebody else. */
async function savedText(server: ServerProcess, url: string): Promise<string> {
  const reader = openDocument({
    url: server.syncUrl,
    document: url.slice(url.lastIndexOf("/") + 1),
    user: { id: "reader", name: "Reader", color: 1 },
    environment: nodeEnvironment(),
  });
  try {
    await waitFor("the reader", () => reader.isReady);
    return reader.text.toString();
  } finally {
    reader.close();
  }
}

/** Resolves once the document at an address has this text. */
export async function isServed(server: ServerProcess, url: string, text: string): Promise<void> {
  await waitFor(
    `the server to have ${JSON.stringify(text)}`,
    async () => (await savedText(server, url)) === text,
  );
}
