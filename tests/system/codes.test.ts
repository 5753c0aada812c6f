import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { StoreErrorCode } from "@interline/client";
import { OtErrorCode, OtTypeErrorCode, StoredHistoryErrorCode } from "@interline/ot";
import { CODES } from "@interline/protocol/codes";
import { expect, it } from "vitest";

const root = new URL("../../", import.meta.url);

/** Codes that only the program is told that opens a store: `StoreFaultCode` is a type. */
const STORE_FAULTS = [
  "ERR_STORE_LOCKED",
  "ERR_STORE_MISSING",
  "ERR_STORE_TOO_NEW",
  "ERR_STORE_CORRUPT",
  "ERR_BACKUP_INVALID",
];
/** Only an application that uses the client is told this one. */
const CLIENT = ["ERR_CLOSED"];
/** What is wrong with an operation is found in `packages/ot`; the table says what follows from it. */
const OPERATION = new Set<string>(Object.values(OtErrorCode));

it("a code has one meaning: it is told to the other side, or is of one package", () => {
  const lists = [
    Object.keys(CODES).filter((code) => !OPERATION.has(code)),
    Object.values(OtErrorCode),
    Object.values(OtTypeErrorCode),
    Object.values(StoredHistoryErrorCode),
    Object.values(StoreErrorCode),
    STORE_FAULTS,
    CLIENT,
  ];
  const all: string[] = lists.flat();
  expect(all.toSorted()).toEqual([...new Set(all)].toSorted());
  for (const code of OPERATION) expect(CODES).toHaveProperty(code);
});

it("the sources know no code that is in no list", async () => {
  const known = new Set<string>([
    ...Object.keys(CODES),
    ...Object.values(OtErrorCode),
    ...Object.values(OtTypeErrorCode),
    ...Object.values(StoredHistoryErrorCode),
    ...Object.values(StoreErrorCode),
    ...STORE_FAULTS,
    ...CLIENT,
  ]);
  const unknown: string[] = [];
  let found = 0;
  for (const folder of ["packages", "apps"]) {
    for (const name of await readdir(new URL(folder, root))) {
      const src = fileURLToPath(new URL(`${folder}/${name}/src/`, root));
      for (const file of await readdir(src, { recursive: true })) {
        if (!file.endsWith(".ts")) continue;
        const text = await readFile(`${src}${file}`, "utf8");
        // Between quotes; codes of Node and of libraries are listed with ours beside them.
        for (const [, code = ""] of text.matchAll(/["'`](ERR_[A-Z_]+)["'`]/g)) {
          found++;
          if (!known.has(code) && code !== "ERR_JOSE_GENERIC") unknown.push(`${file}: ${code}`);
        }
      }
    }
  }
  expect(found).toBeGreaterThan(200);
  expect(unknown).toEqual([]);
});
