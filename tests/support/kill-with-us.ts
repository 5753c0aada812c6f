import type { ChildProcess } from "node:child_process";

const children = new Set<ChildProcess>();

/** Sees to it that a child does not outlive this test process, however this ends short of SIGKILL. */
export function killWithUs(child: ChildProcess): void {
  children.add(child);
  child.once("close", () => children.delete(child));
}

function killAll(): void {
  for (const child of children) child.kill("SIGKILL");
}

process.once("exit", killAll);
process.once("disconnect", killAll); // the test runner is gone
