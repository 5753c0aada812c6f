import { describe, expect, it } from "vitest";
import { decodeHistory, encodeHistory } from "@interline/ot";
import { paperHistory, storedHistoryRows } from "../bench/ot/stored-history.ts";
import { undoRows } from "../bench/ot/undo.ts";
import { loadTrace } from "../support/traces.ts";

describe("what undo and history cost", () => {
  it("a paper with authors and times is stored in less than 0.8 × the bytes of diamond-types, without loss", async () => {
    const rows = await storedHistoryRows();
    const own = rows.filter(({ name }) => name.includes("own times"));
    expect(own.map(({ met }) => met)).toEqual([true, true]);
    const history = paperHistory(await loadTrace("automerge-paper"), "made-up times in ms");
    const decoded = decodeHistory(encodeHistory(history), { maxEntries: history.entries.length });
    expect(decoded.ok && JSON.stringify(decoded.history)).toBe(JSON.stringify(history));
  });

  it("keeping undo right costs the same at any depth", () => {
    // Generous, as other work may run beside it: a stack that is moved through costs a hundred times as much at the last depth.
    for (const { name, anchor, ratio } of undoRows()) {
      if (anchor === "depth 10") expect(ratio, name).toBeLessThan(10);
      if (anchor === "eager rebase" && name.includes("depth 1,000")) expect(ratio, name).toBeLessThan(0.1);
    }
  });
});
