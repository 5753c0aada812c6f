import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  createDocumentServer,
  type DocumentServer,
  type DocumentServerOptions,
  MemoryLog,
} from "@interline/server";
import { freePort } from "../free-port.ts";
import { startNginx } from "../nginx-process.ts";
import { TcpProxy } from "../tcp-proxy.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** What lets WebSockets through nginx. */
export const UPGRADES: readonly string[] = [
  "proxy_set_header Upgrade $http_upgrade;",
  'proxy_set_header Connection "upgrade";',
  "proxy_set_header Host $host;",
];

/** A server behind a proxy that can do to connections what networks do. */
export class Site implements AsyncDisposable {
  readonly documents: DocumentServer;
  /** What stands before the server, behind nginx if there is one. */
  readonly proxy: TcpProxy;
  readonly url: string;
  readonly #close: () => Promise<void>;

  private constructor(documents: DocumentServer, proxy: TcpProxy, url: string, close: () => Promise<void>) {
    this.documents = documents;
    this.proxy = proxy;
    this.url = url;
    this.#close = close;
  }

  /** The same behind a real nginx. `directives` are those of its `location`; default: as the manual has them. */
  static async startBehindNginx(
    options: Partial<DocumentServerOptions> = {},
    directives: readonly string[] = UPGRADES,
  ): Promise<Site> {
    const site = await Site.start(options);
    const folder = await temporaryFolder();
    const port = await freePort();
    await mkdir(join(folder.path, "conf.d"));
    const block = [
      `server { listen 127.0.0.1:${port};`,
      `location / { proxy_pass http://127.0.0.1:${site.proxy.port}; proxy_http_version 1.1;`,
      ...directives,
      "} }",
    ];
    await writeFile(join(folder.path, "conf.d", "site.conf"), block.join("\n"));
    const nginx = await startNginx(folder.path, port);
    return new Site(site.documents, site.proxy, `http://127.0.0.1:${port}/sync`, async () => {
      await nginx[Symbol.asyncDispose]();
      await site[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    });
  }

  static async start(options: Partial<DocumentServerOptions> = {}): Promise<Site> {
    const documents = createDocumentServer({ log: new MemoryLog(), heartbeatMs: 3_000, ...options });
    const http = createServer();
    documents.attach(http);
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const proxy = await TcpProxy.start((http.address() as AddressInfo).port);
    return new Site(documents, proxy, `http://127.0.0.1:${proxy.port}/sync`, async () => {
      await documents.close();
      http.close();
      http.closeAllConnections();
      await proxy[Symbol.asyncDispose]();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
