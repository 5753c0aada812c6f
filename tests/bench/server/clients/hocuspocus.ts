import type { Writer } from "./writer.ts";
import { YjsWriter } from "./yjs.ts";

/** Opens a document of Hocuspocus. */
export async function connectHocuspocus(port: number, document: string): Promise<Writer> {
  const writer = new YjsWriter(port, { path: "", address: document, answers: true });
  await writer.open();
  return writer;
}
