import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createDocumentServer,
  type DocumentServer,
  type DocumentServerOptions,
  MemoryLog,
} from "@interline/server";
import { TcpProxy } from "../tcp-proxy.ts";

/** A server behind a proxy that can do to connections what networks do. */
export class Site implements AsyncDisposable {
  readonly documents: DocumentServer;
  readonly proxy: TcpProxy;
  readonly #close: () => Promise<void>;

  private constructor(documents: DocumentServer, proxy: TcpProxy, close: () => Promise<void>) {
    this.documents = documents;
    this.proxy = proxy;
    this.#close = close;
  }

  static async start(options: Partial<DocumentServerOptions> = {}): Promise<Site> {
    const documents = createDocumentServer({ log: new MemoryLog(), heartbeatMs: 300, ...options });
    const http = createServer();
    documents.attach(http);
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const proxy = await TcpProxy.start((http.address() as AddressInfo).port);
    return new Site(documents, proxy, async () => {
      await documents.close();
      http.close();
      http.closeAllConnections();
      await proxy[Symbol.asyncDispose]();
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.proxy.port}/sync`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
