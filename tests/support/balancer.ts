import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ClusterNode } from "./cluster.ts";
import { freePort } from "./free-port.ts";
import { startNginx } from "./nginx-process.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A real nginx before the servers of a cluster, as `deploy/nginx/many-servers.conf` has it, or with another way to choose. */
export async function startBalancer(
  nodes: readonly ClusterNode[],
  choose = "hash $chosen_by consistent;",
): Promise<{ port: number } & AsyncDisposable> {
  const folder = await temporaryFolder();
  const port = await freePort();
  let site = await readFile(join(root, "deploy/nginx/many-servers.conf"), "utf8");
  for (const [index, { server }] of nodes.entries()) {
    site = site.replace(`127.0.0.1:${8081 + index}`, `127.0.0.1:${server.port}`);
  }
  site = site.replace("listen 8080;", `listen 127.0.0.1:${port};`);
  site = site.replace("hash $chosen_by consistent;", choose);
  await mkdir(join(folder.path, "conf.d"));
  await writeFile(join(folder.path, "conf.d", "site.conf"), site);
  const nginx = await startNginx(folder.path, port);
  return {
    port,
    async [Symbol.asyncDispose]() {
      await nginx[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
