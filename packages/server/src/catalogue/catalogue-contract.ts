import assert from "node:assert/strict";
import type { Catalogue, CataloguePage, DocumentRecord, ListOptions, ShareLink } from "./catalogue.ts";

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
    name: "a page looks at so many records at most, and the pages have what the list has",
    async run(catalogue) {
      const ids = Array.from({ length: 30 }, (_, index) => `d${String(index).padStart(2, "0")}`);
      for (const id of ids) await catalogue.create(record(id));
      for (const id of ["d07", "d19", "d20"]) await catalogue.change(id, { deletedAt: 1 });
      const none = { after: "", limit: 10, isDeleted: true, maxScanned: 5 };
      assert.deepEqual(await catalogue.page(none), { records: [], next: "d04" });
      for (const isDeleted of [false, true]) {
        for (const limit of [1, 4, 30]) {
          for (const maxScanned of [1, 3, 10, 1000]) {
            const found: string[] = [];
            let after: string | undefined = "";
            for (let pages = 0; after !== undefined; pages++) {
              assert(pages <= 31, "it comes to an end");
              const page: CataloguePage = await catalogue.page({ after, limit, isDeleted, maxScanned });
              assert(page.records.length <= Math.min(limit, maxScanned));
              found.push(...page.records.map(({ id }) => id));
              after = page.next;
            }
            const all = await catalogue.list({ after: "", limit: 99, isDeleted });
            assert.deepEqual(
              found,
              all.map(({ id }) => id),
            );
          }
        }
      }
      const last = await catalogue.page({ after: "d28", limit: 1, isDeleted: false, maxScanned: 10 });
      assert.deepEqual(last, { records: [record("d29")], next: undefined });
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
    name: "a link is made once",
    async run(catalogue) {
      const made = await Promise.all(
        [1, 2].map((createdAt) => catalogue.addLink(link("d", "one", { createdAt }))),
      );
      assert.equal(made.filter(Boolean).length, 1);
      await catalogue.revokeLink("d", "one", 5);
      assert.equal(await catalogue.addLink(link("d", "one")), false);
      assert.equal((await catalogue.link("d", "one"))?.revokedAt, 5);
    },
  },
  {
    name: "nothing is decided about a document until it is",
    async run(catalogue) {
      const none = { access: undefined, isFrozen: false, takenBy: undefined, people: new Map() };
      assert.deepEqual(await catalogue.rules("d"), none);
      await Promise.all([
        catalogue.changeRules("d", { access: "read" }),
        catalogue.changeRules("d", { isFrozen: true }),
        catalogue.changePerson("d", "ann", { isBlocked: true }),
      ]);
      const people = new Map([["ann", { removals: 0, isBlocked: true }]]);
      assert.deepEqual(await catalogue.rules("d"), {
        access: "read",
        isFrozen: true,
        takenBy: undefined,
        people,
      });
      await catalogue.changeRules("d", { access: "none", isFrozen: false });
      assert.deepEqual(await catalogue.rules("d"), {
        access: "none",
        isFrozen: false,
        takenBy: undefined,
        people,
      });
      assert.deepEqual(await catalogue.rules("d2"), none);
      assert.deepEqual(await catalogue.rules("d-"), none);
    },
  },
  {
    name: "removals of a person are counted, and a block stays until it is lifted",
    async run(catalogue) {
      const rule = async (): Promise<unknown> => (await catalogue.rules("d")).people.get("bob");
      await Promise.all([1, 2, 3].map(() => catalogue.changePerson("d", "bob", { isRemoved: true })));
      assert.deepEqual(await rule(), { removals: 3, isBlocked: false });
      await catalogue.changePerson("d", "bob", { isRemoved: true, isBlocked: true });
      assert.deepEqual(await rule(), { removals: 4, isBlocked: true });
      await catalogue.changePerson("d", "bob", { isRemoved: true });
      assert.deepEqual(await rule(), { removals: 5, isBlocked: true });
      await catalogue.changePerson("d", "bob", { isBlocked: false });
      assert.deepEqual(await rule(), { removals: 5, isBlocked: false });
    },
  },
  {
    name: "no more people than so many are decided about",
    async run(catalogue) {
      const names = Array.from({ length: 1000 }, (_, index) => `p${index}`);
      for (const name of names)
        assert.equal(await catalogue.changePerson("d", name, { isBlocked: true }), true);
      assert.equal(await catalogue.changePerson("d", "more", { isBlocked: true }), false);
      assert.equal(await catalogue.changePerson("d", "p7", { isRemoved: true }), true);
      assert.equal(await catalogue.changePerson("d2", "more", { isBlocked: true }), true);
      const { people } = await catalogue.rules("d");
      assert.equal(people.size, 1000);
      assert.deepEqual(people.get("p7"), { removals: 1, isBlocked: true });
    },
  },
  {
    name: "a document is taken once, by one of those who try",
    async run(catalogue) {
      await catalogue.create(record("d", { owner: "" }));
      const takers = await Promise.all(["ann", "bob", "cy"].map((taker) => catalogue.take("d", taker)));
      assert.equal(new Set(takers).size, 1);
      assert.equal(await catalogue.take("d", "late"), takers[0]);
      assert.equal((await catalogue.rules("d")).takenBy, takers[0]);
      await catalogue.setOwner("d", "ann");
      assert.deepEqual(await catalogue.get("d"), record("d", { owner: "ann" }));
      await catalogue.setOwner("none", "ann");
      assert.equal(await catalogue.get("none"), undefined);
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
