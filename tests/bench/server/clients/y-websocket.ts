import type { Writer } from "./writer.ts";
import { YjsWriter } from "./yjs.ts";

/** Opens a document of a server of y-websocket. */
export async function connectYWebSocket(port: number, document: string): Promise<Writer> {
  const writer = new YjsWriter(port, { path: document, address: undefined, answers: false });
  await writer.open();
  return writer;
}
