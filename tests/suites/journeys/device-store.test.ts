import { expect, it } from "vitest";
import { sharedSite } from "../../browser/shared-site.ts";
import { Writer } from "../../browser/writer.ts";
import { waitFor } from "../../support/wait-for.ts";

const site = sharedSite();

it.each(["is missing", "never comes"] as const)(
  "where the file of the device's database %s, the document opens, and the page does not claim to keep anything",
  async (way) => {
    const context = await site.browser.newContext();
    // A service worker would fetch the file before anybody could keep it back.
    await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "serviceWorker"));
    await context.route(/indexed-db-copies/, (route) => {
      if (way === "is missing") void route.fulfill({ status: 404 });
    });
    await using writer = await Writer.openIn(context, `${site.server.url}/d/store-${way.replace(" ", "-")}`, {
      name: "Ana Ruiz",
      color: 12,
    });
    await writer.focus();
    await writer.type("Typed without it.");
    await writer.isSaved();
    const canKeep = () =>
      writer.page
        .locator("interline-editor")
        .evaluate(
          (editor) =>
            (editor as unknown as { session: { status: { canKeep: boolean } } }).session.status.canKeep,
        );
    expect(await canKeep()).toBe(false);
    expect(writer.faults).toEqual([]);
    // What never came keeps its call waiting; what was missing is asked for once more, and the device keeps
    // from then on.
    if (way === "is missing") {
      await context.unroute(/indexed-db-copies/);
      await writer.type(" And with it.");
      await waitFor("the device to keep", canKeep);
    }
  },
);
