import assert from "node:assert/strict";
import type { Catalogue, DocumentRecord, ListOptions, ShareLink } from "./catalogue.ts";

/** One thing that every catalogue must do. @public */
export interface CatalogueCase {
  readonly name: string;
  /** Rejects if a fresh, empty catalogue does not do it. */
  readonly run: (catalogue: Catalogue) => Promise<void>;
}

/** What every `Catalogue` must do, for any test runner. @public */
export const catalogueContract: readonly CatalogueCase[] = [
  {
    name: "a record that was never made is not there",
    async run(catalogue) {
      assert.equal(await catalogue.get("d"), undefined);
      assert.equal(await catalogue.change("d", { title: "x" }), undefined);
      assert.equal(await catalogue.get("d"), undefined);
      assert.deepEqual(await catalogue.list(first(10)), []);
    },
  },
  {
    name: "a record is made once, deleted or not",
    async run(catalogue) {
      assert.equal(await catalogue.create(record("d", { title: "Minutes" })), true);
      assert.equal(await catalogue.create(record("d", { title: "Other" })), false);
      assert.deepEqual(await catalogue.get("d"), record("d", { title: "Minutes" }));
      await catalogue.change("d", { deletedAt: 7 });
      assert.equal(await catalogue.create(record("d")), false);
      assert.deepEqual(await catalogue.get("d"), record("d", { title: "Minutes", deletedAt: 7 }));
    },
  },
  {
    name: "of two that make one record at a time, one is told that it did",
    async run(catalogue) {
      const made = await Promise.all(
        [1, 2, 3].map((time) => catalogue.create(record("d", { createdAt: time }))),
      );
      assert.equal(made.filter(Boolean).length, 1);
    },
  },
  {
    name: "changes at one time are all kept",
    async run(catalogue) {
      await catalogue.create(record("d"));
      await Promise.all([catalogue.change("d", { title: "T" }), catalogue.change("d", { deletedAt: 5 })]);
      assert.deepEqual(await catalogue.get("d"), record("d", { title: "T", deletedAt: 5 }));
      const back = await catalogue.change("d", { deletedAt: undefined });
      assert.deepEqual(back, record("d", { title: "T" }));
      assert.deepEqual(await catalogue.get("d"), back);
    },
  },
  {
    name: "lists in the order of ids, piece by piece, the deleted ones apart",
    async run(catalogue) {
      const ids = ["b", "a-1", "a", "B", "a.1", "9", "a~", "c"];
      for (const id of ids) await catalogue.create(record(id));
      for (const id of ["a", "c"]) await catalogue.change(id, { deletedAt: 1 });
      const idsOf = async (options: ListOptions): Promise<string[]> =>
        (await catalogue.list(options)).map(({ id }) => id);
      assert.deepEqual(await idsOf(first(100)), ["9", "B", "a-1", "a.1", "a~", "b"]);
      assert.deepEqual(await idsOf(first(2)), ["9", "B"]);
      assert.deepEqual(await idsOf({ ...first(2), after: "B" }), ["a-1", "a.1"]);
      assert.deepEqual(await idsOf({ ...first(2), after: "b" }), []);
      assert.deepEqual(await idsOf({ ...first(9), isDeleted: true }), ["a", "c"]);
    },
  },
  {
    name: "links belong to one document, and are revoked once and for all",
    async run(catalogue) {
      await catalogue.addLink(link("d", "one"));
      await catalogue.addLink(link("d", "two", { role: "write", expiresAt: 99 }));
      await catalogue.addLink(link("d2", "one", { role: "own" }));
      await catalogue.addLink(link("d2", "child", { parent: "one" }));
      assert.deepEqual(await catalogue.links("d"), [
        link("d", "one"),
        link("d", "two", { role: "write", expiresAt: 99 }),
      ]);
      assert.equal(await catalogue.revokeLink("d", "one", 5), true);
      assert.equal(await catalogue.revokeLink("d", "one", 6), true);
      assert.deepEqual(await catalogue.link("d", "one"), link("d", "one", { revokedAt: 5 }));
      assert.equal(await catalogue.revokeLink("d", "none", 5), false);
      assert.equal(await catalogue.link("d", "none"), undefined);
      assert.deepEqual(await catalogue.link("d2", "one"), link("d2", "one", { role: "own" }));
      assert.equal(await catalogue.revokeLink("d2", "child", 7), true);
      assert.deepEqual(await catalogue.links("d2"), [
        link("d2", "child", { parent: "one", revokedAt: 7 }),
        link("d2", "one", { role: "own" }),
      ]);
      assert.deepEqual(await catalogue.links("other"), []);
    },
  },
  {
    name: "a secret is made at its first use, and stays",
    async run(catalogue) {
      const [one, same] = await Promise.all([catalogue.secret("a"), catalogue.secret("a")]);
      assert.equal(one.length, 32);
      assert.deepEqual(one, same);
      assert.notDeepEqual(await catalogue.secret("b"), one);
    },
  },
];

function first(limit: number): ListOptions {
  return { after: "", limit, isDeleted: false };
}

function record(id: string, fields: Partial<DocumentRecord> = {}): DocumentRecord {
  return { id, title: "", owner: "ann", createdAt: 1, deletedAt: undefined, ...fields };
}

function link(document: string, id: string, fields: Partial<ShareLink> = {}): ShareLink {
  return {
    id,
    document,
    role: "read",
    parent: undefined,
    createdBy: "ann",
    createdAt: 1,
    expiresAt: undefined,
    revokedAt: undefined,
    ...fields,
  };
}
