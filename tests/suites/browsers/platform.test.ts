import { afterAll, describe, expect, it } from "vitest";
import { type Engine, FIND_EDITOR } from "../../support/engines/engine-page.ts";
import { engineSite, focus, isSaved, sees } from "../../support/engines/engine-site.ts";
import { openFirefox } from "../../support/engines/firefox.ts";
import { PreparedSite } from "../../support/engines/prepared-site.ts";
import { openWebKit } from "../../support/engines/webkit.ts";
import { takeAway, ways } from "../../support/take-away.ts";

/**
 * Lets the database, or all that it is asked, never answer. Runs in the page. The library `idb` knows a
 * request by its class.
 */
const neverAnswers: Record<string, string> = {
  "does not open": `IDBFactory.prototype.open = () => quiet(IDBOpenDBRequest);`,
  "answers no request": `for (const store of [IDBObjectStore, IDBIndex])
    for (const name of ["get", "getAll", "getAllKeys", "getKey", "openKeyCursor", "put", "delete"])
      store.prototype[name] = () => quiet(IDBRequest);`,
  "finishes no transaction": `const { addEventListener } = EventTarget.prototype;
    IDBTransaction.prototype.addEventListener = function (type, ...rest) {
      if (type !== "complete") addEventListener.call(this, type, ...rest);
    };`,
};
const quiet = `const quiet = ({ prototype }) =>
  Object.assign(Object.create(prototype), { addEventListener() {}, removeEventListener() {} });`;

describe.each([
  ["Firefox", openFirefox],
  ["WebKitGTK", openWebKit],
])("in %s", (_, launch) => {
  const site = engineSite<Engine>(launch);
  const prepared: PreparedSite[] = [];
  afterAll(async () => {
    for (const each of prepared) await each[Symbol.asyncDispose]();
  });

  /**
   * Opens a document after a script has run in its page, and types with real keys; answers what the page says
   * of the device.
   */
  const typeWith = async (script: string, document: string): Promise<unknown> => {
    const front = await PreparedSite.start(site().server.port, script);
    prepared.push(front);
    const page = await site().open(document, front.url);
    await focus(page);
    await page.type("Typed without it.");
    const other = await site().somebody(document);
    await isSaved(other, "Typed without it.");
    other.insert(0, "Theirs. ");
    await other.flush();
    await sees(page, "Theirs. Typed without it.");
    other.close();
    const status = await page.evaluate(`${FIND_EDITOR} return editor.session.status;`);
    await page.close();
    return status;
  };

  it.each(Object.keys(neverAnswers))(
    "where the database %s, a document opens from the server, and what is typed is saved",
    async (way) => {
      const document = `never-${Object.keys(neverAnswers).indexOf(way)}`;
      const status = await typeWith(`${quiet}${neverAnswers[way]}`, document);
      expect(status).toMatchObject({ canKeep: false, state: "synced" });
    },
  );

  it.each(ways)(
    "where every optional part of the platform %s, a document opens, and is typed in",
    async (way) => {
      const script = `(${takeAway.toString()})(${JSON.stringify(way)})`;
      const status = await typeWith(script, `without-${ways.indexOf(way)}`);
      expect(status).toMatchObject({ canKeep: false, state: "synced" });
    },
  );
});
