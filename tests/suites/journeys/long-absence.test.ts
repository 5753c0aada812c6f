import { afterAll, beforeAll, expect, it } from "vitest";
import { comeBack, EDITS, KEYS } from "../../browser/long-absence.ts";
import { PageHost } from "../../browser/page-host.ts";
import { sharedSite } from "../../browser/shared-site.ts";

/** The editor shows at most so many components in one frame, which decides how long a key waits. */
const MAX_COMPONENTS = 500;

let host: PageHost;

beforeAll(async () => {
  host = await PageHost.start("long-absence.ts");
});
const site = sharedSite(() => ({ args: ["--allow-origin", host.origin] }));

afterAll(() => host?.close());

it.each([
  ["in runs of 50", 50],
  ["each at another place", 1],
])(
  "10,000 own and 10,000 missed edits, %s, are merged frame by frame while somebody types",
  async (_, run) => {
    const { keyMs, shownComponents } = await comeBack(site, host, { id: `absence-${run}`, run });
    expect(keyMs).toHaveLength(KEYS.length);
    expect(shownComponents.length).toBeGreaterThanOrEqual(EDITS / run / MAX_COMPONENTS);
    expect(Math.max(...shownComponents)).toBeLessThanOrEqual(MAX_COMPONENTS);
  },
);
