/** The clients of one run, in a process of their own. Argument: the task. */
import { clientOf } from "./clients/connect.ts";
import type { ClientReport, Sampler, Task, Usage } from "./messages.ts";
import { clusterWorkloads, workloads } from "./workloads/workloads.ts";

const report = (message: ClientReport): void => {
  process.send?.(message);
};

const sample: Sampler = (request = { collectGarbage: false }) =>
  new Promise((resolve) => {
    process.once("message", (usage) => resolve(usage as Usage));
    report({ ask: request });
  });

process.once("disconnect", () => process.exit());
const { peer, workload, ports } = JSON.parse(process.argv[2] ?? "") as Task;
const work = [...workloads, ...clusterWorkloads].find(({ name }) => name === workload);
if (work === undefined) throw new Error(`no workload is called ${workload}`);
const connect = await clientOf(peer);
let opened = 0;
const open = (document: string): ReturnType<typeof connect> =>
  connect(ports[opened++ % ports.length] as number, document);
report({ measured: await work.run(open, sample) });
